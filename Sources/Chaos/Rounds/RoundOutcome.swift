/// What rounds of faults came to.
package struct RoundOutcome: Sendable {
    /// How many answers clients received, all of which must stand.
    package var acknowledged = 0
    /// How many requests ended with an outcome that the broker did not know, and told the truth about later.
    package var unknown = 0
    /// How often which fault happened.
    package var faults: [String: Int] = [:]
    /// How long starts after a kill took, from the process to served requests.
    package var restarts: [Duration] = []
    /// What does not hold, in words.
    package var violations: [String] = []

    mutating func count(_ fault: String, _ times: Int = 1) {
        guard times > 0 else { return }
        faults[fault, default: 0] += times
    }

    mutating func add(_ other: RoundOutcome) {
        acknowledged += other.acknowledged
        unknown += other.unknown
        for (fault, times) in other.faults { count(fault, times) }
        restarts += other.restarts
        violations += other.violations
    }
}
