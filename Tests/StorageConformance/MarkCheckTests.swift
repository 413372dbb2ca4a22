internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

/// T35, on two connections driven by hand: the decision is made, then another program on the same database commits a
/// mark, then our lock is taken.
@Suite("Check of marks")
struct MarkCheckTests {
    enum Body: String, CaseIterable, Sendable { case token, certificate }

    struct Case: Sendable, CustomTestStringConvertible {
        let engine: TestEngine
        let body: Body
        let kind: LineageReference.Kind
        let cuts: Bool

        var testDescription: String {
            "\(engine.rawValue) \(body.rawValue) \(kind.rawValue) \(cuts ? "cut" : "changed")"
        }

        static let all: [Case] = TestEngine.allCases.flatMap { engine in
            Body.allCases.flatMap { body in
                LineageReference.Kind.allCases.filter { body == .certificate || $0 != .subjectKey }.flatMap { kind in
                    [true, false].map { Case(engine: engine, body: body, kind: kind, cuts: $0) }
                }
            }
        }
    }

    @Test("T35 a mark committed elsewhere after the decision refuses the recording", arguments: Case.all)
    func elsewhere(_ example: Case) async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let ours = try await RunningLog(example.engine.open(in: folder), key: key)
        let estate = Example()
        try await ours.found(estate)
        let theirs = try await RunningLog(example.engine.open(in: folder), key: key)
        let floor = ours.recorder.snapshot.size
        let credential =
            example.body == .token ? estate.token(1, floor: floor) : estate.certificate(1, floor: floor)
        let references = credential.lineage.references
        let reference = try #require(references.first { $0.kind == example.kind })
        try await theirs.mark([PendingMark(reference, cuts: example.cuts)], operation: 50)
        #expect(ours.recorder.snapshot.size == floor)

        let refused = await ours.recorder.record(Example.issuance(credential, operation: 1))
        let expected: RecordingRefusal =
            example.cuts && !example.kind.isOpen ? .cut(reference) : .changed(reference)
        #expect(refused == .failure(.refused(expected)))
        #expect(try await ours.ledger.credential(credential.id) == nil)
        #expect(try await ours.ledger.operation(Example.id(1, 6)) == nil)

