internal import Synchronization
internal import TenureModel

/// A member that waits for its batch.
struct WaitingMember: Sendable {
    let member: PreparedMember
    let answer: CheckedContinuation<Result<Recorded, RecordingError>, Never>
}

/// An act that waits for its transaction.
struct WaitingAct: Sendable {
    let operation: OperationRecord
    /// Under which scheduled work is done; nil of what somebody asked for.
    let duty: Duty?
    /// Decides on the snapshot at the head, inside the transaction; what was decided stays with the caller too.
    let decide: @Sendable (Snapshot) throws(RecordingRefusal) -> DecidedEntries
    let answer: CheckedContinuation<Result<Recorded, RecordingError>, Never>
    /// What COMMIT was tried on, for the case that its outcome must be looked up.
    let prepared = Prepared()

    final class Prepared: Sendable {
        let member = Mutex<PreparedMember?>(nil)
    }

    struct DecidedEntries: Sendable {
        let entries: [PendingEntry]
        let presentation: Presentation?
    }
}

/// How much waits to be recorded, and how much of it shares a transaction (THREATS, section 3).
package struct RecordingLimits: Hashable, Sendable {
    /// Members and acts that wait, kills apart.
    package var waitingMax: Int64 = 4_096
    /// Members of one batch.
    package var batchMembersMax: Int64 = 256

    /// The defaults.
    package init() {}
}

/// What is to be recorded: bounded, kills first, all else in the order in which it came.
final class RecordingQueue: Sendable {
    /// Kills have a queue of their own, so that a flood of requests cannot keep one out.
    static let killsMax = 1024
    static let batchBytesMax = 1 << 20

    enum Work: Sendable {
        case batch([WaitingMember])
        case act(WaitingAct)
        /// Nothing is to be recorded: find out what is in doubt.
        case look

        /// How many are answered by it.
        var memberCount: Int {
            switch self {
            case .batch(let members): members.count
            case .act: 1
            case .look: 0
            }
        }
    }

    struct State {
        var kills: [WaitingAct] = []
        var ordinary: [Work] = []
        /// How many of `ordinary` were taken already; they are dropped together.
        var taken = 0
        var leader: CheckedContinuation<Void, Never>?
        /// How many the leader waits for where it lets a batch grow; 0 where it waits for any work.
        var gathered = 0
        /// Counts those waits, so that a timer ends none but its own.
        var gathering: UInt64 = 0
        var isStopped = false
        let batchMembersMax: Int
        var mustLook = false

        init(batchMembersMax: Int) { self.batchMembersMax = batchMembersMax }

        var hasWork: Bool { mustLook || !kills.isEmpty || taken < ordinary.count }

        /// Whether what waits is members alone, and fewer than so many.
        func mayGrow(to count: Int) -> Bool {
            guard !isStopped, !mustLook, kills.isEmpty, taken < ordinary.count, case .batch = ordinary[taken] else {
                return false
            }
            return ordinary.count - taken < min(count, batchMembersMax)
        }

        /// The leader, where it need not wait longer.
        mutating func takeLeader() -> CheckedContinuation<Void, Never>? {
            guard gathered == 0 || !mayGrow(to: gathered) else { return nil }
            defer { leader = nil }
            gathered = 0
            return leader
        }
    }

    private let waitingMax: Int
    private let state: Mutex<State>

    init(limits: RecordingLimits) {
        waitingMax = Int(clamping: max(1, limits.waitingMax))
        state = Mutex(State(batchMembersMax: Int(clamping: max(1, limits.batchMembersMax))))
    }

    /// Returns false, and does not answer, if the queue is full or has stopped.
    func add(_ member: WaitingMember) -> Bool { add(.batch([member])) }

    func add(_ act: WaitingAct, priority: ActPriority) -> Bool {
        guard priority == .kill else { return add(.act(act)) }
        return wake { state in
            guard state.kills.count < Self.killsMax else { return false }
            state.kills.append(act)
            return true
        }
    }

