internal import AuditLog
internal import TenureModel

/// What one transaction did to the log: its head is to be written, its rows are.
///
/// Everything that a rolled-back member must not leave behind is in this value, so a savepoint is a copy of it.
struct BatchTransaction {
    private(set) var head: LogHead
    /// Whether rows that the snapshot holds, or marks, were written.
    private(set) var changesSnapshot = false
    private var check: MarkCheck

    init(head: LogHead, smallestFloor: Int64) {
        self.head = head
        check = MarkCheck(lastMark: head.lastMark, smallestFloor: smallestFloor)
    }

    /// What became of one member inside the transaction.
    enum Outcome: Sendable {
        /// The index of its first entry.
        case written(Int64)
        case refused(RecordingRefusal)
    }

    /// Checks one member and writes it whole, or refuses it without having written anything of it.
    ///
    /// - Throws: what the database says; the caller rolls back to before this member then.
    mutating func record(
        _ member: PreparedMember, now: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) -> Outcome {
        // defence: T35
        if let refusal = try check.refusal(member, connection) { return .refused(refusal) }
        let operation = member.operation
        if let key = operation.idempotencyKey, let identity = operation.identity {
            let holder = try OperationTable.holder(ofKey: key, identity: identity, at: now, connection)
            // defence: T13
            if let holder { return .refused(.idempotencyKeyUsed(holder)) }
        }
        if let bound = member.liveBound, try isReached(bound, at: now, connection) { return .refused(.tooManyLive) }
        if let presentation = member.presentation {
            // defence: T14 T17
            guard try PresentationTable.count(presentation, connection) else { return .refused(.presentedTooOften) }
        }
        let first = head.size
        for entry in member.entries { try write(entry, connection) }
        try OperationTable.insert(operation, index: first, at: now, connection)
        return .written(first)
    }

    /// Whether the identity may hold no more, whichever node issued the rest. What was recorded since the count, for
    /// anybody, is counted against it as long as that proves enough; only then its own are read.
    private func isReached(
        _ bound: LiveBound, at now: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) -> Bool {
        let room = bound.max - bound.live
        if head.size - bound.size < room { return false }
        guard room > 0 else { return true }
        return try CredentialTable.countLive(
            identityNumber: bound.identity, at: now, from: bound.size, max: room, connection) >= room
    }

    /// Writes the head row; call it once, last.
    mutating func finish(_ connection: any SQLConnection) throws(StorageError) {
        head.root = head.frontier.root
        try HeadTable.write(head, connection)
    }

    private mutating func write(
        _ entry: PreparedMember.Entry, _ connection: any SQLConnection
    ) throws(StorageError) {
        let index = head.size
        guard index < Frontier.sizeMax else { throw .unavailable("the log is full") }
        let (time, body, leafHash) = try dated(entry)
        try connection.enqueue(
            EntryTable.insert, [.integer(index), SQLValue(time), .bytes(body), .bytes(leafHash)])
        for row in entry.pending.rows { try write(row, index: index, connection) }
        for mark in entry.pending.marks {
            try LineageMarkTable.write(mark, index: index, at: time, connection)
            // defence: T35 (within one batch)
            check.note(mark, at: index)
        }
        if !entry.pending.marks.isEmpty {
            head.lastMark = index
            changesSnapshot = true
        }
        try publish(entry.pending, index: index, at: time, connection)
        head.frontier.append(leafHash: leafHash)
        head.size = index + 1
        head.lastTime = time
        try TileTable.complete(connection, size: head.size)
    }

    /// An entry's time is the larger of its own and the last entry's: only where that is ahead are body and leaf made
    /// anew. Where an operator says that the clock was ahead, times go on from the one that is right.
    private func dated(_ entry: PreparedMember.Entry) throws(StorageError) -> (Timestamp, [UInt8], [UInt8]) {
        guard entry.pending.entry.at < head.lastTime, entry.pending.entry.act != .clockReset else {
            return (entry.pending.entry.at, entry.body, entry.leafHash)
        }
        var later = entry.pending.entry
        later.at = head.lastTime
        do throws(RecordingError) {
            let body = try PreparedMember.encode(later)
            return (head.lastTime, body, EntryEncoding.leafHash(of: body))
        } catch {
            throw .constraint("\(error)")
        }
    }

    private mutating func write(
        _ row: AuditedRow, index: Int64, _ connection: any SQLConnection
    ) throws(StorageError) {
        var values = row.values
        switch row.number {
        case .absent: break
        case .ofThisEntry: values.append(.integer(index))
        case .existing(let number): values.append(.integer(number))
        }
        values.append(.integer(index))
        try connection.enqueue(row.table.insert, values)
        if row.table.isInSnapshot { changesSnapshot = true }
    }

    /// Cuts and key changes are events of the feed, one place in it for each entry that carries some.
    private mutating func publish(
        _ entry: PendingEntry, index: Int64, at time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) {
        var events: [FeedEvent] = []
        for mark in entry.marks where mark.cuts {
            events.append(
                FeedEvent(
                    index: index, previous: head.lastFeed, body: .mark(mark.reference, mark.reason), at: time))
        }
        if entry.rows.contains(where: { $0.table == KeyVersionTable.table }) {
            events.append(FeedEvent(index: index, previous: head.lastFeed, body: .key, at: time))
        }
        guard !events.isEmpty else { return }
        try FeedTable.write(events, connection)
        head.lastFeed = index
    }
}
