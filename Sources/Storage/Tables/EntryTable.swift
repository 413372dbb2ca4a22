package import TenureModel

/// One entry of the log, as it is stored and served.
package struct LogEntry: Hashable, Sendable {
    package let index: Int64
    package let at: Timestamp
    /// The bytes that were hashed; UTF-8 JSON (FORMATS, section 2).
    package let body: [UInt8]
    /// SHA-256(0x00 ‖ body): 32 bytes.
    package let leafHash: [UInt8]
}

enum EntryTable {
    static let insert = Statement("INSERT INTO entry (idx, at, body, leaf_hash) VALUES ($1, $2, $3, $4)")
    private static let range = Statement(
        "SELECT idx, at, body, leaf_hash FROM entry WHERE idx >= $1 ORDER BY idx LIMIT $2")
    private static let leaves = Statement(
        "SELECT leaf_hash FROM entry WHERE idx >= $1 ORDER BY idx LIMIT $2")

    static func range(
        _ connection: any SQLConnection, from index: Int64, limit: Int64
    ) throws(StorageError) -> [LogEntry] {
        try connection.rows(range, [.integer(index), .integer(limit)]).map { (row) throws(StorageError) in
            var reader = RowReader(row, of: "entry")
            return LogEntry(
                index: try reader.integer(), at: try reader.time(), body: try reader.bytes(),
                leafHash: try reader.bytes())
        }
    }

    /// The first entry at `time` or later of a log of so many, whose times rise; `size` where there is none.
    static func firstIndex(
        atOrAfter time: Timestamp, size: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> Int64 {
        var (low, high) = (Int64(0), size)
        while low < high {
            let middle = low + (high - low) / 2
            guard let row = try connection.rows(timeOf, [.integer(middle)]).first else { throw .corrupt("entry") }
            var reader = RowReader(row, of: "entry")
            if try reader.time() < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static let timeOf = Statement("SELECT at FROM entry WHERE idx = $1")

    static func leafHashes(
        _ connection: any SQLConnection, from index: Int64, limit: Int64
    ) throws(StorageError) -> [[UInt8]] {
        try connection.rows(leaves, [.integer(index), .integer(limit)]).map { (row) throws(StorageError) in
            var reader = RowReader(row, of: "entry")
            return try reader.bytes()
        }
    }
}
