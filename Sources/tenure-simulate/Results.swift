internal import Simulation
internal import Synchronization

/// What all threads found.
final class Results: Sendable {
    struct Broken: Encodable, Sendable {
        let seed: UInt64
        let promise: String
        let detail: String
        let history: [String]
    }

    struct Outcome: Sendable {
        var steps = 0
        var acknowledged = 0
        var violations: [Broken] = []

        var failedSeeds: Set<UInt64> { Set(violations.map(\.seed)) }

        /// How many seeds found something, how many it takes from one that does to the next (the middle one of those
        /// numbers), and which promise was seen broken most often.
        func tally(_ name: String, from first: UInt64) -> String {
            var gaps: [UInt64] = []
            var last = first
            for seed in failedSeeds.sorted() {
                gaps.append(seed - last + 1)
                last = seed + 1
            }
            gaps.sort()
            let median = gaps.isEmpty ? "not found" : String(gaps[(gaps.count - 1) / 2])
            var counts: [String: Int] = [:]
            for violation in violations { counts[violation.promise, default: 0] += 1 }
            let promise = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
            let columns = [(name, 28), (String(failedSeeds.count), 6), (median, 10)]
            return columns.map { text, width in
                text + String(repeating: " ", count: max(1, width - text.utf8.count))
            }.joined() + promise
        }
    }

    /// Beyond so many only the count is of use.
    private static let historiesMax = 20
    private let state: Mutex<(next: UInt64, outcome: Outcome)>
    private let end: UInt64

    init(next: UInt64, end: UInt64) {
        state = Mutex((next, Outcome()))
        self.end = end
    }

    var outcome: Outcome {
        state.withLock { state in
            var outcome = state.outcome
            outcome.violations.sort { $0.seed < $1.seed }
            return outcome
        }
    }

    func take() -> UInt64? {
        state.withLock { state in
            guard state.next < end else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func add(_ outcome: SeedOutcome) {
        state.withLock { state in
            state.outcome.steps += outcome.steps
            state.outcome.acknowledged += outcome.acknowledged
        }
        for violation in outcome.violations {
            add(outcome.seed, violation.promise.rawValue, violation.detail, outcome.history)
        }
    }

    func add(_ seed: UInt64, _ promise: String, _ detail: String, _ history: [String]) {
        state.withLock { state in
            let isRoom = state.outcome.violations.count < Self.historiesMax
            state.outcome.violations.append(
                Broken(seed: seed, promise: promise, detail: detail, history: isRoom ? history : []))
        }
    }
}
