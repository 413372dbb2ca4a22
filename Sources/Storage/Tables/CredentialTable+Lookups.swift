package import TenureModel

/// Which credentials a list is of. All conditions hold.
package struct CredentialFilter: Hashable, Sendable {
    package var identity: IdentityID?
    /// Who owned the identity when the credential was issued.
    package var owner: IdentityID?
    /// Of any version, as the one that justified it.
    package var entitlement: EntitlementID?
    /// Only those that have not ended by then.
    package var endingAfter: Timestamp?

    package init(
        identity: IdentityID? = nil, owner: IdentityID? = nil, entitlement: EntitlementID? = nil,
        endingAfter: Timestamp? = nil
    ) {
        self.identity = identity
        self.owner = owner
        self.entitlement = entitlement
        self.endingAfter = endingAfter
    }
}

/// What is needed to say whether one credential is dead and to name it; a row that costs little to read.
package struct LiveCredential: Hashable, Sendable {
    package let id: CredentialID
    package let kind: Credential.Kind
    package let index: Int64
    package let floor: Int64
    package let notAfter: Timestamp
    package let lineage: Lineage
    /// Of a certificate: where its revocation must show, and its serial number.
    package let issuer: IssuerID?
    package let shard: Int64?
    package let serial: [UInt8]?

    /// The position that marks on open references are compared with.
    package var position: Int64 { kind == .token ? index : floor }

    package var references: [LineageReference] { lineage.references }
}

/// A chain of renewals with what those authenticated, and the one identity that holds all of it.
package struct CredentialFamily: Hashable, Sendable {
    /// The number of the `f` reference.
    package let number: Int64
    /// The number of the identity's `i`.
    package let identity: Int64
}

// Each takes a connection, so that several can be asked in one snapshot of the database.
extension CredentialTable {
    /// One credential by its id, or nil.
    package static func find(
        _ id: CredentialID, _ connection: any SQLConnection
    ) throws(StorageError) -> Credential? {
        try first(connection.rows(byID, [SQLValue(id)]))
    }

    /// The certificate of an issuer's serial number (RFC 5280, section 4.1.2.2).
    package static func find(
        issuer: IssuerID, serial: [UInt8], _ connection: any SQLConnection
    ) throws(StorageError) -> Credential? {
        try first(connection.rows(bySerial, [SQLValue(issuer), .bytes(serial)]))
    }

