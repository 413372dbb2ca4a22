internal import Synchronization

/// What happened, line by line, with one hash over all of it: two runs of a seed are the same exactly where their
/// hashes are. Nothing in it depends on keys or signatures, which are random.
final class History: Sendable {
    private struct State {
        var lines: [String] = []
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var violations: [Violation] = []
    }

    private let state = Mutex(State())
    private let clock: @Sendable () -> Int64

    init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }

    var lines: [String] { state.withLock { $0.lines } }

    var hash: UInt64 { state.withLock { $0.hash } }

    var violations: [Violation] { state.withLock { $0.violations } }

    var isViolated: Bool { state.withLock { !$0.violations.isEmpty } }

    func note(_ text: String) {
        let line = "\(clock()) \(text)"
        state.withLock { state in
            for byte in line.utf8 { state.hash = (state.hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            state.lines.append(line)
        }
    }

    /// A promise that did not hold, with what was expected and what was.
    func violate(_ promise: Promise, _ detail: String) {
        note("VIOLATION \(promise.rawValue): \(detail)")
        state.withLock { $0.violations.append(Violation(promise: promise, detail: detail)) }
    }
}

/// What a history is judged by.
package enum Promise: String, Hashable, Sendable, CaseIterable {
    case owned = "P1"
    case recorded = "P2"
    case offboarding = "P3"
    case rotation = "P4"
    case evidence = "P5"
    /// Each answer was yes, no or unknown, and asking told the truth.
    case truth
    /// Whoever may get a credential does, once faults have stopped.
    case liveness
    /// The broker did something that nothing explains: an installation that does not open, a deadlock.
    case soundness
}

/// One promise that did not hold.
package struct Violation: Hashable, Sendable {
    package let promise: Promise
    package let detail: String
}
