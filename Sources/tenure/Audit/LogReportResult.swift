internal import AuditLog
internal import TenureModel

/// What verification found, as it is shown.
struct LogReportResult: Encodable {
    let whole: Bool
    let size: Int64
    /// Base64, as in a checkpoint.
    let root: String
    /// Up to here a signed checkpoint attests the log; beyond it nobody can tell whether entries were cut off.
    let attestedSize: Int64
    let findingCount: Int
    let findings: [Finding]
    /// Where an operator said that the clock had been ahead.
    let clockResets: [ClockResetResult]
    /// Where the key came from: what it says holds as far as this is trusted.
    let keyFrom: String
    /// Whether the tables are what the log says, where that was asked.
    let state: StateReportResult?

    struct Finding: Encodable {
        let finding: String
        /// The first entry that it is about.
        let from: Int64
        /// Where a range ends, exclusive.
        let upTo: Int64?

        enum CodingKeys: String, CodingKey {
            case finding, from
            case upTo = "up_to"
        }
    }

    struct ClockResetResult: Encodable {
        let index: Int64
        let from: String
        let to: String
    }

    enum CodingKeys: String, CodingKey {
        case whole, size, root
        case attestedSize = "attested_size"
        case findingCount = "finding_count"
        case findings
        case clockResets = "clock_resets"
        case keyFrom = "key_from"
        case state
    }

    init(_ report: LogReport, state: StateReportResult?, keyFrom: String) {
        whole = report.isWhole
        size = report.size
        root = Base64.text(report.root)
        attestedSize = report.attestedSize
        findingCount = report.findingCount
        findings = report.findings.map(Self.finding)
        clockResets = report.clockResets.map {
            .init(index: $0.index, from: $0.from.description, to: $0.to.description)
        }
        self.state = state
        self.keyFrom = keyFrom
    }

    func show(on report: inout Report) {
        report.line(whole ? "The log is whole." : "The log was tampered with, or is damaged.")
        report.row("Entries", size)
        report.row("Attested up to", attestedSize)
        report.row("Root", root)
        report.row("Key from", keyFrom)
        for reset in clockResets {
            report.row("Clock reset", "entry \(reset.index), from \(reset.from) to \(reset.to)")
        }
        for finding in findings {
            let place = finding.upTo.map { "entries \(finding.from) to \($0)" } ?? "entry \(finding.from)"
            report.line("  \(place): \(finding.finding)")
        }
        if findingCount > findings.count { report.line("  and \(findingCount - findings.count) more") }
        state?.show(on: &report)
    }

    private static func finding(_ finding: LogFinding) -> Finding {
        switch finding {
        case .bodyChanged(let index): .init(finding: "its body was changed", from: index, upTo: nil)
        case .leafHashChanged(let index): .init(finding: "its stored hash was changed", from: index, upTo: nil)
        case .leafMismatch(let index): .init(finding: "its body and its hash do not fit", from: index, upTo: nil)
        case .undecodable(let index, _): .init(finding: "its body is none that Tenure writes", from: index, upTo: nil)
        case .missing(let from, let upTo): .init(finding: "missing", from: from, upTo: upTo)
        case .outOfOrder(let expected, let found):
            .init(finding: "entry \(found) stands in its place", from: expected, upTo: nil)
        case .timeFell(let index): .init(finding: "its time lies before the last one's", from: index, upTo: nil)
        case .rewritten(let from, let upTo):
            .init(finding: "changed, inserted or moved in this range", from: from, upTo: upTo)
        case .truncated(let size, let checkpoint):
            .init(finding: "cut off: a checkpoint attests them", from: size, upTo: checkpoint)
        case .badCheckpoint(let place, let error):
            .init(finding: "checkpoint number \(place + 1) is not believed (\(words(of: error)))", from: 0, upTo: nil)
        case .conflictingRoots(let size):
            .init(finding: "two trees of \(size) entries were signed", from: 0, upTo: size)
        case .beyondCheckpoint(let from, let upTo):
            .init(finding: "beyond the checkpoint that ends the log", from: from, upTo: upTo)
        case .unreadableLine(let line, let index):
            .init(finding: "line \(line) is none of an export", from: index, upTo: nil)
        case .otherLog: .init(finding: "the log is another, or signed by another key", from: 0, upTo: nil)
        case .unfinished: .init(finding: "no checkpoint ends it", from: 0, upTo: nil)
        }
    }

    private static func words(of error: NoteError) -> String {
        switch error {
        case .wrongOrigin(let origin): "it is of \(Printable.text(origin))"
        default: "\(error)"
        }
    }
}
