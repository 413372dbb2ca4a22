internal import TenureModel

/// How often an authentication was presented for acts that record (THREATS, T14 and T17).
enum PresentationTable {
    /// Counts one more use; false if the limit was reached before, and nothing is counted then.
    static func count(
        _ presentation: Presentation, _ connection: any SQLConnection
    ) throws(StorageError) -> Bool {
        guard presentation.limit >= 1 else { return false }
        let changed = try connection.execute(
            count,
            [
                .integer(presentation.authentication), SQLValue(presentation.expires), .integer(presentation.limit),
            ])
        return changed == 1
    }

    /// Forgets authentications that ended before `time`, some at a time; returns how many.
    static func forget(
        endedBefore time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) -> Int {
        try connection.execute(forget, [SQLValue(time)])
    }

    private static let count = Statement(
        "INSERT INTO presentation (authentication, uses, expires) VALUES ($1, 1, $2)"
            + " ON CONFLICT (authentication) DO UPDATE SET uses = presentation.uses + 1 WHERE presentation.uses < $3")
    private static let forget = Statement(
        "DELETE FROM presentation WHERE authentication IN"
            + " (SELECT authentication FROM presentation WHERE expires < $1 ORDER BY expires LIMIT 1000)")
}
