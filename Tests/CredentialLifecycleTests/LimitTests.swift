internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import SecretMemory
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Limits and keys at rest")
struct LimitTests {
    @Test("an identity asks for twenty acts a second and no more, and gets another second's when it has passed")
    func rates() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try await installation.caller("deploy")
        let other = try await installation.caller("checkout")
        for _ in 0..<20 { #expect(installation.broker.admits(deploy)) }
        #expect(!installation.broker.admits(deploy))
        #expect(installation.broker.admits(other))
        installation.clock.advance(seconds: 1)
        for _ in 0..<20 { #expect(installation.broker.admits(deploy)) }
        #expect(!installation.broker.admits(deploy))
        // A clock that jumps ahead fills it once, one that is set back not at all.
        installation.clock.advance(seconds: 86_400)
        for _ in 0..<20 { #expect(installation.broker.admits(deploy)) }
        installation.clock.advance(seconds: -3_600)
        #expect(!installation.broker.admits(deploy))
    }

    @Test("of an address whose proofs fail too often no proof is looked at, until a second has passed; sessions go on")
    func strangers() async throws {
        let installation = try await TestInstallation.start()
        let broker = installation.broker
        let session = try await installation.session("deploy")
        func present(_ evidence: Evidence, from source: String) async throws {
            _ = try await broker.authenticate(evidence, source: source)
        }
        for _ in 0..<50 {
            await expectRefused(.unauthenticated) { try await present(.bootstrap("tnb_nothing"), from: "2001:db8::1") }
        }
        // Another address of the same network, and other proofs.
        for evidence in [Evidence.bootstrap("tnb_nothing"), .bearer("a.b.c"), .certificate([0x30, 0x00])] {
            await expectRefused(.limit) { try await present(evidence, from: "2001:db8::2") }
        }
        _ = try await broker.authenticate(.bearer(session), source: "2001:db8::1")
        await expectRefused(.unauthenticated) { try await present(.bearer("a.b.c"), from: "2001:db8:0:1::1") }
        // What was refused so did not count: a second later there is room for 50 more.
        installation.clock.advance(seconds: 1)
        for _ in 0..<50 {
            await expectRefused(.unauthenticated) { try await present(.bearer("a.b.c"), from: "2001:db8::1") }
        }
        await expectRefused(.limit) { try await present(.bearer("a.b.c"), from: "2001:db8::1") }
    }

    @Test(
        "an identity holds no more live credentials than it may, whichever node issues them", arguments: [false, true])
    func liveMaximum(onPostgreSQL: Bool) async throws {
        let max: Int64 = 7
        let installation = try await TestInstallation.start(on: onPostgreSQL ? .postgreSQL(announces: false) : .sqlite)
        { $0.liveCredentialsMax = max }
        let nodes = [installation.node, try await installation.otherNode(), try await installation.otherNode()]
        // Each node has counted before the others issue.
        for node in nodes {
            _ = try await installation.token(try await installation.presenting("deploy", at: node), at: node)
        }
        let issued = await withTaskGroup(of: Int.self) { group in
            for node in nodes {
                for _ in 0..<6 {
                    group.addTask {
                        do {
                            let caller = try await installation.presenting("deploy", at: node)
                            _ = try await installation.token(caller, at: node)
                            return 1
                        } catch {
                            guard case .limit? = error as? LifecycleError else {
                                Issue.record("\(error)")
                                return 0
                            }
                            return 0
                        }
                    }
                }
            }
            return await group.reduce(nodes.count, +)
        }
        #expect(issued == Int(max))
        let deploy = try installation.identity("workload/deploy")
        let counted = try await installation.broker.ledger.liveCount(of: deploy, at: installation.clock.now, max: 100)
        #expect(counted == max)
        // Of another identity nothing is held against it, and what has ended makes room.
        _ = try await installation.certificate(try await installation.caller("checkout"))
        installation.clock.advance(seconds: 3_600)
        for node in nodes {
            let caller = try await installation.presenting("deploy", at: node)
            for _ in 0..<2 { _ = try await installation.token(caller, at: node) }
        }
    }

    @Test("T37 the wrapped secrets of two rows, exchanged, and one with a flipped bit open nothing")
    func wrappedRows() async throws {
        let installation = try await TestInstallation.start()
        let wrap = installation.node.installation.dataWrap
        let versions = installation.broker.snapshot.keyVersions.filter { version in
            version.purpose != .dataKey && !version.wrapped.isEmpty
        }
        try wrap.expectOnlyOwnRowsOpen(versions)
        let retired = KeyWrap(key: SecretBytes.zeros, installation: installation.node.installation.origin.text)
        #expect(throws: (any Error).self) { try retired.unwrap(versions[0]) }
    }

    @Test("the wrong key-encryption key opens no installation")
    func wrongKey() async throws {
        let installation = try await TestInstallation.start()
        await #expect(throws: (any Error).self) {
            _ = try await Installation.open(installation.node.engine, keyEncryptionKey: SecretBytes.zeros)
        }
    }

    @Test("an installation is founded once")
    func foundedOnce() async throws {
        let installation = try await TestInstallation()
        let size = installation.broker.snapshot.size
        await #expect(throws: (any Error).self) { try await installation.foundAgain() }
        #expect(try await installation.broker.ledger.head().size == size)
    }
}

extension SecretBytes {
    fileprivate static var zeros: SecretBytes {
        var bytes = [UInt8](repeating: 0, count: 32)
        return SecretBytes(wiping: &bytes)
    }
}
