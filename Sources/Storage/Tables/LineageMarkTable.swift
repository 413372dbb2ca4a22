internal import AuditLog
package import TenureModel

/// A mark with what it does not need for judging: when, and why.
package struct StoredMark: Hashable, Sendable {
    package let mark: Mark
    /// The time of the last cut; of the last change where nothing was ever cut.
    package let at: Timestamp
    package let reason: RevocationReason
}

/// One row per reference that was changed or cut. Both indexes only rise.
package enum LineageMarkTable {
    package static let name = "lineage_mark"
    package static let hashVersion: Int64 = 1

    /// The hash by which an entry names its mark: of kind, number, whether it cuts, and the reason. Both indexes and
    /// the time are those of the entry itself, and folding supplies them: the last entry that names the reference gives
    /// `changed_index`, the last that cuts `cut_index`, `at` and `reason`.
    package static func hash(of mark: PendingMark) -> [UInt8] {
        RowHash.mark(mark.reference, cuts: mark.cuts, reason: mark.reason)
    }

    static func write(
        _ mark: PendingMark, index: Int64, at time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) {
        try connection.enqueue(
            mark.cuts ? cut : change,
            [
                .text(mark.reference.kind.rawValue), .integer(mark.reference.number), .integer(index), SQLValue(time),
                .text(mark.reason.rawValue),
            ])
    }

    /// Marks raised by entries at or after `index`, the earliest first.
    static func changed(
        since index: Int64, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [StoredMark] {
        try connection.rows(since, [.integer(index), .integer(limit)])
            .map { (row) throws(StorageError) in try decode(row) }
    }

    static func find(
        _ reference: LineageReference, _ connection: any SQLConnection
    ) throws(StorageError) -> StoredMark? {
        let rows = try connection.rows(
            exact, [.text(reference.kind.rawValue), .integer(reference.number)])
        guard let row = rows.first else { return nil }
        return try decode(row)
    }

    private static func decode(_ row: SQLRow) throws(StorageError) -> StoredMark {
        var reader = RowReader(row, of: name)
        let reference = LineageReference(try reader.raw(), try reader.integer())
        let mark = Mark(
            reference: reference, cutIndex: try reader.integer(), changedIndex: try reader.integer())
        return StoredMark(mark: mark, at: try reader.time(), reason: try reader.raw())
    }

    private static let columns = "kind, number, cut_index, changed_index, at, reason"
    private static let cut = Statement(
        "INSERT INTO lineage_mark (\(columns)) VALUES ($1, $2, $3, $3, $4, $5) ON CONFLICT (kind, number) DO UPDATE"
            + " SET cut_index = excluded.cut_index, changed_index = excluded.changed_index, at = excluded.at,"
            + " reason = excluded.reason")
    private static let change = Statement(
        "INSERT INTO lineage_mark (\(columns)) VALUES ($1, $2, -1, $3, $4, $5) ON CONFLICT (kind, number) DO UPDATE"
            + " SET changed_index = excluded.changed_index,"
            + " at = CASE WHEN lineage_mark.cut_index < 0 THEN excluded.at ELSE lineage_mark.at END,"
            + " reason = CASE WHEN lineage_mark.cut_index < 0 THEN excluded.reason ELSE lineage_mark.reason END")
    private static let since = Statement(
        "SELECT \(columns) FROM lineage_mark WHERE changed_index >= $1 ORDER BY changed_index LIMIT $2")
    private static let exact = Statement(
        "SELECT \(columns) FROM lineage_mark WHERE kind = $1 AND number = $2")
}
