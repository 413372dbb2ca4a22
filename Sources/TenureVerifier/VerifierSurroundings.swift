package import TenureModel

/// Time and chance, which tests pass in.
package struct VerifierSurroundings: Sendable {
    /// The time of day, which the ends of tokens are compared with.
    package var now: @Sendable () -> Timestamp
    /// Milliseconds of a clock that never goes back and runs on while the machine sleeps.
    package var elapsed: @Sendable () -> Int64
    /// Waits; returns early where the task is cancelled.
    package var pause: @Sendable (_ milliseconds: Int64) async -> Void
    /// From 0 to 1, for pauses: a thousand verifiers must not come back at the same moment.
    package var chance: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Timestamp, elapsed: @escaping @Sendable () -> Int64,
        pause: @escaping @Sendable (_ milliseconds: Int64) async -> Void, chance: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.elapsed = elapsed
        self.pause = pause
        self.chance = chance
    }
}
