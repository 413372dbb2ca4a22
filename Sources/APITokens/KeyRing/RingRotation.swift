package import TenureModel

/// When the versions of a ring follow one another. Predicates of times alone, so that every node comes to the same
/// answer (P4).
package enum RingRotation {
    /// How long a new version is published before it signs, in seconds: every verifier has fetched it by then.
    package static let publicationLeadSeconds: Int64 = 60

    /// Whether the ring needs another version: it has none, or the newest has signed for the whole period.
    package static func shouldStage(newest: KeyVersion?, periodSeconds: Int64, now: Timestamp) -> Bool {
        guard let newest else { return true }
        return now >= newest.signFrom.adding(seconds: max(periodSeconds, 0))
    }

    /// From when on a version that is published now may sign: at once where nothing else can, that is the first of a
    /// ring and the successor of one that was cut, else when it has been published for 60 s.
    package static func signFrom(published: Timestamp, isFirst: Bool, predecessorIsCut: Bool) -> Timestamp {
        isFirst || predecessorIsCut ? published : published.adding(seconds: publicationLeadSeconds)
    }

    /// Until when the predecessor signs: up to where its successor begins, so that one version signs at each instant.
    package static func signUntil(successorSignsFrom: Timestamp) -> Timestamp { successorSignsFrom }

    /// Until when a version verifies: the longest lifetime after its last signature.
    package static func verifyUntil(signUntil: Timestamp, longestLifetimeSeconds: Int64) -> Timestamp {
        signUntil.adding(seconds: max(longestLifetimeSeconds, 0))
    }

    /// The state that a version's times say it is in.
    package static func state(of version: KeyVersion, at now: Timestamp) -> KeyVersion.State {
        if version.state == .retired { return .retired }
        if let end = version.verifyUntil, now >= end { return .retired }
        if let end = version.signUntil, now >= end { return .draining }
        return now < version.signFrom ? .staged : .active
    }

    /// Whether a version may leave: all that it signed has ended.
    package static func shouldRetire(_ version: KeyVersion, now: Timestamp) -> Bool {
        version.state != .retired && state(of: version, at: now) == .retired
    }

    /// The versions that change when `successor` is published: each that signs without an end gets one.
    package static func closing(
        _ versions: [KeyVersion], before successor: KeyVersion, longestLifetimeSeconds: Int64
    ) -> [KeyVersion] {
        versions.filter { $0.id != successor.id && $0.state != .retired && $0.signUntil == nil }.map { version in
            var closed = version
            let end = signUntil(successorSignsFrom: successor.signFrom)
            closed.signUntil = end
            closed.verifyUntil = verifyUntil(signUntil: end, longestLifetimeSeconds: longestLifetimeSeconds)
            closed.version += 1
            return closed
        }
    }
}
