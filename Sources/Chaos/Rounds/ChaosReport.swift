internal import Foundation

/// What a run of rounds came to, as scripts read it (CONTRACT, section 4).
package struct ChaosReport: Encodable, Sendable {
    package let rounds: Int
    /// How many answers clients received, all of which must stand.
    package let acknowledged: Int
    package let faults: [String: Int]
    /// How long the broker took to serve again after a kill; nil where none was.
    package let restarts: Restarts?
    package let violations: [String]

    init(rounds: Int, of total: RoundOutcome) {
        self.rounds = rounds
        acknowledged = total.acknowledged
        faults = total.faults
        restarts = Restarts(total.restarts)
        violations = total.violations
    }

    /// Starts after kill -9 (THREATS, F1). Their time is the machine's as well as ours: it is told, and no violation.
    package struct Restarts: Encodable, Sendable {
        package let count: Int
        package let secondsMedian: Double
        package let secondsMax: Double
        package let secondsLimit: Double
        package let met: Bool

        init?(_ durations: [Duration]) {
            let sorted = durations.map { Double($0.milliseconds) / 1_000 }.sorted()
            guard let last = sorted.last else { return nil }
            count = sorted.count
            secondsMedian = sorted[sorted.count / 2]
            secondsMax = last
            secondsLimit = 2
            met = last < secondsLimit
        }

        enum CodingKeys: String, CodingKey {
            case count
            case secondsMedian = "seconds_median"
            case secondsMax = "seconds_max"
            case secondsLimit = "seconds_limit"
            case met
        }

        /// As a line for people.
        package var text: String {
            "\(count) restarts after a kill, median \(secondsMedian) s, longest \(secondsMax) s: "
                + (met ? "each below \(secondsLimit) s" : "NOT each below \(secondsLimit) s")
        }
    }

    /// As JSON, with its keys in order.
    package func text() throws(ChaosFault) -> String {
        try ChaosFault.wrap("the report") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
