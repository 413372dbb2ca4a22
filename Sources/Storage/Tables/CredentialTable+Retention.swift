internal import TenureModel

extension CredentialTable {
    /// The most rows that are looked at, and forgotten, in one transaction.
    package static let forgottenMax: Int64 = 1_000

    /// Whether a credential that was recorded before `index` had ended by `time`.
    static func hasEnded(
        before index: Int64, by time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) -> Bool {
        try !connection.rows(ended, [.integer(index), SQLValue(time)]).isEmpty
    }

    /// What may be forgotten: recorded before an index, and ended by a time; nil where nothing was yet.
    static func retention(
        _ connection: any SQLConnection
    ) throws(StorageError) -> (before: Int64, endedBy: Timestamp)? {
        guard let row = try connection.rows(standing, []).first else { return nil }
        var reader = RowReader(row, of: "retention")
        return (try reader.integer(), try reader.time())
    }

    /// Lets rows go that an entry `retention.cut` names; the schema refuses to delete any other.
    static func permitForgetting(
        before index: Int64, endedBy time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) {
        try connection.execute(permit, [.integer(index), SQLValue(time)])
    }

    /// Forgets, of the next rows after `cursor`, those that were recorded before `index` and had ended by `time`;
    /// returns the new cursor, nil once there are no more rows.
    static func forget(
        before index: Int64, endedBy time: Timestamp, after cursor: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> Int64? {
        let page = try connection.rows(next, [.integer(cursor), .integer(index), .integer(forgottenMax)])
        guard let row = page.last else { return nil }
        var reader = RowReader(row, of: "credential")
        let last = try reader.integer()
        try connection.execute(forget, [.integer(cursor), .integer(last), SQLValue(time)])
        return page.count == Int(forgottenMax) ? last : nil
    }

    private static let ended = Statement("SELECT idx FROM credential WHERE idx < $1 AND not_after < $2 LIMIT 1")
    private static let standing = Statement("SELECT before_index, ended_by FROM retention WHERE id = 1")
    private static let permit = Statement(
        "INSERT INTO retention (id, before_index, ended_by) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET"
            + " before_index = excluded.before_index, ended_by = excluded.ended_by"
            + " WHERE retention.before_index <= excluded.before_index AND retention.ended_by <= excluded.ended_by")
    private static let next = Statement(
        "SELECT idx FROM credential WHERE idx > $1 AND idx < $2 ORDER BY idx LIMIT $3")
    private static let forget = Statement(
        "DELETE FROM credential WHERE idx > $1 AND idx <= $2 AND not_after < $3")
}
