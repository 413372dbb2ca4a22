package import AuditLog
package import TenureAPI
package import TenureModel

/// All that was cut, up to one place of the feed, and as of which instant that is known.
///
/// Instants are milliseconds of a clock of the verifier's own that never goes back; the broker's clock is only compared
/// with itself. So neither side's clock has to be right, and a proxy that buffers the feed hides no age (THREATS, T12).
package struct RevocationMemory: Sendable {
    /// A heartbeat younger than this says that nothing is missing.
    package static let currentMilliseconds: Int64 = 3_000

    private var cuts: [LineageReference: Int64]
    private let logs: [LogSpan]
    /// The last event of the feed that is in it; −1 before the first.
    package private(set) var last: Int64
    /// As of when everything is known that was cut.
    package private(set) var knownAt: Int64
    private var size: Int64
    private var checkpoint: SeenCheckpoint
    /// What has to be added to the broker's time to have ours, at most; nil until a connection's first heartbeat.
    private var offset: Int64?
    private var connectedAt: Int64

    /// Begins with an answer of `GET /cutoffs`.
    ///
    /// - Parameter askedAt: when it was asked for: whatever was cut before that is in it.
    /// - Throws: `malformed`.
    package init(_ answer: CutoffsAnswer, askedAt: Int64) throws(FeedFault) {
        var cuts: [LineageReference: Int64] = [:]
        cuts.reserveCapacity(answer.marks.count)
        for mark in answer.marks {
            guard mark.cut >= 0 else { throw .malformed }
            cuts[try LineageReference(kind: mark.kind, number: mark.number)] = mark.cut
        }
        var logs: [LogSpan] = []
        for log in answer.logs {
            guard let id = LogID(log.log) else { throw .malformed }
            logs.append(LogSpan(log: id, start: log.start, end: log.end))
        }
        checkpoint = try SeenCheckpoint(answer.checkpoint)
        guard (0..<FeedHead.sizeLimit).contains(answer.head), answer.last >= -1, answer.last < answer.head,
            logs.contains(where: { [checkpoint] in $0.log == checkpoint.log && $0.end == nil })
        else { throw .malformed }
        self.cuts = cuts
        self.logs = logs
        last = answer.last
        size = answer.head
        knownAt = askedAt
        connectedAt = askedAt
    }

    /// Says that the feed was asked for, from `last` on. What comes on another connection came from another node, with
    /// another clock, perhaps.
    package mutating func connect(at instant: Int64) {
        connectedAt = instant
        offset = nil
    }

    /// Takes the next event.
    ///
    /// - Throws: `missed` where it does not follow the last one.
    package mutating func apply(mark reference: LineageReference, index: Int64, previous: Int64) throws(FeedFault) {
        try follow(index: index, previous: previous)
        cuts[reference] = max(index, cuts[reference] ?? -1)
    }

    /// Goes on to an event that cuts nothing.
    ///
    /// - Throws: `missed` where it does not follow the last one.
    package mutating func follow(index: Int64, previous: Int64) throws(FeedFault) {
        // An event of `/cutoffs` may come once more.
        guard index > last else { return }
        // defence: T12
        guard previous == last else { throw .missed }
        last = index
    }

    /// Takes a heartbeat. It says how much is known only where all its events have come, and never less than an earlier
    /// one: a node that lags, or a log that lost its end, proves nothing.
    ///
    /// - Throws: `otherLog` or `rewritten` where it is not the log that was known, `missed` where events are missing
    ///   that should have come before it.
    package mutating func beat(_ head: FeedHead, at instant: Int64) throws(FeedFault) {
        guard head.checkpoint.log == checkpoint.log else { throw .otherLog }
        if head.checkpoint.size == checkpoint.size, head.checkpoint.root != checkpoint.root { throw .rewritten }
        guard head.last <= last else { throw .missed }
        // defence: T12
        guard head.last == last, head.size >= size else { return }
        size = head.size
        if head.checkpoint.size > checkpoint.size { checkpoint = head.checkpoint }
        // The node began to read after the connection was asked for, or a second before; nothing is read in the future.
        let bound = instant.subtractingBounded(head.at.milliseconds)
        let estimate = min(offset ?? connectedAt.subtractingBounded(head.at.milliseconds), bound)
        offset = estimate
        // defence: T12 becomes: knownAt = instant
        knownAt = max(knownAt, head.at.milliseconds + estimate)
    }

    /// Objects to another state of the log that is known which does not extend this one.
    ///
    /// - Throws: `missed` where it is an older state, `rewritten` where it is another history.
    package func requireSuccessor(_ other: RevocationMemory) throws(FeedFault) {
        guard other.checkpoint.log == checkpoint.log else { return }
        // defence: T12
        guard other.size >= size, other.last >= last else { throw .missed }
        if other.checkpoint.size == checkpoint.size, other.checkpoint.root != checkpoint.root { throw .rewritten }
    }

    /// How old what is known is, in milliseconds.
    package func age(at instant: Int64) -> Int64 { max(0, instant.subtractingBounded(knownAt)) }

    /// Whether something with these references is dead; nil while it lives.
    package func death(_ references: [LineageReference], position: Int64, log: LogID) -> LineageDeath? {
        LineageDeath.judge(references, position: position, log: log, logs: logs) { reference in
            cuts[reference].map { Mark(reference: reference, cutIndex: $0, changedIndex: $0) }
        }
    }

    /// How many cuts are kept.
    package var count: Int { cuts.count }
}

extension Int64 {
    /// Saturates instead of trapping: one of both numbers may come from outside.
    fileprivate func subtractingBounded(_ other: Int64) -> Int64 {
        let (difference, overflowed) = subtractingReportingOverflow(other)
        return overflowed ? (other > 0 ? .min : .max) : difference
    }
}
