internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("publishing revocation lists")
struct PublishListsTests {
    @Test("revocations at the same moment are all on the list")
    func concurrentLists() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("checkout")
        var held: [HeldCertificate] = []
        for _ in 0..<40 { held.append(try await installation.certificate(caller)) }
        let credential = try #require(try await installation.broker.ledger.credential(held[0].id))
        guard case .certificate(let issuer, _, let shard, _, _) = credential.body else { return }
        let admin = try await installation.caller("admin")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for certificate in held {
                let call = try installation.call()
                group.addTask {
                    _ = try await installation.broker.revoke(
                        .certificate(certificate.der), reason: .superseded, by: admin, in: call)
                }
            }
            try await group.waitForAll()
        }
        let list = try await Self.list(installation, issuer, shard)
        #expect(list.entries.count == held.count)
    }

    @Test("what was cut by a process that ended before it signed the list is on it after the next one's first round")
    func listsAfterRestart() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let credential = try #require(try await installation.broker.ledger.credential(held.id))
        guard case .certificate(let issuer, let serial, let shard, _, _) = credential.body else { return }
        try await installation.node.cut(LineageReference(.credential, credential.lineage.credential))
        #expect(try await Self.list(installation, issuer, shard).entries.isEmpty)
        await installation.node.stop()
        let next = try await installation.otherNode()
        await next.broker.maintainLists()
        #expect(try await Self.list(installation, issuer, shard).entries.map(\.serialNumber) == [serial])
    }

    @Test("what a revocation could not put on its list is on it after the next round, whatever could not be read")
    func listsAfterFailedReads() async throws {
        let installation = try await TestInstallation.start()
        await installation.broker.maintainLists()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let credential = try #require(try await installation.broker.ledger.credential(held.id))
        guard case .certificate(let issuer, let serial, let shard, _, _) = credential.body else { return }
        let admin = try await installation.caller("admin")
        installation.node.reads.fail(true)
        let outcome = try await installation.broker.revoke(
            .object(try ObjectReference("workload/checkout")), reason: .superseded, by: admin,
            in: try installation.call())
        #expect(outcome.recorded != nil)
        // Another round that reads nothing loses nothing.
        await installation.broker.maintainLists()
        installation.node.reads.fail(false)
        #expect(try await Self.list(installation, issuer, shard).entries.isEmpty)
        await installation.broker.maintainLists()
        #expect(try await Self.list(installation, issuer, shard).entries.map(\.serialNumber) == [serial])
    }

    @Test("T24 what was cut by a COMMIT whose outcome nobody knew is on its list after the next round")
    func listsAfterDoubt() async throws {
        let installation = try await TestInstallation.start()
        await installation.broker.maintainLists()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let credential = try #require(try await installation.broker.ledger.credential(held.id))
        guard case .certificate(let issuer, let serial, let shard, _, _) = credential.body else { return }
        // The mark alone: who asked for it was told that nobody knows, and no list was marked.
        try await installation.node.cut(LineageReference(.credential, credential.lineage.credential))
        #expect(try await Self.list(installation, issuer, shard).entries.isEmpty)
        await installation.broker.maintainLists()
        #expect(try await Self.list(installation, issuer, shard).entries.map(\.serialNumber) == [serial])
    }

    static func list(
        _ installation: TestInstallation, _ issuer: IssuerID, _ shard: Int64
    ) async throws -> RevocationList {
        let stored = try #require(try await installation.broker.revocationList(issuer: issuer, shard: shard))
        return try RevocationList(der: try #require(stored.list).der)
    }
}
