internal import Storage
internal import TenureModel
internal import Testing

@Suite("Working tables")
struct WorkingTableTests {
    private func ledger(_ engine: TestEngine, _ folder: borrowing TestFolder) async throws -> Ledger {
        let database = try await engine.open(in: folder)
        try await SchemaMigrator.migrate(database)
        return Ledger(database, origin: RunningLog.origin)
    }

    @Test(
        "T24 the number of a revocation list never falls, and a list is never signed over a newer one",
        arguments: TestEngine.allCases)
    func lists(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let ledger = try await ledger(engine, folder)
        let issuer: IssuerID = Example.id(1, 8)
        let first = try await ledger.takeShard(issuer: issuer, revocationSeconds: 3600, hour: 500_000)
        let second = try await ledger.takeShard(issuer: issuer, revocationSeconds: 3600, hour: 500_001)
        #expect([first.shard, second.shard] == [1, 2])
        let now = Example.now
        let list = RevocationShard.SignedList(
            thisUpdate: now, nextUpdate: now.adding(seconds: 3480), der: [0x30, 0x00])
        #expect(try await ledger.storeList(list, number: 2, after: 0, issuer: issuer, shard: 1))
        #expect(try await !ledger.storeList(list, number: 2, after: 2, issuer: issuer, shard: 1))
        #expect(try await !ledger.storeList(list, number: 1, after: 0, issuer: issuer, shard: 1))
        #expect(try await ledger.shard(issuer: issuer, shard: 1)?.crlNumber == 2)
        #expect(try await ledger.shard(issuer: issuer, shard: 1)?.list == list)
        await #expect(throws: StorageError.self) {
            try await ledger.writeWorking { (connection) throws(StorageError) in
                try connection.execute(Statement("UPDATE crl_shard SET crl_number = 1 WHERE shard = $1"), [.integer(1)])
            }
        }
    }

    @Test(
        "shards are due when a mark touched them or their list ends, and go with their hour",
        arguments: TestEngine.allCases)
    func due(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let ledger = try await ledger(engine, folder)
        let issuer: IssuerID = Example.id(1, 8)
        let now = Example.now
        for hour in [500_000, 500_001] as [Int64] {
            let shard = try await ledger.takeShard(issuer: issuer, revocationSeconds: 3600, hour: hour)
            try await ledger.storeList(
                .init(thisUpdate: now, nextUpdate: now.adding(seconds: 3480), der: [0x30]), number: 1, after: 0,
                issuer: issuer, shard: shard.shard)
        }
        #expect(try await ledger.dueShards(before: now, hour: 0, limit: 10).isEmpty)
        try await ledger.soilShard(issuer: issuer, shard: 1)
        #expect(try await ledger.dueShards(before: now, hour: 0, limit: 10).map(\.shard) == [1])
        #expect(try await ledger.dueShards(before: now, hour: 500_001, limit: 10).isEmpty)
        let later = now.adding(seconds: 3481)
        #expect(try await ledger.dueShards(before: later, hour: 0, limit: 10).map(\.shard) == [1, 2])
        #expect(try await ledger.dropShards(endedBefore: 500_001) == 1)
        #expect(try await ledger.shard(issuer: issuer, shard: 1) == nil)
        #expect(try await ledger.shard(issuer: issuer, shard: 2) != nil)
    }

    @Test("a plan is kept until it ends", arguments: TestEngine.allCases)
    func plans(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let ledger = try await ledger(engine, folder)
        let plan = StoredPlan(id: Example.id(1, 11), baseVersion: 5, document: "{}", expires: Example.now)
        try await ledger.store(plan, now: Example.now)
        #expect(try await ledger.plan(plan.id) == plan)
        let next = StoredPlan(
            id: Example.id(2, 11), baseVersion: 5, document: "{}", expires: Example.now.adding(seconds: 60))
        try await ledger.store(next, now: Example.now.adding(milliseconds: 1))
        #expect(try await ledger.plan(plan.id) == nil)
        #expect(try await ledger.plan(next.id) == next)
    }
}

@Suite("Snapshot")
struct SnapshotTests {
    @Test("what is loaded at start is what was advanced step by step", arguments: TestEngine.allCases)
    func loading(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let (one, two) = (Example(seed: 1), Example(seed: 2))
        try await log.found(one)
        try await log.found(two, operation: 901, suffix: "-two")
        // The workload passes to another owner, and is renamed by nobody.
        var moved = one.workloadIdentity(version: 2, number: 1, owner: two.person)
        moved.name = Example.name("builder")
        let team = Identity(
            id: .team(Example.id(1, 12)), number: -1, version: 1, name: Example.name("platform"), state: .active,
            body: .team(members: [one.person]))
        let key = KeyVersion(
            id: Example.id(1, 9), version: 1, purpose: .tokenRing(Example.name("production")), state: .active,
            published: Example.now, signFrom: Example.now, signUntil: nil, verifyUntil: nil,
            generations: [try Audience("b"): [Example.now, Example.now], try Audience("a"): [Example.now]],
            publicKey: [], certificates: [[1], [2, 3]],
            wrapped: [9])
        let entries = [
            Example.entry(
                .identityWrite, rows: [IdentityTable.row(for: moved)],
                marks: [PendingMark(LineageReference(.identity, 1), cuts: false)]),
            Example.entry(.identityWrite, rows: [IdentityTable.row(for: team)]),
            Example.entry(.keyRotate, rows: [KeyVersionTable.row(for: key)]),
        ]
        _ = try await log.act(entries, operation: 50).get()
        let advanced = log.recorder.snapshot
        let loaded = try await log.ledger.snapshot()
        for snapshot in [advanced, loaded] {
            #expect(snapshot.size == 13)
            #expect(snapshot.workloads(ownedBy: .person(one.person)).isEmpty)
            #expect(snapshot.workloads(ownedBy: .person(two.person)).map(\.number) == [1, 6])
            #expect(snapshot.teams(ofMember: one.person) == [Example.id(1, 12)])
            #expect(snapshot.keyVersions(for: key.purpose) == [key])
            #expect(snapshot.trust(number: 7)?.id == two.trust)
            #expect(snapshot.trusts(of: .workload(two.workload)).map(\.number) == [7])
            #expect(snapshot.entitlements(to: two.profile).map(\.number) == [9])
            #expect(snapshot.identity(kind: .workload, name: Example.name("builder"))?.version == 2)
        }
        #expect(advanced.identities == loaded.identities)
        #expect(advanced.trusts == loaded.trusts)
        #expect(advanced.profiles == loaded.profiles)
        #expect(advanced.entitlements == loaded.entitlements)
        #expect(advanced.marks == loaded.marks)
        // A key's change is an event of the feed.
        #expect(try await log.ledger.feedEvents(after: -1, limit: 10).map(\.body) == [.key])
        #expect(try await LogFold.faults(log.engine) == [])
    }

    @Test("a kill is in the snapshot before it is acknowledged", arguments: TestEngine.allCases)
    func kill(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let estate = Example()
        try await log.found(estate)
        let token = estate.token(1, floor: 5)
        let index = try await log.recorder.record(Example.issuance(token, operation: 1)).get().firstIndex
        #expect(log.recorder.snapshot.firstKill(of: token.lineage.references, at: index) == nil)
        let cut = try await log.mark([PendingMark(LineageReference(.instance, 12), cuts: true)], operation: 50)
        let mark = log.recorder.snapshot.firstKill(of: token.lineage.references, at: index)
        #expect(mark?.cutIndex == cut.firstIndex)
        #expect(log.recorder.snapshot.firstKill(of: token.lineage.references, at: cut.firstIndex + 1) == nil)
    }
}
