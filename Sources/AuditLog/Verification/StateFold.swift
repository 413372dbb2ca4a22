package import TenureModel

/// One row of an audited table as it stands in the database, its hash computed again.
package struct FoldedRow: Hashable, Sendable {
    package let table: String
    /// As entries name it, such as `crd_…`.
    package let key: String
    /// The index of the entry that wrote it, from the row's own column.
    package let index: Int64
    package let hash: [UInt8]

    package init(table: String, key: String, index: Int64, hash: [UInt8]) {
        self.table = table
        self.key = key
        self.index = index
        self.hash = hash
    }
}

/// One mark as it stands in the database, or as the entries say it must.
package struct FoldedMark: Hashable, Sendable {
    package let mark: Mark
    /// The time of the last cut; of the last change where nothing was ever cut. So is the reason.
    package let at: Timestamp
    package let reason: RevocationReason

    package init(mark: Mark, at: Timestamp, reason: RevocationReason) {
        self.mark = mark
        self.at = at
        self.reason = reason
    }
}

/// Where the tables are not what the log says (T40).
package enum StateFinding: Hashable, Sendable {
    /// An entry wrote a row that is not there.
    case missingRow(table: String, key: String, index: Int64)
    /// A row is there that the entry of its index did not write.
    case extraRow(table: String, key: String, index: Int64)
    /// A row is not what its entry wrote.
    case changedRow(table: String, key: String, index: Int64)
    /// An entry names a mark whose hash is that of no cut and no change.
    case unreadableMark(key: String, index: Int64)
    case missingMark(FoldedMark)
    case extraMark(FoldedMark)
    case changedMark(expected: FoldedMark, found: FoldedMark)
}

/// What an entry `retention.cut` says: the rows of credentials that were recorded before an index, and had ended by a
/// time, may be gone.
package struct RetentionCut: Hashable, Sendable {
    package let before: Int64
    package let endedBy: Timestamp

    package init(before: Int64, endedBy: Timestamp) {
        self.before = before
        self.endedBy = endedBy
    }

    /// As an entry says it; nil of any other, and of one that would let go what lived when it was written.
    package init?(_ entry: AuditEntry, at index: Int64) {
        guard entry.act == .retentionCut, entry.outcome == .done,
            case .number(let before)? = entry.details.first(where: { $0.key == "before" })?.value,
            case .text(let text)? = entry.details.first(where: { $0.key == "ended_by" })?.value,
            let endedBy = try? Timestamp(rfc3339: text), (0...index).contains(before), endedBy <= entry.at
        else { return nil }
        self.init(before: before, endedBy: endedBy)
    }

    /// What the entry says beside what all entries say.
    package var details: [AuditDetail.Member] {
        [
            .init("before", .number(before)), .init("ended_by", .text(endedBy.secondsText)),
            .init("kinds", .list([.text(Self.table)])),
        ]
    }

    /// The one table whose rows may go.
    static let table = "credential"

    /// Whether it covers a row that the entry at `index` wrote.
    func covers(_ row: AuditedRowHash, of entry: AuditEntry, at index: Int64) -> Bool {
        guard row.table.utf8.elementsEqual(Self.table.utf8), index < before,
            case .text(let text)? = entry.details.first(where: { $0.key == "not_after" })?.value,
            let notAfter = try? Timestamp(rfc3339: text)
        else { return false }
        return notAfter < endedBy
    }
}

