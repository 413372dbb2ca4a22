package import TenureModel

/// When one generation of an audience's key signs and verifies. A generation that was raised for this audience alone is
/// published before it signs, and the one before verifies until its last token has ended, as versions of a ring (P4).
package struct KeySpan: Hashable, Sendable {
    /// The longest life of any token, in seconds: no profile allows more than a day.
    package static let tokenSecondsMax: Int64 = 86_400

    package let signFrom: Timestamp
    package let signUntil: Timestamp?
    package let verifyUntil: Timestamp?

    /// Of a version whose own times bound those of its generations.
    package init(of version: KeyVersion, audience: Audience, generation: Int64) {
        let starts = version.generations[audience] ?? []
        let place = Int(clamping: max(generation, 0))
        signFrom = starts.indices.contains(place - 1) ? max(starts[place - 1], version.signFrom) : version.signFrom
        guard starts.indices.contains(place) else {
            signUntil = version.signUntil
            verifyUntil = version.verifyUntil
            return
        }
        let end = min(version.signUntil ?? starts[place], starts[place])
        let last = RingRotation.verifyUntil(signUntil: end, longestLifetimeSeconds: Self.tokenSecondsMax)
        signUntil = end
        verifyUntil = min(version.verifyUntil ?? last, last)
    }
}

extension KeyVersion {
    /// The newest generation of an audience; zero where it was never rotated alone.
    package func generation(of audience: Audience) -> Int64 { Int64(generations[audience]?.count ?? 0) }

    /// Whether some audience's newest generation is published and does not sign yet.
    package func hasWaitingGeneration(at now: Timestamp) -> Bool {
        generations.values.contains { starts in starts.last.map { now < $0 } ?? false }
    }
}
