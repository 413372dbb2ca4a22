internal import AuditLog
internal import Dispatch
internal import OpenSSLCrypto
internal import Storage
internal import Synchronization
internal import TenureModel

/// A migrated database with a recorder that leads.
final class RunningLog: Sendable {
    let engine: any SQLEngine
    let recorder: Recorder
    let ledger: Ledger
    let clock: TestClock
    let key: PrivateKey
    let verifier: VerifierKey
    private let leader: Task<Void, Never>

    /// - Parameter key: the same one where the same log is opened again.
    init(
        _ engine: any SQLEngine, key: PrivateKey? = nil, witness: Witness? = nil, clock: TestClock = TestClock(),
        gathering: GatheringClock? = nil
    ) async throws {
        self.engine = engine
        self.clock = clock
        try await SchemaMigrator.migrate(engine)
        self.key = try key ?? PrivateKey.generate(.ed25519)
        let signer = try NoteSigner(name: Self.origin, key: self.key)
        verifier = signer.verifierKey
        let recorder = try await Recorder.open(
            engine, signer: signer, witness: witness, clock: { clock.now }, gathering: gathering)
        self.recorder = recorder
        ledger = Ledger(engine, origin: Self.origin)
        leader = Task { await recorder.run() }
    }

    static let origin = "example.org/tenure/0a1b2c3d"

    deinit { leader.cancel() }

    /// Ends the leader after what waits.
    func stop() async {
        recorder.stop()
        await leader.value
    }

    /// Records the objects of an estate as one act.
    @discardableResult
    func found(_ example: Example, operation: UInt64 = 900, suffix: String = "") async throws -> Recorded {
        let entries = example.entries(suffix: suffix)
        return try await recorder.act(Example.operation(operation, .planApply), priority: .change) {
            (_) throws(RecordingRefusal) in ActOutcome(value: 0, entries: entries)
        }.get().1
    }

    /// Cuts or changes references in an act of their own.
    @discardableResult
    func mark(_ marks: [PendingMark], operation: UInt64) async throws -> Recorded {
        let entry = Example.entry(.revocationCreate, marks: marks)
        return try await recorder.act(Example.operation(operation, .revocationCreate), priority: .kill) {
            (_) throws(RecordingRefusal) in ActOutcome(value: 0, entries: [entry])
        }.get().1
    }
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let time = Mutex(Example.now)

    var now: Timestamp { time.withLock { $0 } }

    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

extension RunningLog {
    /// An act that writes what it is given.
    func act(_ entries: [PendingEntry], operation: UInt64) async -> Result<Recorded, RecordingError> {
        await recorder.act(Example.operation(operation, .planApply), priority: .change) {
            (_) throws(RecordingRefusal) in ActOutcome(value: 0, entries: entries)
        }.map { $0.1 }
    }

    /// An act that keeps the leader inside its transaction until the gate opens.
    func hold(_ gate: Gate, operation: UInt64) async {
        let entry = Example.entry(.statusRead)
        _ = await recorder.act(Example.operation(operation, .statusRead), priority: .change) {
            (_) throws(RecordingRefusal) in
            gate.pass()
            return ActOutcome(value: 0, entries: [entry])
        }
    }

    /// Records members in one batch, in this order: all of them wait before the leader may take the first.
    func recordTogether(_ members: [RecordingMember]) async -> [Result<Recorded, RecordingError>] {
        let gate = Gate()
        let held = Task { await hold(gate, operation: 7_777_777) }
        await gate.reached()
        var answers: [Task<Result<Recorded, RecordingError>, Never>] = []
        for member in members {
            answers.append(Task { await recorder.record(member) })
            await waitUntilWaiting(answers.count)
        }
        gate.open()
        await held.value
        var outcomes: [Result<Recorded, RecordingError>] = []
        for answer in answers { outcomes.append(await answer.value) }
        return outcomes
    }

    /// Returns once so many wait.
    func waitUntilWaiting(_ count: Int) async {
        while recorder.waitingCount < count { await Task.yield() }
    }
}

/// Holds whoever passes first, on a thread that may block, until it is opened. Who comes again goes through: a
/// transaction that the database took back meanwhile runs once more.
final class Gate: Sendable {
    private let isPassed = Mutex(false)
    private let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    private let semaphore = DispatchSemaphore(value: 0)

    func pass() {
        let isFirst = isPassed.withLock { isPassed in
            defer { isPassed = true }
            return !isPassed
        }
        guard isFirst else { return }
        arrival.yield()
        semaphore.wait()
    }

    func reached() async {
        for await _ in arrivals { return }
    }

    func open() { semaphore.signal() }
}
