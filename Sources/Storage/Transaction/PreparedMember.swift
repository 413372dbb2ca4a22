internal import AuditLog
internal import TenureModel

/// A member with everything done that needs no lock: rows hashed, entries encoded, leaves hashed.
struct PreparedMember: Sendable {
    /// The most entries that one member or act may write: those of an estate (DESIGN, section 3).
    static let entriesMax = 10_000

    struct Entry: Sendable {
        var pending: PendingEntry
        var body: [UInt8]
        var leafHash: [UInt8]
    }

    let operation: OperationRecord
    let floor: Int64
    let references: [LineageReference]
    let presentation: Presentation?
    let liveBound: LiveBound?
    let entries: [Entry]
    /// What its bodies and rows weigh; batches are bounded by it.
    let byteCount: Int

    /// - Throws: `constraint` where the rows cannot be recorded as they are: no entries or too many, an entry over 8
    ///   KiB, or a change of an object without the mark by which decisions that rest on it are found.
    init(_ member: RecordingMember) throws(RecordingError) {
        guard (1...Self.entriesMax).contains(member.entries.count) else {
            throw .constraint("an operation writes 1 to \(Self.entriesMax) entries")
        }
        operation = member.operation
        floor = member.floor
        references = member.references
        presentation = member.presentation
        liveBound = member.liveBound
        var entries: [Entry] = []
        entries.reserveCapacity(member.entries.count)
        var bytes = 0
        for pending in member.entries {
            let entry = try Self.prepare(pending)
            bytes += entry.body.count + 512
            for row in pending.rows { bytes += row.byteCount }
            entries.append(entry)
        }
        try Self.checkMarks(member.entries)
        self.entries = entries
        byteCount = bytes
    }

    private static func prepare(_ pending: PendingEntry) throws(RecordingError) -> Entry {
        var pending = pending
        pending.entry.rows = pending.rows.map { AuditedRowHash(table: $0.table.name, key: $0.key, hash: $0.hash) }
        for mark in pending.marks {
            pending.entry.rows.append(
                AuditedRowHash(
                    table: LineageMarkTable.name, key: mark.reference.description,
                    hash: LineageMarkTable.hash(of: mark)))
        }
        let body = try encode(pending.entry)
        return Entry(pending: pending, body: body, leafHash: EntryEncoding.leafHash(of: body))
    }

    static func encode(_ entry: AuditEntry) throws(RecordingError) -> [UInt8] {
        do {
            return try EntryEncoding.encode(entry)
        } catch {
            throw .constraint("the audit entry of \(entry.act.rawValue) cannot be written: \(error)")
        }
    }

    /// The one place that holds every writer to the check of marks: a change of an existing identity, trust, profile or
    /// entitlement raises the mark of its reference in the same operation.
    private static func checkMarks(_ entries: [PendingEntry]) throws(RecordingError) {
        var marked = Set<LineageReference>()
        for entry in entries { for mark in entry.marks { marked.insert(mark.reference) } }
        for entry in entries {
            for row in entry.rows {
                guard let reference = row.referenceThatMustBeMarked else { continue }
                guard marked.contains(reference) else {
                    throw .constraint("\(row.key) changes without a mark of \(reference)")
                }
            }
        }
    }
}

extension AuditedRow {
    fileprivate var byteCount: Int {
        values.reduce(0) { sum, value in
            switch value {
            case .null: sum + 1
            case .integer: sum + 8
            case .text(let text): sum + text.utf8.count
            case .bytes(let bytes): sum + bytes.count
            }
        }
    }
}