/// Folds the entries of a log into what the audited tables must hold, and compares.
///
/// Feed each entry, in the order of the log, and after it the rows of all tables that bear its index; then all marks;
/// then ask for the findings. Rows are held for one entry only, marks for the whole log. Where `lastCut` comes out of
/// it, rows of ended credentials may be gone by right: fold once more with it.
package struct StateFold: Sendable {
    package static let findingsMax = 1000
    /// The table of marks, whose rows in entries bear the reference as their key.
    package static let markTable = "lineage_mark"

    private let cut: RetentionCut?
    private var index: Int64 = -1
    private var entry: AuditEntry?
    private var expected: [AuditedRowHash] = []
    private var marks: [LineageReference: FoldedMark] = [:]
    /// The first findings, at most `findingsMax`.
    package private(set) var findings: [StateFinding] = []
    package private(set) var findingCount = 0
    /// The last entry that lets rows of credentials go: it covers what those before it do.
    package private(set) var lastCut: RetentionCut?

    /// - Parameter cut: what may be gone; nil where everything must be there.
    package init(cut: RetentionCut? = nil) { self.cut = cut }

    /// Feeds the next entry, after all rows of the one before it.
    package mutating func feed(index: Int64, entry: AuditEntry) {
        settleEntry()
        self.index = index
        self.entry = entry
        if let cut = RetentionCut(entry, at: index) { lastCut = cut }
        for row in entry.rows {
            if row.table == Self.markTable {
                fold(row, at: entry.at)
            } else {
                expected.append(row)
            }
        }
    }

    /// Feeds a row that bears the index of the entry that was fed last.
    package mutating func feed(_ row: FoldedRow) {
        let place = expected.firstIndex {
            $0.table.utf8.elementsEqual(row.table.utf8) && $0.key.utf8.elementsEqual(row.key.utf8)
        }
        // defence: T40 becomes: guard true, let place else {
        guard row.index == index, let place else {
            report(.extraRow(table: row.table, key: row.key, index: row.index))
            return
        }
        // defence: T40 becomes: if expected.remove(at: place).hash.isEmpty {
        if expected.remove(at: place).hash != row.hash {
            report(.changedRow(table: row.table, key: row.key, index: row.index))
        }
    }

    /// Feeds a row of the table of marks, after all entries.
    package mutating func feed(_ mark: FoldedMark) {
        settleEntry()
        guard let expected = marks.removeValue(forKey: mark.mark.reference) else {
            report(.extraMark(mark))
            return
        }
        // defence: T40
        if expected != mark { report(.changedMark(expected: expected, found: mark)) }
    }

    /// Says that all entries, rows and marks were fed.
    package mutating func finish() {
        settleEntry()
        for mark in marks.values.sorted(by: { $0.mark.changedIndex < $1.mark.changedIndex }) {
            report(.missingMark(mark))
        }
        marks = [:]
    }

    private mutating func settleEntry() {
        // defence: T40
        for row in expected where !mayBeGone(row) { report(.missingRow(table: row.table, key: row.key, index: index)) }
        expected = []
    }

    private func mayBeGone(_ row: AuditedRowHash) -> Bool {
        guard let cut, let entry else { return false }
        return cut.covers(row, of: entry, at: index)
    }

    /// The last entry that names a reference gives its `changed_index`, the last that cuts it all else.
    private mutating func fold(_ row: AuditedRowHash, at time: Timestamp) {
        guard let reference = LineageReference(referenceText: row.key),
            let (cuts, reason) = Self.content(of: row.hash, reference)
        else {
            report(.unreadableMark(key: row.key, index: index))
            return
        }
        let before = marks[reference]
        let cutBefore = before?.mark.cutIndex ?? Mark.neverCut
        let mark = Mark(reference: reference, cutIndex: cuts ? index : cutBefore, changedIndex: index)
        guard !cuts, let before, cutBefore >= 0 else {
            marks[reference] = FoldedMark(mark: mark, at: time, reason: reason)
            return
        }
        marks[reference] = FoldedMark(mark: mark, at: before.at, reason: before.reason)
    }

    /// What the hash in an entry says: there are few enough possibilities to try them all.
    private static func content(
        of hash: [UInt8], _ reference: LineageReference
    ) -> (cuts: Bool, reason: RevocationReason)? {
        for cuts in [false, true] {
            for reason in RevocationReason.allCases
            where RowHash.mark(reference, cuts: cuts, reason: reason) == hash { return (cuts, reason) }
        }
        return nil
    }

    private mutating func report(_ finding: StateFinding) {
        findingCount += 1
        if findings.count < Self.findingsMax { findings.append(finding) }
    }
}

extension RowHash {
    /// The hash by which an entry names a mark: of kind, number, whether it cuts (1 or 0), and the reason. Both indexes
    /// and the time of the row are those of entries, and folding supplies them.
    package static func mark(_ reference: LineageReference, cuts: Bool, reason: RevocationReason) -> [UInt8] {
        var hash = RowHash(table: StateFold.markTable, version: 1)
        hash.append("kind", .text(reference.kind.rawValue))
        hash.append("number", .integer(reference.number))
        hash.append("cuts", .integer(cuts ? 1 : 0))
        hash.append("reason", .text(reason.rawValue))
        return hash.finish()
    }
}
