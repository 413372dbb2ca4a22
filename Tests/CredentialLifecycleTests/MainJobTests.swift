internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("The main job")
struct MainJobTests {
    @Test("a pipeline's OIDC token becomes a token that introspection and the audience's key hold for live")
    func token() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.presenting("deploy")
        let held = try await installation.token(caller, scopes: ["push"])
        let claims = try #require(
            try await installation.broker.introspect(held.text, by: try await installation.caller("admin"))?.claims)
        let deploy = try installation.identity("workload/deploy")
        #expect(claims.id == held.id)
        #expect(claims.subject == deploy.id)
        #expect(claims.owner == deploy.workload?.owner)
        #expect(claims.scopes.map(\.text) == ["push"])
        #expect(claims.index == held.index)
        let keys = try await installation.broker.keySet(
            of: try Audience("registry"), by: try await installation.caller("admin"), in: try installation.call())
        let issuer = try #require(TokenIssuer(Node.url))
        let verified = try TokenVerifier(issuer: issuer, audience: try Audience("registry"))
            .verify(held.text, at: installation.clock.now) { (kid) throws(CryptoError) in
                keys.first { $0.kid == kid }
            }
        #expect(verified.claims == claims)
        let logs = [LogSpan(log: installation.node.installation.origin.logID, start: 0, end: nil)]
        #expect(verified.claims.death(logs: logs) { installation.broker.snapshot.mark($0) } == nil)
    }

    @Test("all scopes of the entitlement are given where none is asked for, and none beyond it")
    func scopes() async throws {
        let installation = try await TestInstallation.start()
        let assistant = try await installation.caller("assistant")
        let held = try await installation.token(assistant)
        let token = try await installation.broker.introspect(held.text, by: try await installation.caller("admin"))
        #expect(token?.claims.scopes.map(\.text) == ["pull"])
        await expectRefused(.denied) { _ = try await installation.token(assistant, scopes: ["push"]) }
        await expectRefused(.denied) { _ = try await installation.token(assistant, audience: "releases") }
        await expectRefused(.notFound) {
            _ = try await installation.token(assistant, profile: "release-token", audience: "releases")
        }
        await expectRefused(.denied) { _ = try await installation.token(assistant, seconds: 86_401) }
    }

    @Test("a profile that waits for approval gives nothing yet")
    func unapproved() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try await installation.caller("deploy")
        await expectRefused(.notApproved) {
            _ = try await installation.token(deploy, profile: "release-token", audience: "releases")
        }
    }

    @Test("a CSR becomes a certificate of profile and identity, whatever the CSR asks")
    func certificate() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("checkout"))
        let certificate = try held.certificate
        #expect(certificate.dnsNames == ["checkout.example.internal"])
        #expect(certificate.uriNames == ["spiffe://example.internal/env/production/wl/checkout"])
        #expect(certificate.publicKey == held.key.publicKey)
        let issuer = try #require(installation.broker.keys.issuers.first)
        #expect(certificate.isSigned(by: issuer.facts.publicKey))
        let lineage = try #require(certificate.extensions.first { $0.oid.description.hasPrefix("2.25.") })
        #expect(!lineage.isCritical)
        #expect(try await installation.state(held.id) == .active)
    }

    @Test("a certificate is renewed over its own connection, for a new key, in the same family")
    func renewal() async throws {
        let installation = try await TestInstallation.start()
        let first = try await installation.certificate(try await installation.caller("checkout"))
        installation.clock.advance(seconds: 60_000)
        let second = try await installation.renewal(of: first)
        #expect(second.issuance.replaces == first.id)
        let old = try #require(try await installation.broker.ledger.credential(first.id))
        let new = try #require(try await installation.broker.ledger.credential(second.id))
        #expect(new.lineage.family == old.lineage.family)
        #expect(new.lineage.authentication == old.lineage.authentication)
        #expect(new.lineage.credential != old.lineage.credential)
        #expect(new.entitlement == old.entitlement)
    }

    @Test("what was issued is listed with its state, the newest first, page by page")
    func list() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("deploy")
        var ids: [CredentialID] = []
        for _ in 0..<3 { ids.append(try await installation.token(caller).id) }
        let admin = try await installation.caller("admin")
        let filter = CredentialFilter(identity: try installation.identity("workload/deploy").id)
        let first = try await installation.broker.credentials(filter, state: nil, before: nil, limit: 2, by: admin)
        #expect(first.items.map(\.credential.id) == [ids[2], ids[1]])
        let rest = try await installation.broker.credentials(
            filter, state: .active, before: first.nextIndex, limit: 2, by: admin)
        #expect(rest.items.map(\.credential.id) == [ids[0]])
        #expect(rest.nextIndex == nil)
        installation.clock.advance(seconds: 900)
        let expired = try await installation.broker.credentials(
            filter, state: .expired, before: nil, limit: 9, by: admin)
        #expect(expired.items.count == 3)
        await expectRefused(.notFound) {
            _ = try await installation.broker.credentials(
                filter, state: nil, before: nil, limit: 2, by: try await installation.caller("checkout"))
        }
    }

    @Test("a credential is explained from the record: version, granter, approver, owner, proof")
    func explanation() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        let explanation = try await installation.broker.explain(
            held.id.text, by: try await installation.caller("owner"))
        let admin = try installation.identity("person/admin")
        #expect(explanation.entitlement.version == 1)
        #expect(explanation.entitlement.granter == .identity(admin.id))
        #expect(explanation.entitlement.approver == .policy("ci-token@1"))
        #expect(explanation.view.owner?.reference.description == "person/owner")
        #expect(explanation.trust?.name.text == "deploy-dev")
        #expect(explanation.entry.object == held.id.text)
        #expect(explanation.entry.entitlement == explanation.entitlement.versionText)
        #expect(EntryEncoding.leafHash(of: explanation.body) == explanation.leafHash)
        #expect(explanation.proof.index == held.index)
        #expect(explanation.proof.size == explanation.checkpoint.size)
        #expect(explanation.proof.verifies(leafHash: explanation.leafHash, root: explanation.checkpoint.root))
        #expect(explanation.view.killedBy == nil)
    }

    @Test("an explanation names what killed the credential")
    func deathExplained() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        let admin = try await installation.caller("admin")
        let trust = try installation.trust("deploy-dev")
        let cut = try await installation.broker.revoke(
            .object(try ObjectReference("trust/deploy-dev")), reason: .keyCompromise, by: admin,
            in: try installation.call())
        let death = try #require(try await installation.broker.explain(held.id.text, by: admin).view.killedBy)
        #expect(death.reference == LineageReference(.trust, trust.number))
        #expect(death.cutIndex == cut.cutIndex)
        #expect(death.reason == .keyCompromise)
    }
}
