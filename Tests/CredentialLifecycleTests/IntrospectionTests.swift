internal import APITokens
@_spi(Recording) internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Introspection")
struct IntrospectionTests {
    @Test("T11 a token forged with an audience's leaked key is not alive, whatever record it claims")
    func forged() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("assistant"))
        let victim = try await installation.token(try await installation.caller("deploy"))
        let admin = try await installation.caller("admin")
        let leaked = try #require(
            try await installation.broker.keySet(
                of: try Audience("registry"), by: admin, in: try installation.call()
            ).last)
        let own = try TokenVerifier.uncheckedClaims(of: held.text).claims
        let other = try TokenVerifier.uncheckedClaims(of: victim.text).claims
        var forgeries: [TokenClaims] = []
        func forge(_ alter: (inout TokenClaims) throws -> Void) rethrows {
            var claims = own
            try alter(&claims)
            forgeries.append(claims)
        }
        try forge { $0.scopes = [try Scope("push")] }
        forge { $0.expires = $0.expires.adding(seconds: 3_600) }
        forge { $0.subject = other.subject }
        forge { $0.id = CredentialID(high: 0x7000, low: 1 << 63) }
        forge { $0.id = other.id }
        forge { $0.lineage.identity += 1 }
        forge { $0.owner = other.owner }
        for claims in forgeries {
            let receipt = AuditReceipt(
                key: claims.id.text, rowHash: [UInt8](repeating: 0, count: 32), index: claims.index)
            let text = try TokenMinter.prepare(claims, key: leaked, form: .prefixed)
                .reveal(after: receipt) { _ in nil }.text()
            #expect(try await installation.broker.introspect(text, by: admin) == nil)
        }
        #expect(try await installation.broker.introspect(held.text, by: admin)?.claims == own)
    }

    @Test(
        "T8 an unsigned token, one of another form, and other texts are not alive, and none ends the process",
        arguments: [
            "", "tnr_", "tnr__", "a.b.c", "tnr_eyJhbGciOiJub25lIn0.e30._000000", "eyJhbGciOiJub25lIn0.e30.",
            "tnr_" + String(repeating: "a", count: 5_000), "tnr_é.é.é_aaaaaa", "....", "tnb_00000000000000000000000000",
        ])
    func noToken(_ text: String) async throws {
        let installation = try await TestInstallation.start()
        #expect(try await installation.broker.introspect(text, by: try await installation.caller("admin")) == nil)
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(text), source: TestInstallation.source)
        }
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bootstrap(text), source: TestInstallation.source)
        }
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(
                .federated(text, trust: nil), source: TestInstallation.source)
        }
    }

    @Test("an expired token, a session, and one of another audience are the same to who asks")
    func oneAnswer() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        var desired = DesiredState()
        desired.identities = [DesiredIdentity(path: "", kind: .person, name: try Name("vera"))]
        desired.trusts = [try installation.trust(of: "person/vera", subject: "vera")]
        _ = try await installation.broker.change(
            to: desired, as: .identityWrite, by: try await installation.caller("admin"), in: try installation.call())
        try await installation.entitle(
            "person/vera", to: "verifier", constraints: EntitlementConstraints(audiences: [try Audience("releases")]))
        let vera = try await installation.caller("vera")
        let session = try await installation.session("deploy")
        for text in [held.text, session, "nonsense"] {
            #expect(try await installation.broker.introspect(text, by: vera) == nil)
        }
        await expectRefused(.denied, .notFound) {
            _ = try await installation.broker.introspect(held.text, by: try await installation.caller("checkout"))
        }
        await expectRefused(.denied, .notFound) {
            _ = try await installation.broker.introspect("nonsense", by: try await installation.caller("checkout"))
        }
        installation.clock.advance(seconds: 900)
        #expect(try await installation.isAlive(held) == false)
    }

    @Test("T11 T28 a token that was alive when it was asked for before is dead at once when it is cut")
    func askedAgain() async throws {
        let installation = try await TestInstallation.start()
        let admin = try await installation.caller("admin")
        let cut = try await installation.token(try await installation.caller("deploy"))
        let ofKey = try await installation.token(try await installation.caller("assistant"))
        #expect(try await installation.isAlive(cut))
        #expect(try await installation.isAlive(cut))
        #expect(try await installation.isAlive(ofKey))
        _ = try await installation.broker.revoke(
            .object(try ObjectReference("workload/deploy")), reason: .unspecified, by: admin,
            in: try installation.call())
        #expect(try await installation.isAlive(cut) == false)
        #expect(try await installation.isAlive(ofKey))
        // Who may not ask is not told by what others asked.
        await expectRefused(.denied, .notFound) {
            _ = try await installation.broker.introspect(
                ofKey.text, by: try await installation.caller("checkout"))
        }
        let kid = try TokenVerifier.uncheckedClaims(of: ofKey.text).kid
        _ = try await installation.broker.revoke(
            .object(try ObjectReference("key/\(kid)")), reason: .keyCompromise, by: admin,
            in: try installation.call())
        #expect(try await installation.isAlive(ofKey) == false)
    }

    @Test("a token that was asked for before ends when it says so")
    func askedAgainAfterItsEnd() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        installation.clock.advance(seconds: 899)
        #expect(try await installation.isAlive(held))
        installation.clock.advance(seconds: 1)
        #expect(try await installation.isAlive(held) == false)
    }

    @Test("a token of the broker opens no session, and a session is no token")
    func tokensAsSessions() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(held.text), source: TestInstallation.source)
        }
    }
}
