internal import Synchronization

/// Runs every task of a history on one thread, the next job chosen by chance, in a time of its own that moves on when
/// nothing is left to do.
///
/// A task follows it by `Task(executorPreference:)`; its child tasks, and actors that it enters, do so too.
/// Unstructured tasks of the core do because the core is handed the way to begin them.
final class VirtualExecutor: TaskExecutor {
    private struct Sleeper {
        let wakes: Int64
        let order: Int
        let task: CheckedContinuation<Void, Never>
    }

    private struct State {
        var ready: [UnownedJob] = []
        var sleepers: [Sleeper] = []
        var now: Int64 = 0
        var steps = 0
        var order = 0
    }

    private let chance: Chance
    private let state = Mutex(State())

    init(chance: Chance) { self.chance = chance }

    /// Milliseconds since the history began.
    var now: Int64 { state.withLock { $0.now } }

    /// How many jobs have run.
    var steps: Int { state.withLock { $0.steps } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await work() }
    }

    /// Returns once so many milliseconds have passed.
    func sleep(_ milliseconds: Int64) async {
        await withCheckedContinuation { task in
            state.withLock { state in
                state.order += 1
                state.sleepers.append(
                    Sleeper(wakes: state.now + max(0, milliseconds), order: state.order, task: task))
            }
        }
    }

    /// Runs jobs until `isDone`; false where nothing is left that could run and it is not, or after `stepsMax`.
    func run(stepsMax: Int, until isDone: () -> Bool) -> Bool {
        while !isDone() {
            if let job = takeJob() {
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            } else if let sleeper = takeSleeper() {
                sleeper.resume()
            } else {
                return false
            }
            guard steps < stepsMax else { return false }
        }
        return true
    }

    private func takeJob() -> UnownedJob? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            state.steps += 1
            state.ready.swapAt(chance.below(state.ready.count), state.ready.count - 1)
            return state.ready.removeLast()
        }
    }

    /// The one that wakes first; of two at the same instant the one that fell asleep first.
    private func takeSleeper() -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            guard
                let place = state.sleepers.indices.min(by: {
                    (state.sleepers[$0].wakes, state.sleepers[$0].order)
                        < (state.sleepers[$1].wakes, state.sleepers[$1].order)
                })
            else { return nil }
            let sleeper = state.sleepers.remove(at: place)
            state.now = max(state.now, sleeper.wakes)
            return sleeper.task
        }
    }
}
