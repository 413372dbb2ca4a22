internal import AuditLog
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Keys and presentations")
struct LimitTests {
    @Test(
        "T13 a key is used once by an identity, and another identity's keys are separate",
        arguments: TestEngine.allCases)
    func idempotency(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let (one, two) = (Example(seed: 1), Example(seed: 2))
        try await log.found(one)
        try await log.found(two, operation: 901, suffix: "-two")
        let recorder = log.recorder
        _ = try await recorder.record(Example.issuance(one.token(1, floor: 10), operation: 1, key: "k")).get()
        let again = await recorder.record(Example.issuance(one.token(2, floor: 10), operation: 2, key: "k"))
        #expect(again == .failure(.refused(.idempotencyKeyUsed(Example.id(1, 6)))))
        let other = await recorder.record(
            Example.issuance(two.token(3, first: 5, floor: 10), operation: 3, key: "k"))
        #expect((try? other.get()) != nil)
        let found = try await log.ledger.operation(of: .workload(one.workload), idempotencyKey: "k")
        #expect(found?.id == Example.id(1, 6))
        // An act hears of its key before it decides.
        let act = await recorder.act(
            Example.operation(4, .identityWrite, identity: .workload(one.workload), key: "k"), priority: .change
        ) { (_) throws(RecordingRefusal) -> ActOutcome<Int> in
            throw .denied(code: "conflict", detail: "", field: nil)
        }
        guard case .failure(.refused(.idempotencyKeyUsed)) = act else {
            Issue.record("\(act)")
            return
        }
        // After 24 hours it is free.
        log.clock.advance(seconds: 24 * 3600 - 1)
        let early = await recorder.record(Example.issuance(one.token(5, floor: 10), operation: 5, key: "k"))
        #expect(early == .failure(.refused(.idempotencyKeyUsed(Example.id(1, 6)))))
        log.clock.advance(seconds: 1)
        let later = await recorder.record(Example.issuance(one.token(6, floor: 10), operation: 6, key: "k"))
        #expect((try? later.get()) != nil)
        #expect(try await log.ledger.operation(Example.id(1, 6))?.idempotencyKey == nil)
    }

    @Test("T13 of one key sent many times at once, one is recorded", arguments: TestEngine.allCases)
    func idempotencyAtOnce(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let estate = Example()
        try await log.found(estate)
        let outcomes = await log.recordTogether(
            (1...20 as ClosedRange<UInt64>).map {
                Example.issuance(estate.token($0, floor: 5), operation: $0, key: "k")
            })
        #expect(outcomes.filter { (try? $0.get()) != nil }.count == 1)
        for outcome in outcomes.dropFirst() {
            #expect(outcome == .failure(.refused(.idempotencyKeyUsed(Example.id(1, 6)))))
        }
        #expect(log.recorder.snapshot.size == 7)
    }

    @Test(
        "T14 T17 an authentication is presented as often as its trust allows, also at once",
        arguments: [1, 20], TestEngine.allCases)
    func presentations(_ limit: Int64, _ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let ours = try await RunningLog(engine.open(in: folder), key: key)
        let estate = Example()
        try await ours.found(estate)
        let theirs = try await RunningLog(engine.open(in: folder), key: key)
        let shown = Presentation(
            authentication: 1 << 62, limit: limit, expires: Example.now.adding(seconds: 60))
        let wins = await withTaskGroup(of: Bool.self) { group in
            for number in 1...60 as ClosedRange<UInt64> {
                let log = number.isMultiple(of: 2) ? ours : theirs
                group.addTask {
                    let member = Example.issuance(
                        estate.token(number, floor: 5), operation: number, presentation: shown)
                    switch await log.recorder.record(member) {
                    case .success: return true
                    case .failure(.refused(.presentedTooOften)): return false
                    case .failure(let error):
                        Issue.record("\(error)")
                        return false
                    }
                }
            }
            var wins: Int64 = 0
            for await won in group where won { wins += 1 }
            return wins
        }
        #expect(wins == limit)
        #expect(try await LogFold.faults(ours.engine) == [])
        #expect(try await ours.ledger.forgetPresentations(endedBefore: Example.now) == 0)
        #expect(try await ours.ledger.forgetPresentations(endedBefore: Example.now.adding(seconds: 61)) == 1)
    }

    @Test(
        "a bound on live credentials counts what was recorded since it was taken, in this batch and by others",
        arguments: TestEngine.allCases)
    func liveBound(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let ours = try await RunningLog(engine.open(in: folder), key: key)
        let (estate, other) = (Example(seed: 1), Example(seed: 2))
        try await ours.found(estate)
        try await ours.found(other, operation: 901, suffix: "-two")
        let theirs = try await RunningLog(engine.open(in: folder), key: key)
        let start = ours.recorder.snapshot.size
        // Of three there are none by what both nodes know.
        func member(_ number: UInt64) -> RecordingMember {
            let credential = estate.token(number, floor: start)
            let bound = LiveBound(identity: credential.lineage.identity, live: 0, size: start, max: 3)
            return Example.issuance(credential, operation: number, liveBound: bound)
        }
        _ = try await theirs.recorder.record(member(1)).get()
        // What others hold proves nothing of this one: it is counted.
        for number in 2...9 as ClosedRange<UInt64> {
            let stranger = other.token(number, first: 5, floor: start)
            _ = try await theirs.recorder.record(Example.issuance(stranger, operation: number)).get()
        }
        let outcomes = await ours.recordTogether((10...15 as ClosedRange<UInt64>).map(member))
        #expect(outcomes.filter { (try? $0.get()) != nil }.count == 2)
        #expect(outcomes.filter { $0 == .failure(.refused(.tooManyLive)) }.count == 4)
        // What has ended by then does not count.
        ours.clock.advance(seconds: 40 * 86_400)
        _ = try await ours.recorder.record(member(20)).get()
        #expect(try await LogFold.faults(ours.engine) == [])
    }

