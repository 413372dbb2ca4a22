internal import TenureModel

/// Judges the wall clock (THREATS, section 3): one that moved against the monotonic clock, or lies behind the last
/// entry, must not decide about the ends of credentials. A value: the loop keeps it.
struct ClockGuard: Sendable {
    /// What is wrong with the clock.
    enum Fault: Hashable, Sendable {
        /// By so many seconds, forward or back, against the monotonic clock.
        case jumped(seconds: Int64)
        /// So many seconds behind the last entry of the log.
        case behind(seconds: Int64)
        /// So many milliseconds ahead of the database's clock, or behind it.
        case apart(milliseconds: Int64)
    }

    /// By how much a node's clock may differ from its database's (DESIGN, section 5).
    static let databaseMillisecondsMax: Int64 = 2_000

    /// Per check, for the drift that a clock is corrected by while it runs.
    private static let slewMilliseconds: Int64 = 500

    private let jumpSecondsMax: Int64
    private let behindSecondsMax: Int64
    /// Wall time less monotonic time, as it should be.
    private var offset: Int64

    init(limits: ServerConfiguration.Limits, wall: Timestamp, uptimeMilliseconds: Int64) {
        jumpSecondsMax = limits.clockJumpSecondsMax
        behindSecondsMax = limits.clockBehindSecondsMax
        offset = wall.milliseconds - uptimeMilliseconds
    }

    /// Looks at both clocks once more; nil where all is well. A jump stays a fault until the clock is back or the
    /// server is started anew.
    ///
    /// - Parameter databaseDifference: milliseconds by which the wall clock differs from the database's; 0 where that
    ///   is in the process.
    mutating func check(
        wall: Timestamp, uptimeMilliseconds: Int64, lastEntry: Timestamp, databaseDifference: Int64 = 0
    ) -> Fault? {
        let (moved, overflow) = (wall.milliseconds - uptimeMilliseconds).subtractingReportingOverflow(offset)
        if !overflow, abs(moved) <= Self.slewMilliseconds { offset += moved }
        return fault(
            wall: wall, uptimeMilliseconds: uptimeMilliseconds, lastEntry: lastEntry,
            databaseDifference: databaseDifference)
    }

    /// The same without taking a drift over: may be called as often as one likes.
    func fault(
        wall: Timestamp, uptimeMilliseconds: Int64, lastEntry: Timestamp, databaseDifference: Int64 = 0
    ) -> Fault? {
        let (moved, overflow) = (wall.milliseconds - uptimeMilliseconds).subtractingReportingOverflow(offset)
        guard !overflow, abs(moved) <= jumpSecondsMax * 1_000 else { return .jumped(seconds: moved / 1_000) }
        let behind = (lastEntry.milliseconds - wall.milliseconds) / 1_000
        if behind > behindSecondsMax { return .behind(seconds: behind) }
        guard databaseDifference.magnitude <= Self.databaseMillisecondsMax.magnitude else {
            return .apart(milliseconds: databaseDifference)
        }
        return nil
    }
}