        // The refusal brought the newer snapshot; what is decided on it is recorded.
        #expect(ours.recorder.snapshot.size == floor + 1)
        var again = credential
        again.floor = floor + 1
        #expect(try await ours.recorder.record(Example.issuance(again, operation: 2)).get().firstIndex == floor + 1)
        #expect(try await LogFold.faults(ours.engine) == [])
    }

    @Test("a mark of something else refuses nothing", arguments: TestEngine.allCases)
    func unrelated(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let estate = Example()
        try await log.found(estate)
        let credential = estate.certificate(1, floor: 5)
        let numbers = Set(credential.lineage.references.map(\.number))
        // The same number under another kind is another reference.
        for (place, kind) in LineageReference.Kind.allCases.enumerated() {
            for number in numbers where !credential.lineage.references.contains(LineageReference(kind, number)) {
                let operation = 10_000 + UInt64(place) * 100 + UInt64(numbers.sorted().firstIndex(of: number) ?? 0)
                try await log.mark([PendingMark(LineageReference(kind, number), cuts: true)], operation: operation)
            }
        }
        let recorded = await log.recorder.record(Example.issuance(credential, operation: 1))
        #expect((try? recorded.get()) != nil)
    }

    @Test("a mark at the floor refuses, one below it does not", arguments: TestEngine.allCases)
    func boundary(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let estate = Example()
        try await log.found(estate)
        let reference = LineageReference(.identity, 1)
        try await log.mark([PendingMark(reference, cuts: false)], operation: 50)
        let at = await log.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1))
        #expect(at == .failure(.refused(.changed(reference))))
        let above = await log.recorder.record(Example.issuance(estate.token(2, floor: 6), operation: 2))
        #expect(try above.get().firstIndex == 6)
    }

    @Test("marks are found by reference where there are too many to read", arguments: TestEngine.allCases)
    func many(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let estate = Example()
        try await log.found(estate)
        let reference = LineageReference(.trust, 2)
        try await log.mark([PendingMark(reference, cuts: false)], operation: 50)
        let marks = (0..<10_001 as Range<Int64>).map {
            PendingMark(LineageReference(.instance, 1_000 + $0), cuts: true)
        }
        for place in 0..<201 {
            let part = marks[(place * 50)..<min(place * 50 + 50, marks.count)]
            try await log.mark(Array(part), operation: 1_000 + UInt64(place))
        }
        let refused = await log.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1))
        #expect(refused == .failure(.refused(.changed(reference))))
        var elsewhere = Example.issuance(estate.token(2, floor: 5), operation: 2)
        elsewhere.references.removeAll { $0 == reference }
        #expect((try? await log.recorder.record(elsewhere).get()) != nil)
        #expect(log.recorder.snapshot.marks.count == 10_002)
    }

    @Test("an act decides on what the log holds once it is locked", arguments: TestEngine.allCases)
    func act(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let ours = try await RunningLog(engine.open(in: folder), key: key)
        let estate = Example()
        try await ours.found(estate)
        let theirs = try await RunningLog(engine.open(in: folder), key: key)
        let other = Example(seed: 2)
        var workload = estate.workloadIdentity(name: "late")
        workload.id = .workload(other.workload)
        _ = try await theirs.act(
            [Example.entry(.identityWrite, rows: [IdentityTable.row(for: workload)])], operation: 50
        ).get()
        #expect(ours.recorder.snapshot.workloads(ownedBy: .person(estate.person)).count == 1)
        let seen = try await ours.recorder.act(Example.operation(51, .offboardingCreate), priority: .kill) {
            (snapshot) throws(RecordingRefusal) in
            let owned = snapshot.workloads(ownedBy: .person(estate.person))
            return ActOutcome(
                value: owned.map(\.number), entries: [Example.entry(.offboardingCreate)])
        }.get()
        #expect(seen.0 == [1, 5])
        #expect(seen.1.firstIndex == 6)
        #expect(ours.recorder.snapshot.size == 7)
    }

    @Test("what an act refuses leaves nothing behind", arguments: TestEngine.allCases)
    func refusal(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        try await log.found(Example())
        let denied = RecordingRefusal.denied(code: "conflict", detail: "it is there already", field: "name")
        let result = await log.recorder.act(Example.operation(50), priority: .change) {
            (_) throws(RecordingRefusal) -> ActOutcome<Int> in throw denied
        }
        guard case .failure(let error) = result else {
            Issue.record("recorded")
            return
        }
        #expect(error == .refused(denied))
        #expect(try await log.ledger.head().size == 5)
        #expect(try await log.ledger.operation(Example.id(50, 6)) == nil)
    }

    @Test("both indexes of a mark only rise, and a change keeps the reason of the cut", arguments: TestEngine.allCases)
    func rising(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        try await log.found(Example())
        let reference = LineageReference(.identity, 1)
        try await log.mark([PendingMark(reference, cuts: false)], operation: 50)
        #expect(log.recorder.snapshot.mark(reference) == Mark(reference: reference, cutIndex: -1, changedIndex: 5))
        try await log.mark([PendingMark(reference, cuts: true, reason: .keyCompromise)], operation: 51)
        try await log.mark([PendingMark(reference, cuts: false)], operation: 52)
        #expect(log.recorder.snapshot.mark(reference) == Mark(reference: reference, cutIndex: 6, changedIndex: 7))
        #expect(log.recorder.snapshot.markReason(reference) == .keyCompromise)
        let loaded = try await log.ledger.snapshot()
        #expect(loaded.marks == log.recorder.snapshot.marks)
        #expect(try await LogFold.faults(log.engine) == [])
        // The feed has the cut alone.
        let events = try await log.ledger.feedEvents(after: -1, limit: 10)
        #expect(events.map(\.index) == [6])
        #expect(events.first?.previous == -1)
        #expect(events.first?.body == .mark(reference, .keyCompromise))
        #expect(try await log.ledger.head().lastMark == 7)
        #expect(try await log.ledger.head().lastFeed == 6)
    }
}