    @Test("T3 a text with a NUL is not the text before it", arguments: TestEngine.allCases)
    func nul(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let database = try await engine.open(in: folder)
        try await SchemaMigrator.migrate(database)
        let refused = StorageError.constraint("text holds a NUL character")
        await #expect(throws: refused) {
            try await database.read { (connection) throws(StorageError) in
                try connection.rows(Statement("SELECT $1"), [.text("admin\u{0}x")])
            }
        }
        // Both forms of é are kept as they came.
        for text in ["\u{E9}", "e\u{301}", "K", "\u{212A}", "a\r\nb", ""] {
            let rows = try await database.read { (connection) throws(StorageError) in
                try connection.rows(Statement("SELECT $2, $1"), [.text("other"), .text(text)])
            }
            guard case .text(let found)? = rows.first?.values.first else {
                Issue.record("no text")
                continue
            }
            #expect(Array(found.utf8) == Array(text.utf8))
        }
    }

    @Test("a recorded list of credentials is paged, filtered and counted", arguments: TestEngine.allCases)
    func lists(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let (one, two) = (Example(seed: 1), Example(seed: 2))
        try await log.found(one)
        try await log.found(two, operation: 901, suffix: "-two")
        for number in 1...4 as ClosedRange<UInt64> {
            _ = try await log.recorder.record(
                Example.issuance(one.token(number, floor: 10), operation: number)
            ).get()
        }
        let certificate = two.certificate(9, first: 5, floor: 10)
        _ = try await log.recorder.record(Example.issuance(certificate, operation: 9)).get()
        let ledger = log.ledger
        #expect(try await ledger.credentials(.init(), limit: 10).map(\.index) == [14, 13, 12, 11, 10])
        #expect(try await ledger.credentials(.init(), before: 13, limit: 2).map(\.index) == [12, 11])
        let ofTwo = CredentialFilter(identity: .workload(two.workload))
        #expect(try await ledger.credentials(ofTwo, limit: 10).map(\.index) == [14])
        let ofOwner = CredentialFilter(owner: .person(one.person), entitlement: one.entitlement)
        #expect(try await ledger.credentials(ofOwner, limit: 10).count == 4)
        let ended = CredentialFilter(endingAfter: Example.now.adding(seconds: 900))
        #expect(try await ledger.credentials(ended, limit: 10).isEmpty)
        for (kind, count) in [(.identity, 4), (.owner, 4), (.entitlement, 4), (.profile, 4), (.trust, 4)]
            as [(LineageReference.Kind, Int)]
        {
            let number = try #require(one.token(1, floor: 10).lineage.references.first { $0.kind == kind }).number
            let page = try await ledger.liveCredentials(
                hangingOn: LineageReference(kind, number), upTo: 14, endingAfter: Example.now, limit: 10)
            #expect(page.count == count)
            let rest = try await ledger.liveCredentials(
                hangingOn: LineageReference(kind, number), upTo: 12, endingAfter: Example.now, after: 10, limit: 10)
            #expect(rest.map(\.index) == [11, 12])
        }
        let lineage = one.token(3, floor: 10).lineage
        for (kind, ofOne, ofAll) in [(.authentication, 4, 5), (.family, 1, 1), (.credential, 1, 1)]
            as [(LineageReference.Kind, Int, Int)]
        {
            let reference = try #require(lineage.references.first { $0.kind == kind })
            for (identity, count) in [(lineage.identity, ofOne), (certificate.lineage.identity, ofAll - ofOne)]
                as [(Int64?, Int)] + [(nil, ofAll)]
            {
                let page = try await ledger.liveCredentials(
                    hangingOn: reference, of: identity, upTo: 14, endingAfter: Example.now, limit: 10)
                #expect(page.count == count)
            }
        }
        let ofTwoByEntitlement = CredentialFilter(entitlement: two.entitlement)
        #expect(try await ledger.credentials(ofTwoByEntitlement, limit: 10).map(\.index) == [14])
        let families = try await ledger.families(holding: LineageReference(.subjectKey, 77), limit: 10)
        #expect(families.map(\.number) == [certificate.lineage.family])
        #expect(families.map(\.identity) == [certificate.lineage.identity])
        let found = try await ledger.certificate(issuer: Example.id(1, 8), serial: [1, 9])
        #expect(found?.id == certificate.id)
        let inShard = try await ledger.certificates(ofIssuer: Example.id(1, 8), shard: 1, limit: 10)
        #expect(inShard.map(\.serial) == [[1, 9]])
        let receipt = try await ledger.receipt(of: certificate)
        #expect(receipt.index == 14)
        #expect(receipt.rowHash == CredentialTable.row(for: certificate).hash)
    }
}
