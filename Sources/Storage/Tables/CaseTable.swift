package import TenureModel

/// Offboardings, by version. Entries call the table `case`, which SQL does not let a table be called.
package enum CaseTable {
    package static let table = AuditedTable(
        name: "case", hashVersion: 1,
        columns: [
            "id", "version", "state", "target", "target_kind", "transfer_to", "transfer_to_kind", "reason", "document",
        ],
        hasNumber: false, relation: "offboarding")

    private struct Document: Codable {
        var ends: [IdentityID]
        var passes: [IdentityID]
    }

    /// The row of a case's version.
    package static func row(for offboarding: OffboardingCase) -> AuditedRow {
        AuditedRow(
            table: table, key: "\(offboarding.id.text)@\(offboarding.version)", number: .absent,
            values: [
                SQLValue(offboarding.id), .integer(offboarding.version), .text(offboarding.state.rawValue),
                SQLValue(offboarding.target), .text(offboarding.target.kind.rawValue),
                offboarding.transferTo.map { SQLValue($0) } ?? .null,
                SQLValue(offboarding.transferTo?.kind.rawValue), .text(offboarding.reason.rawValue),
                .text(CanonicalDocument.encode(Document(ends: offboarding.ends, passes: offboarding.passes))),
            ])
    }

    private static let newest = Statement(
        "SELECT \(table.columns.joined(separator: ", ")) FROM offboarding WHERE id = $1"
            + " ORDER BY version DESC LIMIT 1")
    private static let all = Statement(
        "SELECT \(table.columns.joined(separator: ", ")) FROM offboarding AS o WHERE idx < $1 AND version ="
            + " (SELECT max(version) FROM offboarding AS n WHERE n.id = o.id) ORDER BY idx DESC LIMIT $2")

    /// The newest version of one case.
    package static func find(
        _ id: CaseID, _ connection: any SQLConnection
    ) throws(StorageError) -> OffboardingCase? {
        guard let row = try connection.rows(newest, [SQLValue(id)]).first else { return nil }
        return try decode(row)
    }

    /// The newest versions of cases, those changed last first.
    ///
    /// - Parameter index: only those last changed before this entry; nil for all.
    package static func list(
        before index: Int64?, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [OffboardingCase] {
        try connection.rows(all, [.integer(index ?? Int64.max), .integer(limit)])
            .map { (row) throws(StorageError) in try decode(row) }
    }

    private static func decode(_ row: SQLRow) throws(StorageError) -> OffboardingCase {
        var reader = RowReader(row, of: "case")
        let id: CaseID = try reader.id()
        let version = try reader.integer()
        let state: OffboardingCase.State = try reader.raw()
        let target = try reader.identityID()
        let transferTo = try reader.optionalIdentityID()
        let reason: RevocationReason = try reader.raw()
        let document = try reader.document(Document.self)
        return OffboardingCase(
            id: id, version: version, state: state, target: target, transferTo: transferTo, reason: reason,
            ends: document.ends, passes: document.passes)
    }
}
