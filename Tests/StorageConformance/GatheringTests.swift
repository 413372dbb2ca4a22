internal import Storage
internal import Synchronization
internal import TenureModel
internal import Testing

/// How batches grow: the leader waits for those who were there a moment ago.
@Suite("Gathering")
struct GatheringTests {
    @Test("two who waited during a commit wait for the third, whom it answered", arguments: TestEngine.allCases)
    func grown(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let load = try await Load(engine.open(in: folder))
        let waiting = await load.twoWait(duringCommitOf: 2_000)
        let timer = await load.timers.next()
        #expect(timer.microseconds == 2_000)
        #expect(load.log.recorder.waitingCount == 2)
        let third = await load.record(3)
        #expect(try await waiting[0].value.get().firstIndex == 6)
        #expect(try await waiting[1].value.get().firstIndex == 7)
        #expect(try await third.value.get().firstIndex == 8)
        // The timer was not needed, and ends no later wait.
        timer.call()
        #expect(try await LogFold.faults(load.log.engine) == [])
    }

    @Test("who is waited for and does not come holds nobody up beyond the time of a commit")
    func timeIsOver() async throws {
        let folder = try TestFolder()
        let load = try await Load(TestEngine.sqlite.open(in: folder))
        let waiting = await load.twoWait(duringCommitOf: 2_000)
        await load.timers.next().call()
        #expect(try await waiting[0].value.get().firstIndex == 6)
        #expect(try await waiting[1].value.get().firstIndex == 7)
    }

    @Test("a slow commit is no reason for a long wait")
    func bound() async throws {
        let folder = try TestFolder()
        let load = try await Load(TestEngine.sqlite.open(in: folder))
        let waiting = await load.twoWait(duringCommitOf: 900_000)
        let timer = await load.timers.next()
        #expect(timer.microseconds == 5_000)
        timer.call()
        for waiting in waiting { _ = try await waiting.value.get() }
    }

    @Test("T35 a kill does not wait for a batch to grow")
    func kill() async throws {
        let folder = try TestFolder()
        let load = try await Load(TestEngine.sqlite.open(in: folder))
        let waiting = await load.twoWait(duringCommitOf: 2_000)
        _ = await load.timers.next()
        // The timer is never called.
        let cut = try await load.log.mark([PendingMark(LineageReference(.identity, 1), cuts: true)], operation: 50)
        #expect(cut.firstIndex == 6)
        for waiting in waiting {
            #expect(await waiting.value == .failure(.refused(.changed(LineageReference(.identity, 1)))))
        }
    }

    @Test("what waits to grow when the leader is stopped is recorded")
    func stopped() async throws {
        let folder = try TestFolder()
        let load = try await Load(TestEngine.sqlite.open(in: folder))
        let waiting = await load.twoWait(duringCommitOf: 2_000)
        _ = await load.timers.next()
        await load.log.stop()
        #expect(try await waiting[1].value.get().firstIndex == 7)
    }

    @Test("who is alone, or comes when the last commit is long over, does not wait")
    func alone() async throws {
        let folder = try TestFolder()
        let load = try await Load(TestEngine.sqlite.open(in: folder))
        // Each is answered without any timer.
        #expect(try await load.record(1).value.get().firstIndex == 5)
        #expect(try await load.record(2).value.get().firstIndex == 6)
        let waiting = await load.twoWait(duringCommitOf: 2_000, first: 3) { load.clock.advance(2_000) }
        for waiting in waiting { _ = try await waiting.value.get() }
        #expect(load.clock.timerCount == 0)
    }
}

/// A log whose leader gathers by a clock that is moved by hand.
private final class Load: Sendable {
    let log: RunningLog
    let clock: HandClock
    let timers: HandClock.Timers
    private let example = Example()

    init(_ engine: any SQLEngine) async throws {
        let clock = HandClock()
        self.clock = clock
        timers = HandClock.Timers(clock)
        log = try await RunningLog(engine, gathering: clock.gathering)
        try await log.found(example)
    }

    /// Begins to record a token.
    func record(_ number: UInt64) async -> Task<Result<Recorded, RecordingError>, Never> {
        let member = Example.issuance(example.token(number, floor: 5), operation: number)
        return Task { await log.recorder.record(member) }
    }

    /// Two members come while an act, the entry 5, is committed, which takes so long.
    ///
    /// - Parameter afterwards: done when the commit has been measured.
    func twoWait(
        duringCommitOf microseconds: Int64, first: UInt64 = 1, afterwards: @escaping @Sendable () -> Void = {}
    ) async -> [Task<Result<Recorded, RecordingError>, Never>] {
        let gate = Gate()
        let held = Task { await log.hold(gate, operation: 903) }
        await gate.reached()
        var waiting: [Task<Result<Recorded, RecordingError>, Never>] = []
        for number in first...first + 1 {
            waiting.append(await record(number))
            await log.waitUntilWaiting(waiting.count)
        }
        clock.advance(microseconds)
        clock.onNextMeasure(afterwards)
        gate.open()
        await held.value
        return waiting
    }
}

/// Time that stands until it is moved, and timers that are called by hand.
private final class HandClock: Sendable {
    struct Timer: Sendable {
        let microseconds: Int64
        let call: @Sendable () -> Void
    }

    private struct State {
        var microseconds: Int64 = 1_000
        var timerCount = 0
        var afterMeasure: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let (stream, made) = AsyncStream.makeStream(of: Timer.self)

    var timerCount: Int { state.withLock { $0.timerCount } }

    func advance(_ microseconds: Int64) { state.withLock { $0.microseconds += microseconds } }

    /// Called once, after the clock was read the next time.
    func onNextMeasure(_ call: @escaping @Sendable () -> Void) { state.withLock { $0.afterMeasure = call } }

    var gathering: GatheringClock {
        GatheringClock(
            microseconds: { [self] in
                let (time, call) = state.withLock { state in
                    defer { state.afterMeasure = nil }
                    return (state.microseconds, state.afterMeasure)
                }
                call?()
                return time
            },
            later: { [self] microseconds, call in
                state.withLock { $0.timerCount += 1 }
                made.yield(Timer(microseconds: microseconds, call: call))
            })
    }

    /// The timers that were set, in their order.
    struct Timers: Sendable {
        private let clock: HandClock

        init(_ clock: HandClock) { self.clock = clock }

        func next() async -> Timer {
            for await timer in clock.stream { return timer }
            preconditionFailure("the stream of timers never ends")
        }
    }
}
