internal import AuditLog
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Recording")
struct RecordingTests {
    @Test("an estate and a token of it are recorded, found and named by their entries", arguments: TestEngine.allCases)
    func issuance(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let example = Example()
        let founded = try await log.found(example)
        #expect(founded.firstIndex == 0)
        #expect(founded.receipts.map(\.index) == [0, 1, 2, 3, 4])
        let snapshot = log.recorder.snapshot
        #expect(snapshot.size == 5)
        #expect(snapshot.identity(.workload(example.workload))?.number == 1)
        #expect(snapshot.workloads(ownedBy: .person(example.person)).map(\.number) == [1])
        #expect(snapshot.trust(named: Example.name("builder-github"))?.number == 2)
        #expect(snapshot.trusts(issuer: "https://token.actions.githubusercontent.com").count == 1)
        #expect(snapshot.entitlements(of: .workload(example.workload)).map(\.number) == [4])
        var token = example.token(1, floor: snapshot.size)
        let recorded = try await log.recorder.record(Example.issuance(token, operation: 1)).get()
        #expect(recorded.firstIndex == 5)
        #expect(recorded.receipts == recorded.receipts.filter { $0.key == token.id.text && $0.index == 5 })
        #expect(recorded.checkpoint.size == 6)
        token.index = 5
        #expect(try await log.ledger.credential(token.id) == token)
        #expect(try await log.ledger.credential(index: 5) == token)
        #expect(try await log.ledger.operation(Example.id(1, 6))?.index == 5)
        #expect(try await log.ledger.operation(ofCredentialAt: 5)?.object == token.id.text)
        let entries = try await log.ledger.entries(from: 0, limit: 10)
        #expect(entries.map(\.index) == [0, 1, 2, 3, 4, 5])
        #expect(MerkleTree.root(of: entries.map(\.body)) == recorded.checkpoint.root)
    }
    @Test("a log that is opened after a known snapshot has what was recorded since", arguments: TestEngine.allCases)
    func known(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let first = try await RunningLog(engine.open(in: folder), key: key)
        let example = Example()
        try await first.found(example)
        let known = first.recorder.snapshot
        try await first.mark([PendingMark(LineageReference(.trust, 2), cuts: true)], operation: 1)
        let newest = first.recorder.snapshot
        await first.stop()
        let signer = try NoteSigner(name: RunningLog.origin, key: key)
        let opened = try await Recorder.open(
            engine.open(in: folder), signer: signer, witness: nil, clock: { Example.now }, known: known)
        #expect(opened.snapshot.size == 6)
        #expect(opened.snapshot.marks == newest.marks)
        #expect(opened.snapshot.identities == newest.identities)
        #expect(try await first.ledger.snapshot(after: known).marks == newest.marks)
        // Of a database that has less, as one that was restored, nothing is known.
        let empty = try TestFolder()
        let other = try await RunningLog(engine.open(in: empty), key: key)
        await other.stop()
        #expect(try await other.ledger.snapshot(after: newest).identities.isEmpty)
    }
}
