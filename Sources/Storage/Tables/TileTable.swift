internal import AuditLog

/// Complete tiles of 256 hashes (C2SP tlog-tiles): level 0 holds leaf hashes, each level above the roots of 256 tiles.
enum TileTable {
    /// How many hashes a complete tile has.
    static let width: Int64 = 256
    /// 256^7 is more than a log may hold (2^53).
    static let levelMax: Int64 = 6

    private static let insert = Statement("INSERT INTO tile (level, number, hashes, root) VALUES ($1, $2, $3, $4)")
    private static let select = Statement("SELECT hashes FROM tile WHERE level = $1 AND number = $2")
    private static let roots = Statement(
        "SELECT root FROM tile WHERE level = $1 AND number >= $2 ORDER BY number LIMIT $3")

    /// Writes the tiles that an entry completes, which made the log `size` entries long.
    static func complete(_ connection: any SQLConnection, size: Int64) throws(StorageError) {
        var count = size
        var level: Int64 = 0
        while count > 0, count.isMultiple(of: width), level <= levelMax {
            let number = count / width - 1
            let hashes =
                level == 0
                ? try EntryTable.leafHashes(connection, from: number * width, limit: width)
                : try roots(connection, level: level - 1, from: number * width, limit: width)
            guard hashes.count == Int(width) else { throw .corrupt("tile \(level)/\(number)") }
            // The inner nodes above leaf hashes and above roots of tiles are made alike.
            var tree = Frontier()
            for hash in hashes { tree.append(leafHash: hash) }
            try connection.enqueue(
                insert,
                [.integer(level), .integer(number), .bytes(Array(hashes.joined())), .bytes(tree.root)])
            count = number + 1
            level += 1
        }
    }

    /// The hashes of a complete tile, one after the other, or nil while it is not complete.
    static func hashes(
        _ connection: any SQLConnection, level: Int64, number: Int64
    ) throws(StorageError) -> [UInt8]? {
        guard let row = try connection.rows(select, [.integer(level), .integer(number)]).first else { return nil }
        var reader = RowReader(row, of: "tile")
        return try reader.bytes()
    }

    /// The roots of complete tiles: the hashes of the level above.
    static func roots(
        _ connection: any SQLConnection, level: Int64, from number: Int64, limit: Int64
    ) throws(StorageError) -> [[UInt8]] {
        try connection.rows(roots, [.integer(level), .integer(number), .integer(limit)])
            .map { (row) throws(StorageError) in
                var reader = RowReader(row, of: "tile")
                return try reader.bytes()
            }
    }
}