    /// The credential that the entry at `index` recorded.
    package static func find(
        index: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> Credential? {
        try first(connection.rows(byIndex, [.integer(index)]))
    }

    /// One page of a list, the newest first.
    ///
    /// - Parameter index: only those recorded before this entry, the cursor of the page before; nil for the first.
    package static func list(
        _ filter: CredentialFilter, before index: Int64?, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [Credential] {
        var conditions = ["idx < $1"]
        var arguments: [SQLValue] = [.integer(index ?? Int64.max), .integer(limit)]
        func add(_ value: SQLValue, _ condition: (String) -> String) {
            arguments.append(value)
            conditions.append(condition("$\(arguments.count)"))
        }
        if let identity = filter.identity {
            add(SQLValue(identity)) { "l_i = (SELECT number FROM identity WHERE id = \($0) AND version = 1)" }
        }
        if let owner = filter.owner {
            add(SQLValue(owner)) { "l_o = (SELECT number FROM identity WHERE id = \($0) AND version = 1)" }
        }
        if let entitlement = filter.entitlement {
            add(SQLValue(entitlement)) { id in
                "l_i = (SELECT i.number FROM entitlement AS e JOIN identity AS i ON i.id = e.identity AND i.version = 1"
                    + " WHERE e.id = \(id) AND e.version = 1)"
                    + " AND l_e = (SELECT number FROM entitlement WHERE id = \(id) AND version = 1)"
            }
        }
        if let time = filter.endingAfter { add(SQLValue(time)) { "not_after > \($0)" } }
        let statement = Statement(
            "SELECT \(columns) FROM credential WHERE \(conditions.joined(separator: " AND "))"
                + " ORDER BY idx DESC LIMIT $2")
        return try connection.rows(statement, arguments).map { (row) throws(StorageError) in try decode(row) }
    }

    /// How many credentials of an identity, recorded at `index` or after it, have not ended by `time`, revoked ones
    /// among them; counts to `max` at most.
    package static func countLive(
        identityNumber: Int64, at time: Timestamp, from index: Int64 = 0, max: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> Int64 {
        let arguments: [SQLValue] = [.integer(identityNumber), SQLValue(time), .integer(max), .integer(index)]
        guard let row = try connection.rows(liveCount, arguments).first else { return 0 }
        var reader = RowReader(row, of: "credential")
        return try reader.integer()
    }

    /// One page of what hangs on a reference and has not ended by `time`, in the order of the log: whether marks kill
    /// it is for the caller to see, by `lineage` and `position`.
    ///
    /// The set up to an index never changes, so counting it page by page after a mark was recorded is exact. Kinds
    /// `p t v n k` have no index and read all rows, and so do `a f c` where the identity is not known.
    ///
    /// - Parameters:
    ///   - identity: the number of the one identity that can hold what hangs on an `a`, `f` or `c`: none of them ever
    ///     leaves the identity that they were made for. Nil where it is not known.
    ///   - upTo: only those recorded at or below this index.
    ///   - cursor: the index of the last one of the page before; −1 for the first page.
    package static func liveCredentials(
        hangingOn reference: LineageReference, of identity: Int64?, upTo: Int64, endingAfter time: Timestamp,
        after cursor: Int64, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [LiveCredential] {
        var arguments: [SQLValue] = [
            .integer(reference.number), .integer(cursor), .integer(upTo), SQLValue(time), .integer(limit),
        ]
        if let identity { arguments.append(.integer(identity)) }
        return try connection.rows(hanging(on: reference.kind, ofOneIdentity: identity != nil), arguments)
            .map { (row) throws(StorageError) in try decodeLive(row) }
    }

    /// One page of the certificates of a CRL shard which have not ended by `time`, in the order of the log.
    package static func certificates(
        ofShard shard: Int64, issuer: IssuerID, endingAfter time: Timestamp, after cursor: Int64, limit: Int64,
        _ connection: any SQLConnection
    ) throws(StorageError) -> [LiveCredential] {
        try connection.rows(
            ofShard, [SQLValue(issuer), .integer(shard), .integer(cursor), SQLValue(time), .integer(limit)]
        ).map { (row) throws(StorageError) in try decodeLive(row) }
    }

    /// The families of the credentials that hold a subject key, or hang on another reference.
    package static func families(
        hangingOn reference: LineageReference, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [CredentialFamily] {
        let statement = Statement(
            "SELECT DISTINCT l_f, l_i FROM credential WHERE \(condition(on: reference.kind)) ORDER BY l_f LIMIT $2")
        return try connection.rows(statement, [.integer(reference.number), .integer(limit)])
            .map { (row) throws(StorageError) in
                var reader = RowReader(row, of: "credential")
                return CredentialFamily(number: try reader.integer(), identity: try reader.integer())
            }
    }

    private static func first(_ rows: [SQLRow]) throws(StorageError) -> Credential? {
        guard let row = rows.first else { return nil }
        return try decode(row)
    }

    private static func decodeLive(_ row: SQLRow) throws(StorageError) -> LiveCredential {
        var reader = RowReader(row, of: "credential")
        return LiveCredential(
            id: try reader.id(), kind: try reader.raw(), index: try reader.integer(), floor: try reader.integer(),
            notAfter: try reader.time(), lineage: try lineage(&reader), issuer: try reader.optionalID(),
            shard: try reader.optionalInteger(), serial: try reader.optionalBytes())
    }

    private static func hanging(on kind: LineageReference.Kind, ofOneIdentity: Bool) -> Statement {
        Statement(
            "SELECT \(liveColumns) FROM credential WHERE \(condition(on: kind))"
                + (ofOneIdentity ? " AND l_i = $6" : "")
                + " AND idx > $2 AND idx <= $3 AND not_after > $4 ORDER BY idx LIMIT $5")
    }

    private static func condition(on kind: LineageReference.Kind) -> String {
        guard kind == .entitlement else { return "l_\(kind.rawValue) = $1" }
        // An entitlement's number is the index of its first version; it is of one identity, its children are not.
        return "((l_e = $1 AND l_i = (SELECT i.number FROM entitlement AS e JOIN identity AS i"
            + " ON i.id = e.identity AND i.version = 1 WHERE e.idx = $1 AND e.version = 1))"
            + " OR l_e2 = $1 OR l_e3 = $1 OR l_e4 = $1)"
    }

    private static let liveColumns =
        "id, kind, idx, floor, not_after, \(lineageColumns), issuer, shard, serial"
    private static let byID = Statement("SELECT \(columns) FROM credential WHERE id = $1")
    private static let byIndex = Statement("SELECT \(columns) FROM credential WHERE idx = $1")
    private static let bySerial = Statement(
        "SELECT \(columns) FROM credential WHERE issuer = $1 AND serial = $2")
    private static let liveCount = Statement(
        "SELECT count(*) FROM (SELECT 1 FROM credential WHERE l_i = $1 AND idx >= $4 AND not_after > $2"
            + " LIMIT $3) AS live")
    private static let ofShard = Statement(
        "SELECT \(liveColumns) FROM credential WHERE issuer = $1 AND shard = $2 AND idx > $3 AND not_after > $4"
            + " ORDER BY idx LIMIT $5")
}