    /// Has the leader look, though nothing waits.
    func look() {
        _ = wake { state in
            state.mustLook = true
            return true
        }
    }

    private func add(_ work: Work) -> Bool {
        wake { state in
            guard state.ordinary.count - state.taken < waitingMax else { return false }
            state.ordinary.append(work)
            return true
        }
    }

    private func wake(_ add: (inout State) -> Bool) -> Bool {
        let (isAdded, leader) = state.withLock { state in
            guard !state.isStopped, add(&state) else {
                return (false, CheckedContinuation<Void, Never>?.none)
            }
            return (true, state.takeLeader())
        }
        leader?.resume()
        return isAdded
    }

    /// The next work, as soon as there is some; nil once the queue has stopped and is empty.
    ///
    /// - Parameter pace: says how long a batch may grow meanwhile; nil where it is taken as it is.
    func next(_ pace: BatchPace? = nil, _ clock: GatheringClock? = nil) async -> Work? {
        while true {
            if let pace, let clock { await gather(pace, clock) }
            let (work, isStopped) = state.withLock { ($0.take(), $0.isStopped) }
            if let work { return work }
            if isStopped { return nil }
            await withCheckedContinuation { continuation in
                let mayGo = state.withLock { state in
                    guard !state.hasWork, !state.isStopped else { return true }
                    state.leader = continuation
                    return false
                }
                if mayGo { continuation.resume() }
            }
        }
    }

    /// Waits until the batch in front is as large as `pace` expects, its time is over, or something more urgent came.
    private func gather(_ pace: BatchPace, _ clock: GatheringClock) async {
        guard let wait = pace.wait() else { return }
        await withCheckedContinuation { continuation in
            let gathering = state.withLock { state -> UInt64? in
                guard state.mayGrow(to: wait.count) else { return nil }
                state.leader = continuation
                state.gathered = wait.count
                state.gathering &+= 1
                return state.gathering
            }
            guard let gathering else { return continuation.resume() }
            clock.later(wait.microseconds) { [self] in
                let leader = state.withLock { state -> CheckedContinuation<Void, Never>? in
                    guard state.gathered > 0, state.gathering == gathering else { return nil }
                    state.gathered = 0
                    return state.takeLeader()
                }
                leader?.resume()
            }
        }
    }

    var isEmpty: Bool { state.withLock { !$0.hasWork } }

    /// How many members and acts wait.
    var count: Int { state.withLock { $0.kills.count + $0.ordinary.count - $0.taken } }

    /// Takes nothing more; what waits is still led.
    func stop() {
        let leader = state.withLock { state in
            state.isStopped = true
            return state.takeLeader()
        }
        leader?.resume()
    }
}

extension RecordingQueue.State {
    /// A kill, or the members in front up to the bounds of a batch, or the act in front.
    mutating func take() -> RecordingQueue.Work? {
        if mustLook {
            mustLook = false
            return .look
        }
        guard kills.isEmpty else { return .act(kills.removeFirst()) }
        var batch: [WaitingMember] = []
        var bytes = 0
        while taken < ordinary.count, batch.count < batchMembersMax {
            switch ordinary[taken] {
            case .act(let act):
                guard batch.isEmpty else { return .batch(batch) }
                advance()
                return .act(act)
            case .batch(let members):
                let more = members.reduce(0) { $0 + $1.member.byteCount }
                guard batch.isEmpty || bytes + more <= RecordingQueue.batchBytesMax else { return .batch(batch) }
                batch.append(contentsOf: members)
                bytes += more
                advance()
            case .look: advance()
            }
        }
        return batch.isEmpty ? nil : .batch(batch)
    }

    private mutating func advance() {
        taken += 1
        if taken == ordinary.count {
            ordinary.removeAll(keepingCapacity: true)
            taken = 0
        } else if taken >= batchMembersMax * 4 {
            ordinary.removeFirst(taken)
            taken = 0
        }
    }
}
