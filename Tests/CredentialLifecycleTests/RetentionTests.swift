internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Retention")
struct RetentionTests {
    private static func cuts(_ node: Node) async throws -> [AuditEntry] {
        try await node.broker.ledger.entries(from: 0, limit: 10_000)
            .map { try EntryEncoding.decode($0.body) }.filter { $0.act == .retentionCut }
    }

    private static func presentations(_ node: Node) async throws -> Int {
        try await node.engine.read { (connection) throws(StorageError) in
            try connection.rows(Statement("SELECT authentication FROM presentation"), []).count
        }
    }

    @Test("what ended leaves once its time is over, by one entry a day; what the log says of it stays")
    func leaves() async throws {
        let installation = try await TestInstallation.start()
        let broker = installation.broker
        let token = try await installation.token(try await installation.presenting("deploy"))
        let key = try await installation.certificate(try await installation.caller("checkout"))
        let renewed = try await installation.renewal(of: key)
        let call = try installation.call(key: "once")
        let repeated = try await installation.token(try await installation.presenting("deploy"), in: call)
        #expect(try await Self.presentations(installation.node) > 0)
        let size = try await broker.ledger.head().size

        installation.clock.advance(seconds: 400 * 86_400)
        await broker.forgetWhatEnded()
        // They ended within these 400 days.
        #expect(try await Self.cuts(installation.node).isEmpty)
        #expect(try await broker.ledger.credential(token.id) != nil)
        #expect(try await Self.presentations(installation.node) == 0)

        installation.clock.advance(seconds: 2 * 86_400)
        await broker.forgetWhatEnded()
        for id in [token.id, key.id, renewed.id, repeated.id] {
            #expect(try await broker.ledger.credential(id) == nil)
        }
        #expect(try await broker.ledger.operation(call.operation) == nil)
        let cuts = try await Self.cuts(installation.node)
        #expect(cuts.count == 1 && cuts[0].details.contains(.init("before", .number(size))), "\(cuts)")
        #expect(cuts[0].actor == .broker)
        #expect(try await broker.ledger.entry(token.index) != nil)
        // There is nothing to say twice.
        await broker.forgetWhatEnded()
        installation.clock.advance(seconds: 2 * 86_400)
        await broker.forgetWhatEnded()
        #expect(try await Self.cuts(installation.node).count == 1)
    }

    @Test("what a node began to let go is gone on with by the next, without another entry")
    func goesOn() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        installation.clock.advance(seconds: 401 * 86_400)
        // The entry is written and its permission stands; then the node dies.
        let index = try await installation.broker.ledger.firstIndex(
            atOrAfter: installation.clock.now.adding(seconds: -400 * 86_400))
        _ = try await installation.broker.ledger.forgetCredentials(
            before: index, endedBy: installation.clock.now.adding(seconds: -400 * 86_400), after: held.index)
        #expect(try await installation.broker.ledger.credential(held.id) != nil)
        await installation.node.stop()
        let other = try await installation.otherNode()
        await other.broker.forgetWhatEnded()
        #expect(try await other.broker.ledger.credential(held.id) == nil)
        #expect(try await Self.cuts(other).isEmpty)
    }

    @Test("a node without the duty lets nothing go")
    func duty() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        installation.clock.advance(seconds: 401 * 86_400)
        await installation.broker.forgetWhatEnded(under: Duty(fence: 3))
        #expect(try await installation.broker.ledger.credential(held.id) != nil)
        #expect(try await Self.cuts(installation.node).isEmpty)
    }
}
