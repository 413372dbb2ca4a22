internal import Storage
internal import Synchronization

/// Lets one round at a time mark and sign revocation lists: one that began before a mark must not take the mark's list
/// for signed when it ends after it. What comes while a round runs shares the next one.
final class ListTurn: Sendable {
    /// What a round is to do.
    struct Round: Sendable {
        /// What was cut since the round before.
        var references: [HangingReference] = []
        /// Whether every list is signed: in the first round of a process or of a duty, since what was cut just before
        /// the last one ended may never have been marked, and after one that could not do all that it was to do.
        var isOfAll = true
    }

    private struct State {
        var waiting = Round()
        var last: Task<Void, Never>?
        /// The round that did not begin yet.
        var next: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let start: TaskStart

    init(start: @escaping TaskStart) { self.start = start }

    /// Returns after a round with these references, which runs whether the caller still waits or not: who hangs up
    /// after a revocation leaves no list unsigned.
    ///
    /// - Parameters:
    ///   - afresh: whether every list is signed.
    ///   - sign: returns whether all was done; else the next round signs every list.
    func run(
        _ references: [HangingReference], afresh: Bool = false, _ sign: @escaping @Sendable (Round) async -> Bool
    ) async {
        let task = state.withLock { state in
            state.waiting.references += references
            if afresh { state.waiting.isOfAll = true }
            if let next = state.next { return next }
            let previous = state.last
            let task = start {
                await previous?.value
                guard await !sign(self.begin()) else { return }
                self.state.withLock { $0.waiting.isOfAll = true }
            }
            state.next = task
            state.last = task
            return task
        }
        await task.value
    }

    private func begin() -> Round {
        state.withLock { state in
            let round = state.waiting
            state.waiting = Round(references: [], isOfAll: false)
            state.next = nil
            return round
        }
    }
}
