package import AuditLog
package import Authorization
internal import Storage
package import TenureModel

/// Where a verifier starts: all that was cut and can still matter, and the place in the feed from which to follow.
package struct Cutoffs: Sendable {
    /// With a cut each, in the order of their references.
    package let marks: [Mark]
    /// The logs whose indexes credentials may carry.
    package let logs: [LogSpan]
    /// How many entries the log had.
    package let head: Int64
    /// The last event of the feed that is in `marks`; −1 before the first.
    package let last: Int64
    package let checkpoint: Checkpoint
}

extension Broker {
    /// After a cut so long ago nothing lives that it could have ended: the longest lifetime of anything, and a day for
    /// clocks that differ. A stolen signing key is another matter: it can sign with any date.
    static let cutMattersSeconds = Lifetime.allowed.upperBound + 86_400

    /// All cuts that can still matter.
    package func cutoffs(by caller: AuthenticatedCaller) throws(LifecycleError) -> Cutoffs {
        // Read first: what is recorded meanwhile is in the marks already, and comes once more on the feed.
        let head = recorder.head
        let checkpoint = recorder.checkpoint
        let snapshot = self.snapshot
        try permitSomewhere(.feedRead, by: caller, in: snapshot)
        let horizon = now().adding(seconds: -Self.cutMattersSeconds)
        let cuts = snapshot.marks.filter { stored in
            stored.mark.cutIndex >= 0 && (stored.at > horizon || stored.mark.reference.kind == .signingKey)
        }
        return Cutoffs(
            marks: cuts.map(\.mark), logs: keys.logs, head: head.size, last: head.lastFeed,
            checkpoint: checkpoint)
    }
}
