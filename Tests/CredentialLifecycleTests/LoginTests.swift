internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import Federation
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Logins and sessions")
struct LoginTests {
    @Test("a session lasts an hour and is worth nothing at its end")
    func session() async throws {
        let installation = try await TestInstallation.start()
        let text = try await installation.session("deploy")
        installation.clock.advance(seconds: 3_599)
        _ = try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
        installation.clock.advance(seconds: 1)
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
        }
    }

    @Test("renewing a session passes twelve hours by no second")
    func sessionRenewal() async throws {
        let installation = try await TestInstallation.start()
        let start = installation.clock.now
        var text = try await installation.session("deploy")
        var last = start
        for _ in 0..<14 {
            installation.clock.advance(seconds: 3_500)
            guard installation.clock.now < last.adding(seconds: 3_600),
                installation.clock.now < start.adding(seconds: 43_200)
            else { break }
            let caller = try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
            let next = try await installation.broker.login(caller, in: try installation.call())
            last = installation.clock.now
            #expect(next.expires <= start.adding(seconds: 43_200))
            text = next.text()
        }
        installation.clock.set(start.adding(seconds: 43_200))
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
        }
    }

    @Test("a session that a certificate opened never outlives it, renewed or not")
    func sessionOfCertificate() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("checkout"), seconds: 1_200)
        let opened = try await installation.broker.login(
            try await installation.presenting(held), in: try installation.call())
        #expect(opened.expires == held.issuance.notAfter)
        let session = try await installation.broker.authenticate(
            .bearer(opened.text()), source: TestInstallation.source)
        let renewed = try await installation.broker.login(session, in: try installation.call())
        #expect(renewed.expires <= held.issuance.notAfter)
    }

    @Test("T14 a certificate renews until the second before its end, not at its end nor after it")
    func certificateEnd() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("checkout"), seconds: 600)
        installation.clock.set(held.issuance.notAfter.adding(seconds: -1))
        let inTime = try await installation.presenting(held)
        let renewed = try await installation.renewal(of: held.id, by: inTime)
        #expect(renewed.issuance.notAfter > held.issuance.notAfter)
        for seconds in [0, 1] as [Int64] {
            installation.clock.set(held.issuance.notAfter.adding(seconds: seconds))
            await expectRefused(.unauthenticated) { _ = try await installation.presenting(held) }
        }
    }

    @Test("T14 nothing that is issued or renewed outlives its entitlement")
    func entitlementEnd() async throws {
        let installation = try await TestInstallation.start()
        let ends = installation.clock.now.adding(seconds: 900)
        try await installation.amend("workload/checkout", "service-tls") { $0.ends = ends }
        let held = try await installation.certificate(try await installation.caller("checkout"))
        // The second of `notAfter` is part of a certificate's life (RFC 5280, section 4.1.2.5).
        #expect(held.issuance.notAfter == ends.adding(seconds: -1))
        installation.clock.set(ends.adding(seconds: -120))
        let caller = try await installation.presenting(held)
        let renewed = try await installation.renewal(of: held.id, by: caller)
        #expect(renewed.issuance.notAfter == ends.adding(seconds: -1))
        for seconds in [-1, 0, 1] as [Int64] {
            installation.clock.set(ends.adding(seconds: seconds))
            do {
                let late = try await installation.renewal(of: held.id, by: caller)
                #expect(late.issuance.notAfter < ends)
                #expect(seconds < 0)
            } catch is LifecycleError {
                // Refused is as good: nothing outlives its end.
            }
        }
    }

    @Test("T14 of two logins with one bootstrap secret at the same moment one wins", arguments: [false, true])
    func bootstrapRace(isDevelopment: Bool) async throws {
        let installation = try await TestInstallation(isDevelopment: isDevelopment)
        let other = try await installation.otherNode()
        let first = try await installation.broker.authenticate(
            .bootstrap(installation.bootstrap), source: TestInstallation.source)
        let second = try await other.broker.authenticate(
            .bootstrap(installation.bootstrap), source: TestInstallation.source)
        async let one = Self.opens(installation.broker, first, try installation.call())
        async let two = Self.opens(other.broker, second, try installation.call())
        let opened = try await [one, two]
        #expect(opened.filter { $0 }.count == 1)
        let again = try await installation.broker.authenticate(
            .bootstrap(installation.bootstrap), source: TestInstallation.source)
        #expect(try await Self.opens(installation.broker, again, try installation.call()) == false)
    }

    private static func opens(_ broker: Broker, _ caller: AuthenticatedCaller, _ call: Call) async throws -> Bool {
        do {
            _ = try await broker.login(caller, in: call)
            return true
        } catch .unauthenticated {
            return false
        }
    }

    @Test("T14 a bootstrap secret is refused from its end on")
    func bootstrapEnd() async throws {
        let installation = try await TestInstallation()
        installation.clock.advance(seconds: 3_600)
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(
                .bootstrap(installation.bootstrap), source: TestInstallation.source)
        }
    }

    @Test("T17 a token that may be presented twice records twice, whatever the acts are")
    func presentations() async throws {
        let installation = try await TestInstallation.start()
        var desired = DesiredState()
        desired.trusts = [
            try installation.trust(
                of: "workload/checkout", subject: "twice", name: "checkout-twice", presentations: .count(2))
        ]
        _ = try await installation.broker.change(
            to: desired, as: .trustWrite, by: try await installation.caller("admin"), in: try installation.call())
        let text = try await installation.oidcToken("twice")
        func caller() async throws -> AuthenticatedCaller {
            try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
        }
        let held = try await installation.certificate(try await caller())
        _ = try await installation.broker.login(try await caller(), in: try installation.call())
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.login(try await caller(), in: try installation.call())
        }
        await expectRefused(.denied) { _ = try await installation.certificate(try await caller()) }
        await expectRefused(.denied) {
            _ = try await installation.broker.revoke(
                .object(try ObjectReference("credential/" + held.id.text)), reason: .superseded,
                by: try await caller(), in: try installation.call())
        }
        #expect(try await installation.state(held.id) == .active)
    }

    @Test("T17 an administrator's token that may be presented once changes one thing")
    func administrativePresentations() async throws {
        let installation = try await TestInstallation.start()
        let broker = installation.broker
        var desired = DesiredState()
        desired.trusts = [
            try installation.trust(of: "person/admin", subject: "once", name: "admin-once", presentations: .once)
        ]
        _ = try await broker.change(
            to: desired, as: .trustWrite, by: try await installation.caller("admin"), in: try installation.call())
        let entitlement = try installation.entitlement("workload/deploy", "ci-token").id
        let acts: [(String, (AuthenticatedCaller, Call) async throws -> Void)] = [
            (
                "change",
                { caller, call in
                    var desired = DesiredState()
                    desired.identities = [DesiredIdentity(path: "", kind: .person, name: try Name("mallory"))]
                    _ = try await broker.change(to: desired, as: .identityWrite, by: caller, in: call)
                }
            ),
            (
                "end",
                { caller, call in
                    _ = try await broker.decide(
                        .end(.superseded), on: entitlement, expectedVersion: nil, by: caller, in: call)
                }
            ),
            (
                "revoke",
                { caller, call in
                    _ = try await broker.revoke(
                        .object(try ObjectReference("workload/checkout")), reason: .superseded, by: caller, in: call)
                }
            ),
            (
                "rotate",
                { caller, call in
                    _ = try await broker.rotate(.tokenKeys(try Name("production")), by: caller, in: call)
                }
            ),
            (
                "keys",
                { caller, call in
                    _ = try await broker.keySet(of: try Audience("registry"), by: caller, in: call)
                }
            ),
            (
                "offboard",
                { caller, call in
                    _ = try await broker.offboard(
                        try ObjectReference("workload/assistant"), to: nil, reason: .superseded, by: caller, in: call)
                }
            ),
        ]
        for (name, act) in acts {
            let text = try await installation.oidcToken("once")
            let caller = try await broker.authenticate(.bearer(text), source: TestInstallation.source)
            _ = try await broker.login(caller, in: try installation.call())
            await expectRefused(.denied, because: name) { try await act(caller, try installation.call()) }
        }
    }

    @Test("T23 a sibling of the same identity cannot renew a certificate, nor can a session")
    func sibling() async throws {
        let installation = try await TestInstallation.start()
        let session = try await installation.caller("checkout")
        let first = try await installation.certificate(session)
        let second = try await installation.certificate(session)
        let sibling = try await installation.presenting(second)
        await expectRefused(.denied) { _ = try await installation.renewal(of: first.id, by: sibling) }
        await expectRefused(.denied) { _ = try await installation.renewal(of: first.id, by: session) }
        let other = try await installation.certificate(try await installation.caller("deploy"))
        await expectRefused(.denied) {
            _ = try await installation.renewal(of: first.id, by: try await installation.presenting(other))
        }
        let operation = IssueCertificate(
            profile: try Name("service-tls"), csrPEM: try TestInstallation.csr(try PrivateKey.generate(.p256)),
            lifetimeSeconds: nil, renews: first.id)
        await expectRefused(.denied) {
            _ = try await installation.broker.issueCertificate(operation, by: sibling, in: try installation.call())
        }
    }

    @Test("T23 a certificate of the same names from another CA, an authority's own, and altered bytes log nobody in")
    func foreignCertificates() async throws {
        let installation = try await TestInstallation.start()
        let stranger = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let foreign = try await stranger.certificate(try await stranger.caller("checkout"))
        var altered = held.der
        altered[altered.count - 1] ^= 1
        let authority = try #require(installation.broker.keys.issuers.first).certificate.der
        for der in [foreign.der, authority, installation.broker.keys.root.der, altered, [], [0x30, 0x00]] {
            await expectRefused(.unauthenticated) {
                _ = try await installation.broker.authenticate(.certificate(der), source: TestInstallation.source)
            }
        }
    }

    @Test("T23 another signature of the same bytes is not the certificate that was recorded, though it is valid")
    func otherSignature() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let other = try ECDSATwin.of(held.der)
        let issuer = try #require(installation.broker.keys.issuers.first)
        #expect(other != held.der)
        #expect(try Certificate(der: other).isSigned(by: issuer.facts.publicKey))
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.certificate(other), source: TestInstallation.source)
        }
        _ = try await installation.presenting(held)
    }

    @Test("T28 a revoked certificate, and the session that it opened, prove nothing, though the identity lives")
    func revokedProofs() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let session = try await installation.broker.login(
            try await installation.presenting(held), in: try installation.call()
        ).text()
        _ = try await installation.broker.revoke(
            .certificate(held.der), reason: .keyCompromise, by: try await installation.caller("admin"),
            in: try installation.call())
        await expectRefused(.unauthenticated) { _ = try await installation.presenting(held) }
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        }
        _ = try await installation.caller("checkout")
    }

    @Test("a suspended identity neither logs in nor goes on, and resuming revives nothing")
    func suspension() async throws {
        let installation = try await TestInstallation.start()
        let text = try await installation.session("deploy")
        let caller = try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
        let held = try await installation.token(caller)
        try await installation.setState("workload/deploy", .suspended)
        await expectRefused(.unauthenticated) { _ = try await installation.presenting("deploy") }
        await expectRefused(.denied, .suspended) { _ = try await installation.token(caller) }
        #expect(try await installation.isAlive(held) == false)
        try await installation.setState("workload/deploy", .active)
        #expect(try await installation.isAlive(held) == false)
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
        }
        _ = try await installation.token(try await installation.caller("deploy"))
    }

    @Test("a copy of the issuer's keys in another trust stands in nobody's way")
    func copiedKeys() async throws {
        let installation = try await TestInstallation.start()
        var desired = DesiredState()
        var trust = try installation.trust(of: "workload/assistant", subject: "assistant-copy")
        guard case .oidc(var oidc) = trust.method else { return }
        oidc.keys = .fixed(installation.issuer.keySetText)
        trust.method = .oidc(oidc)
        desired.trusts = [trust]
        _ = try await installation.broker.change(
            to: desired, as: .trustWrite, by: try await installation.caller("admin"), in: try installation.call())
        _ = try await installation.presenting("assistant-copy")
        _ = try await installation.presenting("checkout")
    }
}
