internal import Authorization
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Requests that are sent again")
struct IdempotencyTests {
    @Test("T13 the same key and body give the same token, and it is recorded once")
    func sameToken() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("deploy")
        let first = try await installation.token(caller, in: try installation.call(key: "k1"))
        let size = installation.broker.snapshot.size
        installation.clock.advance(seconds: 100)
        let second = try await installation.token(caller, in: try installation.call(key: "k1"))
        #expect(first.text == second.text && first.id == second.id && first.index == second.index)
        #expect(installation.broker.snapshot.size == size)
    }

    @Test("T13 the same key and body give the same certificate")
    func sameCertificate() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("checkout")
        let key = try PrivateKey.generate(.p256)
        let first = try await installation.certificate(caller, key: key, in: try installation.call(key: "k1"))
        let second = try await installation.certificate(caller, key: key, in: try installation.call(key: "k1"))
        #expect(first.der == second.der && first.id == second.id)
        #expect(first.issuance.notAfter == second.issuance.notAfter)
        #expect(first.issuance.renewal == second.issuance.renewal)
    }

    @Test("T13 the same key at the same moment issues one credential")
    func concurrently() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("deploy")
        let calls = try (0..<8).map { _ in try installation.call(key: "k1") }
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for call in calls {
                group.addTask { try await installation.token(caller, in: call).text }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts.count == 1)
    }

    @Test("T13 another body, or another use, of the key is refused; another identity's key is another")
    func otherBody() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("deploy")
        let first = try await installation.token(caller, in: try installation.call(key: "k1"))
        let error = await expectRefused(.invalid) {
            _ = try await installation.token(caller, in: try installation.call(key: "k1", body: 2))
        }
        guard case .invalid(let field, _)? = error else { return }
        #expect(field == "Idempotency-Key")
        await expectRefused(.invalid) {
            _ = try await installation.certificate(caller, in: try installation.call(key: "k1"))
        }
        let other = try await installation.token(
            try await installation.caller("assistant"), in: try installation.call(key: "k1"))
        #expect(other.id != first.id)
    }

    @Test(
        "T13 nothing is revealed again after the identity was cut, suspended or offboarded",
        arguments: [
            "revoke", "suspend", "offboard", "owner", "entitlement", "credential",
        ])
    func afterTheEnd(_ how: String) async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("deploy")
        let key = try PrivateKey.generate(.p256)
        let token = try await installation.token(caller, in: try installation.call(key: "k1"))
        let certificate = try await installation.certificate(caller, key: key, in: try installation.call(key: "k2"))
        let admin = try await installation.caller("admin")
        let broker = installation.broker
        func revoke(_ target: String) async throws {
            _ = try await broker.revoke(
                .object(try ObjectReference(target)), reason: .unspecified, by: admin, in: try installation.call())
        }
        func offboard(_ target: String) async throws {
            _ = try await broker.offboard(
                try ObjectReference(target), to: nil, reason: .unspecified, by: admin, in: try installation.call())
        }
        switch how {
        case "revoke": try await revoke("workload/deploy")
        case "suspend": try await installation.setState("workload/deploy", .suspended)
        case "offboard": try await offboard("workload/deploy")
        case "owner": try await offboard("person/owner")
        case "entitlement":
            for profile in ["ci-token", "service-tls"] {
                _ = try await broker.decide(
                    .end(.unspecified), on: try installation.entitlement("workload/deploy", profile).id,
                    expectedVersion: nil, by: admin, in: try installation.call())
            }
        default:
            try await revoke("credential/" + token.id.text)
            try await revoke("credential/" + certificate.id.text)
        }
        await expectRefused(.denied) {
            _ = try await installation.token(caller, in: try installation.call(key: "k1"))
        }
        await expectRefused(.denied) {
            _ = try await installation.certificate(caller, key: key, in: try installation.call(key: "k2"))
        }
    }

    @Test("a dry run of an issuance records nothing, reveals nothing, and says what would be issued")
    func dryRuns() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("deploy")
        let size = installation.broker.snapshot.size
        let token = try await installation.broker.issueToken(
            IssueToken(
                profile: try Name("ci-token"), audience: try Audience("registry"), scopes: nil, lifetimeSeconds: nil),
            by: caller, in: try installation.call(key: "k1", isDryRun: true))
        #expect(token.id == nil && token.recorded == nil)
        #expect(token.notAfter == installation.clock.now.adding(seconds: 900))
        #expect(token.text() == nil)
        let certificate = try await installation.broker.issueCertificate(
            IssueCertificate(
                profile: try Name("service-tls"), csrPEM: try TestInstallation.csr(try PrivateKey.generate(.p256)),
                lifetimeSeconds: nil, renews: nil),
            by: caller, in: try installation.call(key: "k1", isDryRun: true))
        #expect(certificate.id == nil && certificate.certificate == nil && certificate.recorded == nil)
        try await installation.node.recorder.refresh()
        #expect(installation.broker.snapshot.size == size)
        let issued = try await installation.certificate(caller)
        #expect(issued.issuance.notAfter == certificate.notAfter)
    }

    @Test("T6 who hangs up takes nobody with them, and what they asked for is done or not, never half")
    func cancelled() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("deploy")
        let admin = try await installation.caller("admin")
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let calls = try (0..<24).map { _ in try installation.call() }
        await withTaskGroup(of: Void.self) { group in
            for (place, call) in calls.enumerated() {
                group.addTask {
                    do {
                        if place == 12 {
                            _ = try await installation.broker.revoke(
                                .certificate(held.der), reason: .superseded, by: admin, in: call)
                        } else {
                            _ = try await installation.token(caller, in: call)
                        }
                    } catch {
                        // Cancelled or not, the record is looked at below; anything but a refusal of ours is a fault.
                        #expect(error is LifecycleError)
                    }
                }
            }
            group.cancelAll()
        }
        for call in calls {
            guard let stored = try await installation.broker.ledger.operation(call.operation) else { continue }
            guard let text = stored.object, let id = try? CredentialID(text) else { continue }
            #expect(try await installation.broker.ledger.credential(id)?.index == stored.index)
        }
        _ = try await installation.token(caller)
        let credential = try #require(try await installation.broker.ledger.credential(held.id))
        guard case .certificate(let issuer, let serial, let shard, _, _) = credential.body else { return }
        #expect(try await installation.state(held.id) == .revoked)
        let list = try #require(try await installation.broker.revocationList(issuer: issuer, shard: shard)?.list)
        #expect(try RevocationList(der: list.der).entry(of: serial) != nil)
    }
}
