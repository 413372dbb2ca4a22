internal import TenureModel

/// The turn of large acts: at most one in five seconds on all nodes (DESIGN, section 3), so that nobody who waits for
/// the log waits for two of them in a row. One working row, read and written under the lock of the head.
enum LargeActTable {
    /// An act of more entries is a large one; kills that end fewer identities are never delayed.
    static let entriesMax = 256
    static let pauseMilliseconds: Int64 = 5_000

    /// Takes the turn where an act of so many entries needs it.
    ///
    /// - Parameter time: of the transaction; never before that of the last entry.
    /// - Throws: `refused` with the seconds that are left.
    static func take(
        for entryCount: Int, at time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) {
        guard entryCount > entriesMax else { return }
        if let row = try connection.rows(select, []).first {
            var reader = RowReader(row, of: "large_act")
            let free = try reader.time()
            guard free <= time else {
                let left = free.milliseconds - time.milliseconds
                throw .refused(.largeActTooSoon(retryAfterSeconds: (left + 999) / 1_000))
            }
        }
        try connection.execute(upsert, [SQLValue(time.adding(milliseconds: pauseMilliseconds))])
    }

    private static let select = Statement("SELECT free_at FROM large_act WHERE id = 1")
    private static let upsert = Statement(
        "INSERT INTO large_act (id, free_at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET free_at = excluded.free_at")
}
