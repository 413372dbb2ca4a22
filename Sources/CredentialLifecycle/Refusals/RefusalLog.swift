internal import Synchronization
internal import TenureModel

/// Which refusals become entries: equal ones of one caller within ten seconds are one entry with a count, and strangers
/// share ten entries a second, so that nobody fills the log by being refused (PITFALLS, section 3.10).
final class RefusalLog: Sendable {
    /// The most caller and reason pairs that are remembered; beyond it new ones share one place.
    static let pairsMax = 10_000
    static let foldMilliseconds: Int64 = 10_000

    private let state: Mutex<State>
    private let strangersPerSecond: Int64

    init(strangersPerSecond: Int64) {
        self.strangersPerSecond = strangersPerSecond
        state = Mutex(State())
    }

    private struct Pair: Hashable {
        let caller: String
        let reason: String
    }

    private struct Folded {
        var entryAt: Timestamp
        var unwritten: Int64
    }

    private struct State {
        var folded: [Pair: Folded] = [:]
        var second: Int64 = 0
        var strangersInSecond: Int64 = 0
    }

    /// Whether this refusal is written, and how many before it were not.
    ///
    /// - Parameter caller: the identity's id, or nil of a stranger, who is told apart by `source`.
    func admit(caller: String?, source: String, reason: String, at now: Timestamp) -> Admission {
        state.withLock { state in
            let pair = Pair(caller: caller ?? source, reason: reason)
            if let known = state.folded[pair], now.milliseconds < known.entryAt.milliseconds + Self.foldMilliseconds {
                state.folded[pair]?.unwritten += 1
                return .folded
            }
            if caller == nil {
                if state.second != now.seconds {
                    state.second = now.seconds
                    state.strangersInSecond = 0
                }
                guard state.strangersInSecond < strangersPerSecond else { return .folded }
                state.strangersInSecond += 1
            }
            if state.folded.count >= Self.pairsMax {
                state.folded = state.folded.filter {
                    now.milliseconds < $0.value.entryAt.milliseconds + Self.foldMilliseconds
                }
                guard state.folded.count < Self.pairsMax else { return .folded }
            }
            let unwritten = state.folded[pair]?.unwritten ?? 0
            state.folded[pair] = Folded(entryAt: now, unwritten: 0)
            return .written(unwrittenBefore: unwritten)
        }
    }

    enum Admission: Equatable {
        case written(unwrittenBefore: Int64)
        case folded
    }
}
