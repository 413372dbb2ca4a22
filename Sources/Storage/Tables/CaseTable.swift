package import TenureModel

/// All versions of one case, the first first.
package struct CaseHistory: Hashable, Sendable {
    /// One of them, and the index of the entry that wrote it.
    package struct Version: Hashable, Sendable {
        package let step: OffboardingCase
        package let index: Int64

        /// The index of the last entry of its step.
        package var last: Int64 { index + Int64(step.ends.count + step.passes.count) }
    }

    package let first: Version
    package let newest: Version
    package let versions: [Version]

    /// Nil of none.
    init?(_ versions: [Version]) {
        guard let first = versions.first, let newest = versions.last else { return nil }
        self.first = first
        self.newest = newest
        self.versions = versions
    }

    /// Every identity that it has ended so far, the target first.
    package var ends: [IdentityID] { versions.flatMap(\.step.ends) }

    /// Every workload that it has passed on so far.
    package var passes: [IdentityID] { versions.flatMap(\.step.passes) }

    /// The version by which nothing was left to end.
    package var applied: Version? { versions.first { $0.step.state == .applied } }
}

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
        var receipt: OffboardingCase.SignedReceipt?
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
                .text(
                    CanonicalDocument.encode(
                        Document(
                            ends: offboarding.ends, passes: offboarding.passes, receipt: offboarding.receipt))),
            ])
    }

    private static let columns = table.columns.joined(separator: ", ") + ", idx"
    private static let versions = Statement("SELECT \(columns) FROM offboarding WHERE id = $1 ORDER BY version")
    private static let isNewest = "version = (SELECT max(version) FROM offboarding AS n WHERE n.id = o.id)"
    private static let all = Statement(
        "SELECT \(columns) FROM offboarding AS o WHERE idx < $1 AND \(isNewest) ORDER BY idx DESC LIMIT $2")
    private static let open = Statement(
        "SELECT \(columns) FROM offboarding AS o WHERE state IN ('approved', 'applied') AND \(isNewest)"
            + " ORDER BY idx LIMIT $1")

    /// One case with all of its steps, or nil.
    package static func history(
        _ id: CaseID, _ connection: any SQLConnection
    ) throws(StorageError) -> CaseHistory? {
        CaseHistory(try connection.rows(versions, [SQLValue(id)]).map { (row) throws(StorageError) in try decode(row) })
    }

    /// The newest versions of cases, those changed last first.
    ///
    /// - Parameter index: only those last changed before this entry; nil for all.
    package static func list(
        before index: Int64?, limit: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [CaseHistory.Version] {
        try connection.rows(all, [.integer(index ?? Int64.max), .integer(limit)])
            .map { (row) throws(StorageError) in try decode(row) }
    }

    /// Cases of which something is left to do, those that wait longest first.
    static func open(limit: Int64, _ connection: any SQLConnection) throws(StorageError) -> [CaseID] {
        try connection.rows(open, [.integer(limit)]).map { (row) throws(StorageError) in try decode(row).step.id }
    }

    private static func decode(_ row: SQLRow) throws(StorageError) -> CaseHistory.Version {
        var reader = RowReader(row, of: "case")
        let id: CaseID = try reader.id()
        let version = try reader.integer()
        let state: OffboardingCase.State = try reader.raw()
        let target = try reader.identityID()
        let transferTo = try reader.optionalIdentityID()
        let reason: RevocationReason = try reader.raw()
        let document = try reader.document(Document.self)
        return CaseHistory.Version(
            step: OffboardingCase(
                id: id, version: version, state: state, target: target, transferTo: transferTo, reason: reason,
                ends: document.ends, passes: document.passes, receipt: document.receipt),
            index: try reader.integer())
    }
}
