/// What the leader needs in order to wait for a batch to grow.
package struct GatheringClock: Sendable {
    /// Microseconds of a clock that never goes back.
    package let microseconds: @Sendable () -> Int64
    /// Calls back once so many microseconds have passed; must not wait itself.
    package let later: @Sendable (Int64, @escaping @Sendable () -> Void) -> Void

    package init(
        microseconds: @escaping @Sendable () -> Int64,
        later: @escaping @Sendable (Int64, @escaping @Sendable () -> Void) -> Void
    ) {
        self.microseconds = microseconds
        self.later = later
    }
}

/// How long the leader lets a batch grow before it takes it.
///
/// A commit costs much the same for one member as for fifty. Whoever was answered by the last one, and whoever waited
/// then, is likely to be there again in a moment; the leader waits for as many, and after the end of a commit no longer
/// than that commit took, so that nobody waits more than twice as long as without. Alone, nobody waits at all.
struct BatchPace: Sendable {
    struct Wait: Hashable, Sendable {
        /// As soon as so many wait it is over.
        let count: Int
        let microseconds: Int64
    }

    static let microsecondsMax: Int64 = 5_000
    /// Shorter waits cost more than they save.
    static let microsecondsMin: Int64 = 100

    private let clock: GatheringClock
    private var began: Int64
    private var ended: Int64
    private var allowed: Int64 = 0
    private var expected = 0

    init(_ clock: GatheringClock) {
        self.clock = clock
        began = clock.microseconds()
        ended = began
    }

    /// A transaction begins.
    mutating func begin() { began = clock.microseconds() }

    /// It has ended.
    ///
    /// - Parameters:
    ///   - members: how many it answered.
    ///   - waiting: how many wait already.
    mutating func end(members: Int, waiting: Int) {
        ended = clock.microseconds()
        let (took, overflow) = ended.subtractingReportingOverflow(began)
        allowed = overflow ? 0 : min(max(0, took), Self.microsecondsMax)
        expected = members + waiting
    }

    /// The wait before the next batch is taken; nil for none.
    func wait() -> Wait? {
        guard expected > 1, allowed >= Self.microsecondsMin else { return nil }
        let (passed, overflow) = clock.microseconds().subtractingReportingOverflow(ended)
        guard !overflow, passed >= 0, allowed - passed >= Self.microsecondsMin else { return nil }
        return Wait(count: expected, microseconds: allowed - passed)
    }
}
