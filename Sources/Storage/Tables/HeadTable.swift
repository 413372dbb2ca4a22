package import AuditLog
package import TenureModel

/// The head of the log: how long it is, the tree over it, and the last entries of their kinds.
package struct LogHead: Hashable, Sendable {
    package var size: Int64
    package var frontier: Frontier
    /// 32 bytes.
    package var root: [UInt8]
    /// The last entry that carries a mark; −1 before the first.
    package var lastMark: Int64
    /// The last entry that is an event of the feed; −1 before the first.
    package var lastFeed: Int64
    /// The time of the last entry.
    package var lastTime: Timestamp
}

enum HeadTable {
    private static let columns = "size, frontier, root, last_mark, last_feed, last_time"
    static let select = Statement("SELECT \(columns) FROM head WHERE id = 1")
    /// Locks the row until the transaction ends, and reads it as it is then.
    static let lock = Statement("UPDATE head SET id = id WHERE id = 1 RETURNING \(columns)")
    private static let update = Statement(
        "UPDATE head SET size = $1, frontier = $2, root = $3, last_mark = $4, last_feed = $5, last_time = $6"
            + " WHERE id = 1")

    /// Reads the head with the statement that locks it, or without a lock.
    static func read(
        _ connection: any SQLConnection, with statement: Statement = select
    ) throws(StorageError) -> LogHead {
        guard let row = try connection.rows(statement, []).first else { throw .corrupt("head") }
        var reader = RowReader(row, of: "head")
        let size = try reader.integer()
        guard let frontier = Frontier(encoded: try reader.bytes()), frontier.size == size else {
            throw .corrupt("head, frontier")
        }
        return LogHead(
            size: size, frontier: frontier, root: try reader.bytes(), lastMark: try reader.integer(),
            lastFeed: try reader.integer(), lastTime: try reader.time())
    }

    static func write(_ head: LogHead, _ connection: any SQLConnection) throws(StorageError) {
        try connection.enqueue(
            update,
            [
                .integer(head.size), .bytes(head.frontier.encoded), .bytes(head.root), .integer(head.lastMark),
                .integer(head.lastFeed), SQLValue(head.lastTime),
            ])
    }
}
