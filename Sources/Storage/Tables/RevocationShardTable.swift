package import TenureModel

/// One shard of an issuer's revocation list: which certificates name it, and the list as it was last signed.
package struct RevocationShard: Hashable, Sendable {
    package var issuer: IssuerID
    package var shard: Int64
    package var revocationSeconds: Int64
    /// The hour of `notAfter` of its certificates, in hours since 1970: afterwards the shard may go.
    package var hour: Int64
    /// At least the number of the list last signed; 0 before the first. It rises too when a mark may have changed the
    /// shard, so that a list which was begun before is not taken for signed after.
    package var crlNumber: Int64
    /// Whether a mark may have changed it since it was signed.
    package var isDirty: Bool
    package var list: SignedList?

    /// The list as it was last signed.
    package struct SignedList: Hashable, Sendable {
        package var thisUpdate: Timestamp
        package var nextUpdate: Timestamp
        package var der: [UInt8]

        package init(thisUpdate: Timestamp, nextUpdate: Timestamp, der: [UInt8]) {
            self.thisUpdate = thisUpdate
            self.nextUpdate = nextUpdate
            self.der = der
        }
    }
}

/// Shards of revocation lists: working rows, which can be made again from credentials and marks.
package enum RevocationShardTable {
    /// Takes the next shard number of an issuer; call it in a write.
    package static func take(
        issuer: IssuerID, revocationSeconds: Int64, hour: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> RevocationShard {
        guard let row = try connection.rows(newest, [SQLValue(issuer)]).first else { throw .corrupt("crl_shard") }
        var reader = RowReader(row, of: "crl_shard")
        let shard = try reader.integer() + 1
        try connection.execute(
            insert, [SQLValue(issuer), .integer(shard), .integer(revocationSeconds), .integer(hour)])
        return RevocationShard(
            issuer: issuer, shard: shard, revocationSeconds: revocationSeconds, hour: hour, crlNumber: 0,
            isDirty: true, list: nil)
    }

    /// Says that marks may have changed a shard; call it in a write.
    package static func soil(
        issuer: IssuerID, shard: Int64, _ connection: any SQLConnection
    ) throws(StorageError) {
        try connection.execute(soil, [SQLValue(issuer), .integer(shard)])
    }

    /// Keeps a list that was just signed, unless something happened to the shard since its number was `known`: another
    /// list, or a mark that may have changed it; call it in a write. False if something did.
    package static func store(
        _ list: RevocationShard.SignedList, number: Int64, after known: Int64, issuer: IssuerID, shard: Int64,
        _ connection: any SQLConnection
    ) throws(StorageError) -> Bool {
        try connection.execute(
            store,
            [
                .integer(number), SQLValue(list.thisUpdate), SQLValue(list.nextUpdate), .bytes(list.der),
                SQLValue(issuer), .integer(shard), .integer(known),
            ]) == 1
    }

    /// One shard, or nil.
    package static func find(
        issuer: IssuerID, shard: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> RevocationShard? {
        guard let row = try connection.rows(exact, [SQLValue(issuer), .integer(shard)]).first else { return nil }
        return try decode(row)
    }

    /// Shards to sign anew: dirty ones, and those whose list ends before `time`, of hours not before `hour`.
    package static func due(
        before time: Timestamp, hour: Int64, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [RevocationShard] {
        try connection.rows(due, [SQLValue(time), .integer(hour), .integer(limit)])
            .map { (row) throws(StorageError) in try decode(row) }
    }

    /// Drops the shards whose certificates ended before `hour`; call it in a write. Returns how many went.
    package static func drop(endedBefore hour: Int64, _ connection: any SQLConnection) throws(StorageError) -> Int {
        try connection.execute(drop, [.integer(hour)])
    }

    private static func decode(_ row: SQLRow) throws(StorageError) -> RevocationShard {
        var reader = RowReader(row, of: "crl_shard")
        var shard = RevocationShard(
            issuer: try reader.id(), shard: try reader.integer(), revocationSeconds: try reader.integer(),
            hour: try reader.integer(), crlNumber: try reader.integer(), isDirty: try reader.flag(), list: nil)
        if let this = try reader.optionalTime(), let next = try reader.optionalTime(),
            let der = try reader.optionalBytes()
        {
            shard.list = .init(thisUpdate: this, nextUpdate: next, der: der)
        }
        return shard
    }

    private static let columns =
        "issuer, shard, revocation_seconds, hour, crl_number, dirty, this_update, next_update, der"
    private static let newest = Statement(
        "SELECT CASE WHEN max(shard) IS NULL THEN 0 ELSE max(shard) END FROM crl_shard WHERE issuer = $1")
    private static let insert = Statement(
        "INSERT INTO crl_shard (issuer, shard, revocation_seconds, hour, crl_number, dirty)"
            + " VALUES ($1, $2, $3, $4, 0, 1)")
    private static let soil = Statement(
        "UPDATE crl_shard SET dirty = 1, crl_number = crl_number + 1 WHERE issuer = $1 AND shard = $2")
    private static let store = Statement(
        "UPDATE crl_shard SET crl_number = $1, dirty = 0, this_update = $2, next_update = $3, der = $4"
            // defence: T24 becomes: + " WHERE issuer = $5 AND shard = $6 AND $7 >= 0 AND crl_number < $1")
            + " WHERE issuer = $5 AND shard = $6 AND crl_number = $7 AND crl_number < $1")
    private static let exact = Statement(
        "SELECT \(columns) FROM crl_shard WHERE issuer = $1 AND shard = $2")
    private static let due = Statement(
        "SELECT \(columns) FROM crl_shard WHERE (dirty = 1 OR next_update < $1) AND hour >= $2"
            + " ORDER BY dirty DESC, shard DESC LIMIT $3")
    private static let drop = Statement("DELETE FROM crl_shard WHERE hour < $1")
}
