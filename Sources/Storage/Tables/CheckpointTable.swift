internal import AuditLog
internal import TenureModel

/// Signed heads, one for each size that was signed. The first one stored is the one that is served.
enum CheckpointTable {
    private static let insert = Statement(
        "INSERT INTO checkpoint (size, root, note, at) VALUES ($1, $2, $3, $4) ON CONFLICT (size) DO NOTHING")
    private static let exact = Statement("SELECT size, root, note FROM checkpoint WHERE size = $1")
    private static let after = Statement(
        "SELECT size, root, note FROM checkpoint WHERE size >= $1 ORDER BY size LIMIT 1")
    private static let newest = Statement("SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1")

    /// Stores the checkpoint unless there is one of its size; returns the stored one.
    static func store(
        _ checkpoint: Checkpoint, at time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) -> Checkpoint {
        let inserted = try connection.execute(
            insert,
            [.integer(checkpoint.size), .bytes(checkpoint.root), .text(checkpoint.note), SQLValue(time)])
        if inserted == 1 { return checkpoint }
        let stored = try first(
            connection.rows(exact, [.integer(checkpoint.size)]), origin: checkpoint.origin)
        guard let stored, stored.root == checkpoint.root else { throw .corrupt("checkpoint \(checkpoint.size)") }
        return stored
    }

    static func atOrAfter(
        _ size: Int64, origin: String, _ connection: any SQLConnection
    ) throws(StorageError) -> Checkpoint? {
        try first(connection.rows(after, [.integer(size)]), origin: origin)
    }

    static func newest(origin: String, _ connection: any SQLConnection) throws(StorageError) -> Checkpoint? {
        try first(connection.rows(newest, []), origin: origin)
    }

    private static func first(_ rows: [SQLRow], origin: String) throws(StorageError) -> Checkpoint? {
        guard let row = rows.first else { return nil }
        var reader = RowReader(row, of: "checkpoint")
        return Checkpoint(
            origin: origin, size: try reader.integer(), root: try reader.bytes(), note: try reader.text())
    }
}
