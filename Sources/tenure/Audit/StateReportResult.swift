internal import AuditInspection
internal import AuditLog
internal import TenureModel

/// Where the tables are not what the log says, as it is shown.
struct StateReportResult: Encodable {
    let equal: Bool
    let findingCount: Int
    let findings: [Finding]

    struct Finding: Encodable {
        let finding: String
        let table: String
        let key: String
        /// The entry that wrote it; nil where no single one did.
        let index: Int64?
    }

    enum CodingKeys: String, CodingKey {
        case equal
        case findingCount = "finding_count"
        case findings
    }

    init(_ report: StateReport) {
        equal = report.isEqual
        findingCount = report.findingCount
        findings = report.findings.map(Self.finding)
    }

    func show(on report: inout Report) {
        report.line(equal ? "The tables are what the log says." : "The tables are not what the log says.")
        for finding in findings {
            let place = finding.index.map { ", entry \($0)" } ?? ""
            report.line("  \(finding.table) \(finding.key)\(place): \(finding.finding)")
        }
        if findingCount > findings.count { report.line("  and \(findingCount - findings.count) more") }
    }

    private static func finding(_ finding: StateFinding) -> Finding {
        switch finding {
        case .missingRow(let table, let key, let index):
            .init(finding: "the row is gone", table: table, key: key, index: index)
        case .extraRow(let table, let key, let index):
            .init(finding: "its entry did not write this row", table: table, key: key, index: index)
        case .changedRow(let table, let key, let index):
            .init(finding: "the row was changed", table: table, key: key, index: index)
        case .unreadableMark(let key, let index):
            .init(
                finding: "its entry says nothing that a mark can be", table: StateFold.markTable, key: key, index: index
            )
        case .missingMark(let mark): markFinding("the mark is gone", mark)
        case .extraMark(let mark): markFinding("no entry wrote this mark", mark)
        case .changedMark(_, let found): markFinding("the mark was changed", found)
        }
    }

    private static func markFinding(_ words: String, _ mark: FoldedMark) -> Finding {
        .init(
            finding: words, table: StateFold.markTable, key: mark.mark.reference.description,
            index: mark.mark.changedIndex)
    }
}
