package import AuditLog
internal import Synchronization
internal import TenureModel

/// How an act waits for its transaction.
package enum ActPriority: Hashable, Sendable {
    /// Revoking, suspending, offboarding: taken before everything else that waits.
    case kill
    /// All other changes: in the order in which they came.
    case change
}

/// The one door through which anything is written to the audited tables: group commit (DESIGN, section 3).
///
/// `run()` leads: a long-lived task, never a request's, so that a client who hangs up takes nobody with it. It takes
/// what waits, writes it in one transaction and answers once that is durable. Members of a batch are refused one by
/// one; an error of COMMIT is answered after the database was asked again.
///
/// Of checkpoints: after each commit the leader signs the new head if the last signature is a second old or if nothing
/// waits. The witness takes it first, at most once a second; it is stored with the next batch, or by itself at rest, at
/// most once a second. So a recorded answer may name a checkpoint up to a second older than its own entry.
package final class Recorder: Sendable {
    struct State {
        var snapshot: Snapshot
        var head: LogHead
        /// The newest one that was signed, and when.
        var checkpoint: Checkpoint
        var signedAt: Timestamp
        /// The sizes and times of what the witness and the table hold.
        var witnessedSize: Int64
        var witnessedAt: Timestamp
        var storedSize: Int64
        var storedAt: Timestamp
        /// Why nothing is recorded: the outcome of the last transaction is not known yet.
        var doubt: String?
        var recoveryTriedAt: Timestamp?
        var witnessFailure: String?
        /// How the database came to be another one than this node knows (T38): nothing is recorded any more.
        var historyLoss: HistoryLoss?
    }

    let engine: any SQLEngine
    let signer: NoteSigner
    let witness: Witness?
    let clock: @Sendable () -> Timestamp
    /// Nil where a batch is whatever waits at the moment.
    private let gathering: GatheringClock?
    let queue: RecordingQueue
    let state: Mutex<State>
    let newestRead: SharedRead

    init(
        engine: any SQLEngine, signer: NoteSigner, witness: Witness?, clock: @escaping @Sendable () -> Timestamp,
        gathering: GatheringClock?, limits: RecordingLimits, state: State, start: @escaping TaskStart
    ) {
        queue = RecordingQueue(limits: limits)
        newestRead = SharedRead(start: start)
        self.engine = engine
        self.signer = signer
        self.witness = witness
        self.clock = clock
        self.gathering = gathering
        self.state = Mutex(state)
    }

    /// What decisions are made on: everything that was acknowledged is in it.
    package var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// The newest signed checkpoint.
    package var checkpoint: Checkpoint { state.withLock { $0.checkpoint } }

    /// The head of the log after the last batch of this node.
    package var head: LogHead { state.withLock { $0.head } }

    /// How many members and acts wait.
    package var waitingCount: Int { queue.count }

    /// Why nothing can be recorded at present; nil while all is well. Recovery is tried again with each new request
    /// and with `lookAgain()`, at most once a second.
    package var stoppedBecause: String? { state.withLock { $0.historyLoss.map(Self.words) ?? $0.doubt } }

    /// How the log under this node is not the one that it signed or saw any more, as after a failover to a standby
    /// that was behind (T38). Set once; from then on nothing is recorded, and what is read is what was known before.
    package var historyLoss: HistoryLoss? { state.withLock { $0.historyLoss } }

    /// What is told to operators.
    static func words(_ loss: HistoryLoss) -> String {
        switch loss {
        case .shorter(let size, let witnessed):
            "the database has \(size) entries, and this node saw \(witnessed): entries are lost"
        case .forked(let size):
            "the database holds another history: its first \(size) entries are not those that this node saw"
        }
    }

    /// Tries to recover where something is in doubt, though nobody asks for anything: whoever sees a broker that
    /// records nothing sends it nothing either.
    package func lookAgain() {
        if stoppedBecause != nil { queue.look() }
    }

    /// Why the witness could not be written last; nil while it is.
    package var witnessFailure: String? { state.withLock { $0.witnessFailure } }

    /// Records one decision together with whatever else waits; returns once it is durable, or certainly is not.
    ///
    /// Cancelling the caller's task changes nothing: the member is recorded or refused all the same.
    package func record(_ member: RecordingMember) async -> Result<Recorded, RecordingError> {
        let prepared: PreparedMember
        do throws(RecordingError) {
            prepared = try PreparedMember(member)
        } catch {
            return .failure(error)
        }
        // defence: T6 first: guard !Task.isCancelled else { return .failure(.unavailable("the caller went away")) }
        return await withCheckedContinuation { answer in
            guard !queue.add(WaitingMember(member: prepared, answer: answer)) else { return }
            answer.resume(returning: .failure(.unavailable("too much waits to be recorded")))
        }
    }

    /// Runs an act in a transaction of its own: `decide` is called inside it, with the snapshot as it is once the log
    /// is locked, and what it returns is written. So sets that the act covers are what they are at its place in the
    /// log.
    ///
    /// Every change of an existing identity, trust, profile or entitlement carries a mark of its reference; else the
    /// act fails with `constraint`. A kill is in `snapshot` before it is acknowledged.
    ///
    /// - Parameters:
    ///   - duty: under which scheduled work is done; the act is refused once another node has it.
    ///   - decide: must have no effect but its result; it is called again where the database took the transaction
    ///     back, and what it returned last is written.
    package func act<Value: Sendable>(
        _ operation: OperationRecord, priority: ActPriority, duty: Duty? = nil,
        decide: @escaping @Sendable (Snapshot) throws(RecordingRefusal) -> ActOutcome<Value>
    ) async -> Result<(Value, Recorded), RecordingError> {
        let decided = DecidedValue<Value>()
        let result: Result<Recorded, RecordingError> = await withCheckedContinuation { answer in
            let act = WaitingAct(
                operation: operation, duty: duty,
                decide: { (snapshot) throws(RecordingRefusal) in
                    let outcome = try decide(snapshot)
                    decided.value.withLock { $0 = outcome.value }
                    return WaitingAct.DecidedEntries(
                        entries: outcome.entries, presentation: outcome.presentation)
                },
                answer: answer)
            guard !queue.add(act, priority: priority) else { return }
            answer.resume(returning: .failure(.unavailable("too much waits to be recorded")))
        }
        switch result {
        case .failure(let error): return .failure(error)
        case .success(let recorded):
            guard let value = decided.value.withLock({ $0 }) else {
                preconditionFailure("an act was recorded that was never decided")
            }
            return .success((value, recorded))
        }
    }

    /// Leads batches until its task is cancelled or `stop()` is called; what waited until then is finished first.
    ///
    /// Call it once, from a task that lives as long as the program.
    package func run() async {
        await withTaskCancellationHandler {
            var pace = gathering.map { BatchPace($0) }
            while let work = await queue.next(pace, gathering) {
                pace?.begin()
                await lead(work)
                pace?.end(members: work.memberCount, waiting: queue.count)
                if queue.isEmpty { await storeCheckpoint(isLast: false) }
            }
            await storeCheckpoint(isLast: true)
        } onCancel: {
            queue.stop()
        }
    }

    /// Takes nothing more; `run()` returns once what waits is recorded.
    package func stop() { queue.stop() }

    /// Reads what other nodes wrote since; for engines with more than one node, and for tests.
    package func refresh() async throws(StorageError) {
        let (base, known) = state.withLock { ($0.snapshot, $0.head) }
        do throws(StorageError) {
            let (newer, head) = try await engine.read { (connection) throws(StorageError) in
                let head = try HeadTable.read(connection)
                // defence: T38
                try head.refuseLoss(of: known, connection)
                var newer = base
                if head.size > newer.size { try newer.advance(to: head.size, connection) }
                return (newer, head)
            }
            install(newer, head)
        } catch {
            await noteLoss(error)
            throw error
        }
        // What others recorded is seen now, and remembered outside the database like what this node recorded.
        // defence: T38
        await signHead(now: clock())
    }

    /// Remembers that the log is another one; the witness takes at once what this node knew, since after a restart it
    /// alone tells.
    func noteLoss(_ error: StorageError) async {
        guard case .historyLost(let loss) = error else { return }
        let isNew = state.withLock { state in
            guard state.historyLoss == nil else { return false }
            state.historyLoss = loss
            return true
        }
        if isNew { await witnessHead() }
    }

    /// Takes a newer snapshot; an older one, read before another was installed, is dropped.
    func install(_ snapshot: Snapshot, _ head: LogHead) {
        state.withLock { state in
            guard snapshot.size >= state.snapshot.size else { return }
            state.snapshot = snapshot
            state.head = head
        }
    }

    private final class DecidedValue<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }
}
