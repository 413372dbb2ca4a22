internal import AuditLog
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Failing writes")
struct FaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let engine: TestEngine
        let fault: FaultingEngine.Fault
        let write: Int

        var testDescription: String { "\(engine.rawValue), \(fault.rawValue) at write \(write)" }

        static let all: [Case] = TestEngine.allCases.flatMap { engine in
            FaultingEngine.Fault.allCases.flatMap { fault in
                (0..<6).map { Case(engine: engine, fault: fault, write: $0) }
            }
        }
    }

    /// A founding, three tokens, a cut, and a token on the newest snapshot: whatever fails, each answer is the truth.
    @Test("each write lost, or landed though reported lost, is answered with the truth", arguments: Case.all)
    func faults(_ planned: Case) async throws {
        let folder = try TestFolder()
        let engine = FaultingEngine(try await planned.engine.open(in: folder))
        let log = try await RunningLog(engine)
        let estate = Example()
        engine.fail(after: planned.write, planned.fault)
        var answers: [(operation: UInt64, result: Result<Recorded, RecordingError>)] = []
        answers.append((900, await log.act(estate.entries(), operation: 900)))
        if log.recorder.snapshot.size == 0 {
            answers.append((901, await log.act(estate.entries(), operation: 901)))
        }
        for number in 1...3 as ClosedRange<UInt64> {
            let floor = log.recorder.snapshot.size
            let member = Example.issuance(estate.token(number, floor: floor), operation: number)
            answers.append((number, await log.recorder.record(member)))
        }
        let cut = Example.entry(
            .revocationCreate, marks: [PendingMark(LineageReference(.profile, 3), cuts: true)])
        answers.append((50, await log.act([cut], operation: 50)))
        let last = Example.issuance(estate.token(4, floor: log.recorder.snapshot.size), operation: 4)
        answers.append((4, await log.recorder.record(last)))

        for (operation, result) in answers {
            let stored = try await log.ledger.operation(Example.id(operation, 6))
            switch result {
            case .success(let recorded): #expect(stored?.index == recorded.firstIndex)
            case .failure(.unknownOutcome): Issue.record("operation \(operation) could have been looked up")
            case .failure: #expect(stored == nil)
            }
        }
        let failures = answers.filter { if case .failure = $0.result { true } else { false } }
        #expect(failures.count == (planned.fault == .landed ? 0 : planned.write < answers.count ? 1 : 0))
        #expect(log.recorder.snapshot.size == (try await log.ledger.head().size))
        #expect(log.recorder.snapshot.marks == (try await log.ledger.snapshot().marks))
        #expect(try await LogFold.faults(engine) == [])
    }

    @Test(
        "a batch whose outcome is unknown is answered member by member",
        arguments: [FaultingEngine.Fault.lost, .landed], TestEngine.allCases)
    func batch(_ fault: FaultingEngine.Fault, _ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let faulting = FaultingEngine(try await engine.open(in: folder))
        let log = try await RunningLog(faulting)
        let estate = Example()
        try await log.found(estate)
        // The write after the one that holds the leader is that of the batch.
        faulting.fail(after: 1, fault)
        let outcomes = await log.recordTogether(
            (1...8 as ClosedRange<UInt64>).map {
                Example.issuance(estate.token($0, floor: 5), operation: $0)
            })
        for (place, outcome) in outcomes.enumerated() {
            switch (fault, outcome) {
            case (.landed, .success(let recorded)):
                #expect(recorded.firstIndex == 6 + Int64(place))
                #expect(recorded.receipts.map(\.index) == [recorded.firstIndex])
            case (.lost, .failure(.unavailable)): break
            default: Issue.record("\(outcome)")
            }
        }
        #expect(try await LogFold.faults(faulting) == [])
    }

    @Test(
        "while the database cannot recover, waiters hear that nobody knows, and nothing more is written",
        arguments: TestEngine.allCases)
    func noRecovery(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let faulting = FaultingEngine(try await engine.open(in: folder))
        let log = try await RunningLog(faulting)
        let estate = Example()
        try await log.found(estate)
        faulting.allowRecovery(false)
        faulting.fail(after: 0, .landed)
        let first = await log.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1))
        #expect(first == .failure(.unknownOutcome(Example.id(1, 6))))
        #expect(log.recorder.stoppedBecause != nil)
        let second = await log.recorder.record(Example.issuance(estate.token(2, floor: 5), operation: 2))
        guard case .failure(.unavailable) = second else {
            Issue.record("\(second)")
            return
        }
        // A second later it is tried again.
        faulting.allowRecovery(true)
        log.clock.advance(seconds: 1)
        let third = await log.recorder.record(Example.issuance(estate.token(3, floor: 5), operation: 3))
        #expect(try third.get().firstIndex == 6)
        #expect(log.recorder.stoppedBecause == nil)
        #expect(try await log.ledger.operation(Example.id(1, 6))?.index == 5)
        #expect(try await log.ledger.operation(Example.id(2, 6)) == nil)
        #expect(try await LogFold.faults(faulting) == [])
    }

    @Test("what is in doubt is found out though nobody asks for anything", arguments: TestEngine.allCases)
    func atRest(_ database: TestEngine) async throws {
        let folder = try TestFolder()
        let engine = FaultingEngine(try await database.open(in: folder))
        let log = try await RunningLog(engine)
        let estate = Example()
        try await log.found(estate)
        engine.allowRecovery(false)
        engine.fail(after: 0, .landed)
        _ = await log.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1))
        #expect(log.recorder.stoppedBecause != nil)
        engine.allowRecovery(true)
        log.clock.advance(seconds: 1)
        log.recorder.lookAgain()
        // A queue that stops is led to its end, and the look is in it.
        await log.stop()
        #expect(log.recorder.stoppedBecause == nil)
        #expect(log.recorder.head.size == 6)
    }
}
