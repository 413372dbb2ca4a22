package import TenureModel

/// Who may get what, by version.
package enum EntitlementTable {
    package static let table = AuditedTable(
        name: "entitlement", hashVersion: 1,
        columns: [
            "id", "version", "identity", "identity_kind", "profile", "state", "justification", "starts", "ends",
            "review", "granter", "approver", "document",
        ],
        hasNumber: true, reference: .entitlement, isInSnapshot: true)

    static let since = table.selectSince

    /// Constraints that narrow nothing, which most entitlements have and which need not be parsed.
    private static let unconstrained = "{}"

    /// The row of an entitlement's version.
    package static func row(for entitlement: Entitlement) -> AuditedRow {
        let terms = entitlement.terms
        return AuditedRow(
            table: table, key: entitlement.versionText,
            number: .of(version: entitlement.version, number: entitlement.number),
            values: [
                SQLValue(entitlement.id), .integer(entitlement.version), SQLValue(entitlement.identity),
                .text(entitlement.identity.kind.rawValue), SQLValue(entitlement.profile),
                .text(entitlement.state.rawValue), .text(terms.justification.text), SQLValue(terms.starts),
                SQLValue(terms.ends), SQLValue(terms.review), .text(entitlement.granter.text),
                SQLValue(entitlement.approver?.text), .text(CanonicalDocument.encode(terms.constraints)),
            ])
    }

    /// One version of an entitlement: the one that a credential names, which may no longer be the newest.
    package static func find(
        _ id: EntitlementID, version: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> Entitlement? {
        guard let row = try connection.rows(exact, [SQLValue(id), .integer(version)]).first else { return nil }
        return try decode(row)
    }

    /// The entry that wrote a version; nil where there is no such version.
    static func index(
        of id: EntitlementID, version: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> Int64? {
        guard let row = try connection.rows(place, [SQLValue(id), .integer(version)]).first else { return nil }
        var reader = RowReader(row, of: "entitlement")
        return try reader.integer()
    }

    private static let exact = table.selectVersion
    private static let place = Statement("SELECT idx FROM entitlement WHERE id = $1 AND version = $2")

    static func decode(_ row: SQLRow) throws(StorageError) -> Entitlement {
        var reader = RowReader(row, of: "entitlement")
        let id: EntitlementID = try reader.id()
        let version = try reader.integer()
        let identity = try reader.identityID()
        let profile: ProfileID = try reader.id()
        let state: Entitlement.State = try reader.raw()
        let justification = try reader.parsed(Sentence.init)
        let starts = try reader.time()
        let ends = try reader.optionalTime()
        let review = try reader.optionalTime()
        let granter = try reader.parsed(Grantor.init)
        let approver = try reader.optionalParsed(Grantor.init)
        let document = try reader.text()
        let constraints =
            document == unconstrained
            ? .unconstrained
            : try CanonicalDocument.decode(EntitlementConstraints.self, from: document, of: "entitlement")
        return Entitlement(
            id: id, number: try reader.integer(), version: version, identity: identity, profile: profile, state: state,
            terms: EntitlementTerms(
                justification: justification, starts: starts, ends: ends, review: review, constraints: constraints),
            granter: granter, approver: approver)
    }
}
