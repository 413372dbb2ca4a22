internal import TenureModel

/// The check of marks of one batch (DESIGN, section 3): has anything on which a member's decision rests changed since?
///
/// Made after the head row is locked, and read in a statement of its own after that lock: on PostgreSQL one statement
/// has one snapshot, taken before it waits for the lock (PITFALLS, section 2).
struct MarkCheck {
    /// Beyond so many, marks are looked up by reference.
    static let readMax: Int64 = 10_000

    private let lastMark: Int64
    private let smallestFloor: Int64
    /// Marks since the smallest floor; nil until somebody needs them.
    private var stored: [LineageReference: Mark]?
    private var isTooMany = false
    /// Marks of earlier members of the batch.
    private(set) var written: [LineageReference: Mark] = [:]

    init(lastMark: Int64, smallestFloor: Int64) {
        self.lastMark = lastMark
        self.smallestFloor = smallestFloor
    }

    /// What refuses the member; nil if it may be recorded. Costs nothing where no mark was made since its floor.
    mutating func refusal(
        _ member: PreparedMember, _ connection: any SQLConnection
    ) throws(StorageError) -> RecordingRefusal? {
        // defence: T35 becomes: if lastMark <= member.floor, written.isEmpty { return nil }
        if lastMark < member.floor, written.isEmpty { return nil }
        if lastMark >= member.floor, stored == nil { try read(connection) }
        for reference in member.references {
            guard let mark = try mark(reference, connection), mark.changedIndex >= member.floor else { continue }
            return !reference.kind.isOpen && mark.cutIndex >= 0 ? .cut(reference) : .changed(reference)
        }
        return nil
    }

    /// Remembers a mark that a member of this batch writes.
    mutating func note(_ mark: PendingMark, at index: Int64) {
        let before = written[mark.reference] ?? stored?[mark.reference]
        let cut = mark.cuts ? index : before?.cutIndex ?? Mark.neverCut
        written[mark.reference] = Mark(reference: mark.reference, cutIndex: cut, changedIndex: index)
    }

    private mutating func read(_ connection: any SQLConnection) throws(StorageError) {
        let marks = try LineageMarkTable.changed(since: smallestFloor, limit: Self.readMax + 1, connection)
        isTooMany = marks.count > Int(Self.readMax)
        var found: [LineageReference: Mark] = [:]
        if !isTooMany { for mark in marks { found[mark.mark.reference] = mark.mark } }
        stored = found
    }

    private func mark(
        _ reference: LineageReference, _ connection: any SQLConnection
    ) throws(StorageError) -> Mark? {
        if let mark = written[reference] { return mark }
        if isTooMany { return try LineageMarkTable.find(reference, connection)?.mark }
        return stored?[reference]
    }
}
