internal import AuditLog
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Group commit")
struct GroupCommitTests {
    @Test("600 members at once get indexes without a gap, each under its own entry", arguments: TestEngine.allCases)
    func gapFree(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let example = Example()
        try await log.found(example)
        let indexes = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 1...600 as ClosedRange<UInt64> {
                group.addTask {
                    let member = Example.issuance(example.token(number, floor: 5), operation: number)
                    return try await log.recorder.record(member).get().firstIndex
                }
            }
            var indexes: [Int64] = []
            for try await index in group { indexes.append(index) }
            return indexes.sorted()
        }
        #expect(indexes == Array(5..<605))
        #expect(log.recorder.snapshot.size == 605)
        #expect(try await LogFold.faults(log.engine) == [])
        // The tiles that were completed on the way prove any entry.
        let head = try await log.ledger.head()
        for index in [0, 255, 256, 511, 512, 604] as [Int64] {
            let proof = try await log.ledger.inclusionProof(of: index, in: 605)
            let entry = try #require(await log.ledger.entry(index))
            #expect(proof.verifies(leafHash: entry.leafHash, root: head.root))
        }
        let tile = try await log.ledger.tile(TileCoordinate(level: 0, index: 1))
        #expect(tile == Array(try await log.ledger.leafHashes(from: 256, limit: 256).joined()))
        #expect(try await log.ledger.tile(TileCoordinate(level: 0, index: 2)) == nil)
        let consistency = try #require(await log.ledger.consistencyProof(from: 256, to: 605))
        let old = MerkleTree.root(of: try await log.ledger.entries(from: 0, limit: 256).map(\.body))
        #expect(consistency.verifies(oldRoot: old, newRoot: head.root))
    }

    @Test("T35 issue, offboard, issue: first dead, last refused, neighbours whole", arguments: TestEngine.allCases)
    func batchOrder(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let (leaving, staying) = (Example(seed: 1), Example(seed: 2))
        try await log.found(leaving)
        try await log.found(staying, operation: 901, suffix: "-two")
        // Members are recorded in one batch: a cut inside it is a member too.
        let cut = RecordingMember(
            operation: Example.operation(50, .offboardingCreate), floor: 10, references: [],
            entries: [
                Example.entry(
                    .offboardingCreate,
                    rows: [leaving.workloadRow(version: 2, number: 1, state: .ended)],
                    marks: [PendingMark(LineageReference(.identity, 1), cuts: true)])
            ])
        let members = [
            Example.issuance(leaving.token(1, floor: 10), operation: 1),
            Example.issuance(staying.token(2, first: 5, floor: 10), operation: 2), cut,
            Example.issuance(leaving.token(3, floor: 10), operation: 3),
            Example.issuance(staying.token(4, first: 5, floor: 10), operation: 4),
        ]
        let outcomes = await log.recordTogether(members)
        #expect(outcomes.map { try? $0.get().firstIndex } == [11, 12, 13, nil, 14])
        #expect(outcomes[3] == .failure(.refused(.changed(LineageReference(.identity, 1)))))
        let snapshot = log.recorder.snapshot
        let first = try #require(await log.ledger.credential(Example.id(1, 7)))
        #expect(snapshot.firstKill(of: first.lineage.references, at: first.position)?.cutIndex == 13)
        let neighbour = try #require(await log.ledger.credential(Example.id(2, 7)))
        #expect(snapshot.firstKill(of: neighbour.lineage.references, at: neighbour.position) == nil)
        #expect(try await log.ledger.credential(Example.id(3, 7)) == nil)
        #expect(try await log.ledger.operation(Example.id(3, 6)) == nil)
        #expect(try await LogFold.faults(log.engine) == [])
    }

    @Test("a member that the schema refuses leaves its neighbours whole", arguments: TestEngine.allCases)
    func constraint(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let example = Example()
        try await log.found(example)
        var ownerless = example.token(2, floor: 5)
        ownerless.ownerVersion = 7
        let limited = Presentation(authentication: 99, limit: 1, expires: Example.now)
        let outcomes = await log.recordTogether([
            Example.issuance(example.token(1, floor: 5), operation: 1),
            Example.issuance(ownerless, operation: 2, presentation: limited),
            Example.issuance(example.token(3, floor: 5), operation: 3, presentation: limited),
        ])
        #expect(outcomes.map { try? $0.get().firstIndex } == [6, nil, 7])
        guard case .failure(.constraint) = outcomes[1] else {
            Issue.record("\(outcomes[1])")
            return
        }
        #expect(try await log.ledger.credential(ownerless.id) == nil)
        #expect(try await LogFold.faults(log.engine) == [])
    }

    @Test(
        "what a refused member wrote before it failed is gone, its marks and indexes too",
        arguments: TestEngine.allCases)
    func halfWritten(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let example = Example()
        try await log.found(example)
        var ownerless = example.token(2, floor: 5)
        ownerless.ownerVersion = 7
        var half = Example.issuance(ownerless, operation: 2)
        let cut = PendingMark(LineageReference(.identity, 1), cuts: true)
        half.entries.insert(Example.entry(.revocationCreate, marks: [cut]), at: 0)
        let outcomes = await log.recordTogether([
            Example.issuance(example.token(1, floor: 5), operation: 1), half,
            Example.issuance(example.token(3, floor: 5), operation: 3),
        ])
        #expect(outcomes.map { try? $0.get().firstIndex } == [6, nil, 7])
        #expect(log.recorder.snapshot.marks.isEmpty)
        #expect(try await log.ledger.head().lastMark == -1)
        #expect(try await log.ledger.feedEvents(after: -1, limit: 1).isEmpty)
        #expect(try await LogFold.faults(log.engine) == [])
    }

    @Test("T6 a caller that goes away takes nothing with it", arguments: TestEngine.allCases)
    func cancelled(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let example = Example()
        try await log.found(example)
        let callers = (1...40 as ClosedRange<UInt64>).map { number in
            Task {
                await log.recorder.record(Example.issuance(example.token(number, floor: 5), operation: number))
            }
        }
        for caller in callers where caller.hashValue.isMultiple(of: 2) { caller.cancel() }
        for caller in callers {
            guard case .success = await caller.value else {
                Issue.record("a cancelled caller was not recorded")
                return
            }
        }
        #expect(log.recorder.snapshot.size == 45)
        #expect(try await LogFold.faults(log.engine) == [])
    }

    @Test(
        "what waits when the leader is stopped is still recorded, and nothing after it", arguments: TestEngine.allCases)
    func stopping(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let example = Example()
        try await log.found(example)
        await log.stop()
        let late = await log.recorder.record(Example.issuance(example.token(1, floor: 5), operation: 1))
        guard case .failure(.unavailable) = late else {
            Issue.record("\(late)")
            return
        }
        #expect(try await log.ledger.head().size == 5)
        #expect(try await log.ledger.newestCheckpoint()?.size == 5)
    }

    @Test("a full queue refuses at once", arguments: TestEngine.allCases)
    func fullQueue(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let gate = Gate()
        let example = Example()
        try await log.found(example)
        let held = Task { await log.hold(gate, operation: 902) }
        await gate.reached()
        let member = Example.issuance(example.token(1, floor: 5), operation: 1)
        await withTaskGroup(of: Bool.self) { group in
            // 4,096 may wait; whoever comes after them is told at once, while the leader is held.
            for _ in 0..<4_196 {
                group.addTask {
                    if case .failure(.unavailable) = await log.recorder.record(member) { true } else { false }
                }
            }
            var refused = 0
            for await isRefused in group {
                if isRefused { refused += 1 }
                if refused == 100 { gate.open() }
            }
            #expect(refused == 100)
        }
        await held.value
    }

    @Test("an entry's time never falls, and its leaf is that of the later time", arguments: TestEngine.allCases)
    func time(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let example = Example()
        try await log.found(example)
        let later = Example.now.adding(seconds: 30)
        for (number, time) in [(1, later), (2, Example.now)] as [(UInt64, Timestamp)] {
            let token = example.token(number, floor: 5)
            var member = Example.issuance(token, operation: number)
            member.entries = [Example.entry(.tokenIssue, at: time, rows: [CredentialTable.row(for: token)])]
            _ = try await log.recorder.record(member).get()
        }
        let entries = try await log.ledger.entries(from: 5, limit: 2)
        #expect(entries.map(\.at) == [later, later])
        #expect(try EntryEncoding.decode(entries[1].body).at == later)
        #expect(try await LogFold.faults(log.engine) == [])
    }

    @Test("a change of an object without a mark of its reference is refused", arguments: TestEngine.allCases)
    func unmarked(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let example = Example()
        try await log.found(example)
        let rows = [
            (example.workloadRow(version: 2, number: 1, state: .suspended), LineageReference(.identity, 1)),
            (TrustTable.row(for: example.trustValue(version: 2, number: 2)), LineageReference(.trust, 2)),
            (ProfileTable.row(for: example.profileValue(version: 2, number: 3)), LineageReference(.profile, 3)),
            (
                EntitlementTable.row(for: example.entitlementValue(version: 2, number: 4)),
                LineageReference(.entitlement, 4)
            ),
        ]
        for (place, (row, reference)) in rows.enumerated() {
            let bare = await log.act([Example.entry(.identityWrite, rows: [row])], operation: 10 + UInt64(place))
            guard case .failure(.constraint) = bare else {
                Issue.record("\(row.key) was written without a mark")
                continue
            }
            let other = PendingMark(LineageReference(reference.kind, 77), cuts: false)
            let wrong = Example.entry(.identityWrite, rows: [row], marks: [other])
            guard case .failure(.constraint) = await log.act([wrong], operation: 20 + UInt64(place)) else {
                Issue.record("\(row.key) was written with another's mark")
                continue
            }
            let marked = Example.entry(
                .identityWrite, rows: [row], marks: [PendingMark(reference, cuts: false)])
            _ = try await log.act([marked], operation: 30 + UInt64(place)).get()
        }
        #expect(log.recorder.snapshot.identity(.workload(example.workload))?.state == .suspended)
        #expect(try await LogFold.faults(log.engine) == [])
    }

    @Test("kills are taken before what came earlier", arguments: TestEngine.allCases)
    func kills(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let gate = Gate()
        let example = Example()
        try await log.found(example)
        let held = Task { await log.hold(gate, operation: 902) }
        await gate.reached()
        async let token = log.recorder.record(Example.issuance(example.token(1, floor: 5), operation: 1))
        await log.waitUntilWaiting(1)
        async let kill = log.mark([PendingMark(LineageReference(.environment, 999), cuts: true)], operation: 2)
        await log.waitUntilWaiting(2)
        gate.open()
        await held.value
        #expect(try await kill.firstIndex == 6)
        #expect(try await token.get().firstIndex == 7)
    }
}
