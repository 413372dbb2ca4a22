internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

/// Credentials of three workloads, some renewed and some used to log in.
private struct Population {
    let installation: TestInstallation
    let deployTokens: [HeldToken]
    let deployCertificate: HeldCertificate
    let checkoutCertificate: HeldCertificate
    let checkoutRenewal: HeldCertificate
    let assistantTokens: [HeldToken]

    init() async throws {
        installation = try await TestInstallation.start()
        let deploy = try await installation.caller("deploy")
        let checkout = try await installation.caller("checkout")
        let assistant = try await installation.caller("assistant")
        deployTokens = [try await installation.token(deploy), try await installation.token(deploy)]
        deployCertificate = try await installation.certificate(deploy)
        checkoutCertificate = try await installation.certificate(checkout)
        checkoutRenewal = try await installation.renewal(of: checkoutCertificate)
        assistantTokens = [try await installation.token(assistant)]
    }

    var all: [CredentialID] {
        deployTokens.map(\.id) + [deployCertificate.id, checkoutCertificate.id, checkoutRenewal.id]
            + assistantTokens.map(\.id)
    }

    func dead() async throws -> Set<CredentialID> {
        var dead: Set<CredentialID> = []
        for id in all {
            let credential = try #require(try await installation.broker.ledger.credential(id))
            let kill = installation.broker.snapshot.firstKill(
                of: credential.lineage.references, at: credential.position)
            if kill != nil { dead.insert(id) }
        }
        return dead
    }

    func revoke(
        _ target: RevocationTarget, _ reason: RevocationReason = .unspecified, isDryRun: Bool = false
    ) async throws -> RevocationOutcome {
        try await installation.broker.revoke(
            target, reason: reason, by: try await installation.presenting("admin"),
            in: try installation.call(isDryRun: isDryRun))
    }
}

@Suite("Revocation")
struct RevocationTests {
    /// What is named, and which of the population's credentials die of it.
    enum Case: String, CaseIterable {
        case workload, team, person, ownerPerson, ownerTeam, entitlement, profile, trust, issuer, environment
        case credential, compromised, certificate, publicKey, token
    }

    @Test("a cut that is recorded is answered as made, also where what it ended cannot be counted")
    func uncounted() async throws {
        let installation = try await TestInstallation.start()
        _ = try await installation.token(try await installation.caller("deploy"))
        let admin = try await installation.caller("admin")
        installation.node.reads.fail(true)
        let revoked = try await installation.broker.revoke(
            .object(try ObjectReference("workload/deploy")), reason: .unspecified, by: admin,
            in: try installation.call())
        #expect(revoked.recorded != nil && revoked.counts.isPending)
        let offboarded = try await installation.broker.offboard(
            try ObjectReference("workload/checkout"), to: nil, reason: .unspecified, by: admin,
            in: try installation.call())
        #expect(offboarded.recorded != nil && offboarded.counts?.isPending == true)
        installation.node.reads.fail(false)
        let again = try await installation.broker.revoke(
            .object(try ObjectReference("workload/deploy")), reason: .unspecified, by: admin,
            in: try installation.call())
        #expect(!again.counts.isPending && again.counts.tokens == 0)
    }

    @Test("exactly what hangs on the target dies, the preview says so, and twice is zero", arguments: Case.allCases)
    func target(_ which: Case) async throws {
        let population = try await Population()
        let (target, reason, expected) = try Self.target(which, population)
        // A cut on the issuer takes the administrator's own sessions too: each act is proven anew.
        let size = population.installation.broker.snapshot.size
        let preview = try await population.revoke(target, reason, isDryRun: true)
        #expect(preview.recorded == nil && preview.id == nil)
        #expect(population.installation.broker.snapshot.size == size)
        #expect(try await population.dead().isEmpty)
        let outcome = try await population.revoke(target, reason)
        #expect(try await population.dead() == expected)
        #expect(outcome.counts == preview.counts)
        #expect(outcome.counts.tokens + outcome.counts.certificates == Int64(expected.count))
        #expect(Set(outcome.counts.examples) == expected)
        #expect(outcome.cutIndex == outcome.recorded?.firstIndex)
        for token in population.deployTokens + population.assistantTokens {
            let claims = try await population.installation.broker.introspect(
                token.text, by: try await population.installation.presenting("admin"))
            #expect((claims == nil) == expected.contains(token.id))
        }
        let again = try await population.revoke(target, reason)
        #expect(again.counts == .zero)
    }

    private static func target(
        _ which: Case, _ population: Population
    ) throws -> (RevocationTarget, RevocationReason, Set<CredentialID>) {
        let deploy = Set(population.deployTokens.map(\.id) + [population.deployCertificate.id])
        let checkout: Set = [population.checkoutCertificate.id, population.checkoutRenewal.id]
        let assistant = Set(population.assistantTokens.map(\.id))
        func object(_ text: String) throws -> RevocationTarget { .object(try ObjectReference(text)) }
        switch which {
        case .workload: return (try object("workload/deploy"), .unspecified, deploy)
        case .team: return (try object("team/platform"), .unspecified, [])
        case .person: return (try object("person/owner"), .unspecified, [])
        case .ownerPerson: return (try object("owner/person/owner"), .unspecified, deploy.union(checkout))
        case .ownerTeam: return (try object("owner/team/platform"), .unspecified, assistant)
        case .entitlement:
            let id = try population.installation.entitlement("workload/deploy", "ci-token").id
            return (try object("entitlement/" + id.text), .unspecified, Set(population.deployTokens.map(\.id)))
        case .profile:
            return (try object("profile/service-tls"), .unspecified, checkout.union([population.deployCertificate.id]))
        case .trust: return (try object("trust/checkout-dev"), .unspecified, checkout)
        case .issuer:
            return (try object("issuer/" + TestIssuer.url), .keyCompromise, deploy.union(checkout).union(assistant))
        case .environment:
            return (try object("environment/production"), .unspecified, deploy.union(checkout).union(assistant))
        case .credential:
            return (
                try object("credential/" + population.checkoutCertificate.id.text), .superseded,
                [population.checkoutCertificate.id]
            )
        case .compromised:
            return (try object("credential/" + population.checkoutCertificate.id.text), .keyCompromise, checkout)
        case .certificate:
            return (.certificate(population.checkoutRenewal.der), .superseded, [population.checkoutRenewal.id])
        case .publicKey:
            return (.publicKey(population.checkoutRenewal.key.publicKey.spkiDER), .keyCompromise, checkout)
        case .token: return (.token(population.deployTokens[0].text), .keyCompromise, [population.deployTokens[0].id])
        }
    }

    @Test("what was cut while open may be had anew; the target's sessions are dead")
    func anew() async throws {
        let installation = try await TestInstallation.start()
        let session = try await installation.session("deploy")
        _ = try await installation.broker.revoke(
            .object(try ObjectReference("workload/deploy")), reason: .unspecified,
            by: try await installation.caller("admin"), in: try installation.call())
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        }
        let held = try await installation.token(try await installation.caller("deploy"))
        #expect(try await installation.isAlive(held))
    }

    @Test("a blocked public key gets no certificate, whoever asks")
    func blockedKey() async throws {
        let installation = try await TestInstallation.start()
        let key = try PrivateKey.generate(.p256)
        let outcome = try await installation.broker.revoke(
            .publicKey(key.publicKey.spkiDER), reason: .keyCompromise, by: try await installation.caller("admin"),
            in: try installation.call())
        #expect(outcome.counts == .zero)
        for name in ["deploy", "checkout"] {
            await expectRefused(.request) {
                _ = try await installation.certificate(try await installation.caller(name), key: key)
            }
        }
    }

    @Test("a compromised key takes with it what was obtained over its certificate, and every preview counts that")
    func family() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.certificate(try await installation.caller("deploy"))
        let session = try await installation.broker.login(
            try await installation.presenting(held), in: try installation.call()
        ).text()
        let caller = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        let token = try await installation.token(caller)
        let neighbour = try await installation.token(try await installation.caller("deploy"))
        let owner = try await installation.caller("owner")
        func preview(_ target: RevocationTarget, _ reason: RevocationReason) async throws -> RevocationOutcome {
            try await installation.broker.revoke(
                target, reason: reason, by: owner, in: try installation.call(isDryRun: true))
        }
        let object = RevocationTarget.object(try ObjectReference("credential/" + held.id.text))
        for target in [object, .certificate(held.der)] {
            let single = try await preview(target, .superseded)
            #expect(single.counts.tokens == 0 && single.counts.certificates == 1)
            #expect(single.familyCounts == (try await preview(target, .keyCompromise)).counts)
        }
        #expect(try await preview(.token(token.text), .unspecified).familyCounts?.certificates == 1)
        #expect(
            try await preview(.object(try ObjectReference("workload/deploy")), .superseded).familyCounts == nil)
        let promised = try await preview(object, .superseded).familyCounts
        let outcome = try await installation.broker.revoke(
            object, reason: .keyCompromise, by: owner, in: try installation.call())
        #expect(outcome.counts == promised && outcome.familyCounts == nil)
        #expect(try await installation.isAlive(neighbour))
        #expect(outcome.counts.tokens == 1 && outcome.counts.certificates == 1)
        #expect(try await installation.isAlive(token) == false)
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        }
        await expectRefused(.denied) { _ = try await installation.token(caller) }
        await expectRefused(.unauthenticated) { _ = try await installation.presenting(held) }
    }

    @Test("a certificate's compromised key is blocked with it, for every identity, and the preview says so")
    func compromisedKeyIsBlocked() async throws {
        let installation = try await TestInstallation.start()
        let broker = installation.broker
        let key = try PrivateKey.generate(.p256)
        let held = try await installation.certificate(try await installation.caller("deploy"), key: key)
        let owner = try await installation.caller("owner")
        let object = RevocationTarget.object(try ObjectReference("credential/" + held.id.text))
        let other = try await broker.revoke(
            object, reason: .superseded, by: owner, in: try installation.call(isDryRun: true))
        #expect(!other.blocksKey)
        for target in [object, .certificate(held.der)] {
            let preview = try await broker.revoke(
                target, reason: .keyCompromise, by: owner, in: try installation.call(isDryRun: true))
            #expect(preview.blocksKey)
            #expect(preview.counts.certificates == 1)
        }
        _ = try await installation.certificate(try await installation.caller("deploy"), key: key)
        let outcome = try await broker.revoke(object, reason: .keyCompromise, by: owner, in: try installation.call())
        #expect(outcome.blocksKey)
        // The other certificate of the same key dies with it.
        #expect(outcome.counts.certificates == 2)
        for name in ["deploy", "checkout"] {
            await #expect(throws: LifecycleError.self) {
                _ = try await installation.certificate(try await installation.caller(name), key: key)
            }
        }
        // One that was only replaced leaves its key alone.
        let next = try PrivateKey.generate(.p256)
        let replaced = try await installation.certificate(try await installation.caller("deploy"), key: next)
        _ = try await broker.revoke(
            .certificate(replaced.der), reason: .superseded, by: owner, in: try installation.call())
        _ = try await installation.certificate(try await installation.caller("deploy"), key: next)
    }

    @Test("a leaked session token takes with it all that came of its login")
    func leakedSession() async throws {
        let installation = try await TestInstallation.start()
        let session = try await installation.session("deploy")
        let caller = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        let token = try await installation.token(caller)
        let certificate = try await installation.certificate(caller)
        let later = try await installation.token(try await installation.presenting(certificate))
        let untouched = try await installation.token(try await installation.caller("deploy"))
        let outcome = try await installation.broker.revoke(
            .token(session), reason: .keyCompromise, by: try await installation.caller("admin"),
            in: try installation.call())
        #expect(outcome.counts.tokens == 2 && outcome.counts.certificates == 1)
        #expect(try await installation.isAlive(token) == false)
        #expect(try await installation.isAlive(later) == false)
        #expect(try await installation.isAlive(untouched))
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        }
    }

    @Test("a token that leaked is revoked after its end too, and one that we never made is not found")
    func oldAndForgedTokens() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        installation.clock.advance(seconds: 86_400)
        let admin = try await installation.caller("admin")
        let outcome = try await installation.broker.revoke(
            .token(held.text), reason: .keyCompromise, by: admin, in: try installation.call())
        #expect(outcome.counts == .zero)
        let stranger = try await TestInstallation.start()
        let foreign = try await stranger.token(try await stranger.caller("deploy"))
        for text in [foreign.text, "tnr_x", "", String(held.text.dropLast())] {
            await expectRefused(.notFound) {
                _ = try await installation.broker.revoke(
                    .token(text), reason: .keyCompromise, by: admin, in: try installation.call())
            }
        }
    }

    @Test("T36 revoking what nothing hangs on says zero")
    func nothing() async throws {
        let installation = try await TestInstallation.start()
        let outcome = try await installation.broker.revoke(
            .object(try ObjectReference("workload/checkout")), reason: .unspecified,
            by: try await installation.caller("admin"), in: try installation.call())
        #expect(outcome.counts == .zero)
        #expect(outcome.recorded != nil)
    }

    @Test(
        "what is not there, or what nothing hangs on, is said",
        arguments: [
            ("workload/nobody", RefusalCode.notFound), ("profile/none", .notFound), ("trust/none", .notFound),
            ("environment/nowhere", .notFound), ("issuer/https://nobody.example", .notFound),
            ("credential/crd_00000000000000000000000000", .notFound), ("entitlement/none", .notFound),
            ("owner/workload/deploy", .invalid), ("estate/example", .invalid), ("key/xyz", .invalid),
        ])
    func unknown(_ reference: String, _ code: RefusalCode) async throws {
        let installation = try await TestInstallation.start()
        await expectRefused(code, .invalid) {
            _ = try await installation.broker.revoke(
                .object(try ObjectReference(reference)), reason: .unspecified,
                by: try await installation.caller("admin"), in: try installation.call())
        }
    }

    @Test("a workload gives back its own credential and nothing else")
    func ownCredential() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try await installation.caller("deploy")
        let own = try await installation.token(deploy)
        let others = try await installation.token(try await installation.caller("assistant"))
        try await installation.broker.giveBack(own.text, by: deploy, in: try installation.call())
        try await installation.broker.giveBack(others.text, by: deploy, in: try installation.call())
        #expect(try await installation.isAlive(own) == false)
        #expect(try await installation.isAlive(others))
        for target in ["credential/" + others.id.text, "workload/deploy", "profile/ci-token", "environment/production"]
        {
            await expectRefused(.notFound, .denied, because: target) {
                _ = try await installation.broker.revoke(
                    .object(try ObjectReference(target)), reason: .unspecified, by: deploy,
                    in: try installation.call())
            }
        }
    }

    @Test("T7 somebody else's credential and one that never was are refused in the same words")
    func oneAnswer() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try await installation.caller("deploy")
        let others = try await installation.token(try await installation.caller("assistant"))
        func detail(_ id: String) async -> String? {
            let error = await expectRefused(.notFound) {
                _ = try await installation.broker.revoke(
                    .object(try ObjectReference("credential/" + id)), reason: .unspecified, by: deploy,
                    in: try installation.call())
            }
            switch error {
            case .denied(let denial): return denial.detail
            case .notFound(let detail): return detail
            default: return nil
            }
        }
        for id in [others.id.text, "crd_00000000000000000000000000"] {
            #expect(await detail(id) == "no credential/" + id)
        }
    }

    @Test("the list of a certificate's shard holds its serial number and the reason, and no one else's")
    func revocationList() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("checkout")
        let held = try await installation.certificate(caller)
        let other = try await installation.certificate(caller)
        let credential = try #require(try await installation.broker.ledger.credential(held.id))
        guard case .certificate(let issuer, let serial, let shard, _, _) = credential.body else { return }
        let before = try await PublishListsTests.list(installation, issuer, shard)
        #expect(before.entries.isEmpty)
        installation.clock.advance(seconds: 10)
        _ = try await installation.broker.revoke(
            .certificate(held.der), reason: .superseded, by: try await installation.caller("admin"),
            in: try installation.call())
        let list = try await PublishListsTests.list(installation, issuer, shard)
        let authority = try #require(installation.broker.keys.issuer(issuer))
        #expect(list.isSigned(by: authority.facts.publicKey))
        #expect(list.entries.map(\.serialNumber) == [serial])
        #expect(list.entries.first?.reason == Int(RevocationReason.superseded.code))
        #expect(list.entries.first?.revokedAt == installation.clock.now.seconds)
        #expect(list.entry(of: try other.certificate.serialNumber) == nil)
        #expect(list.nextUpdate == installation.clock.now.seconds + 3_600 - 120)
        #expect(list.number.lexicographicallyPrecedes(before.number) == false)
    }

    @Test("the key of an issuing CA that got out takes all that it signed, and the successor signs from then on")
    func authority() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("checkout")
        let held = try await installation.certificate(caller)
        let token = try await installation.token(try await installation.caller("deploy"))
        let authorities = installation.broker.keys.issuers
        let first = try #require(authorities.first)
        let outcome = try await installation.broker.revoke(
            .publicKey(first.facts.publicKey.spkiDER), reason: .keyCompromise,
            by: try await installation.caller("admin"), in: try installation.call())
        #expect(outcome.counts.certificates == 1 && outcome.counts.tokens == 0)
        await expectRefused(.unauthenticated) { _ = try await installation.presenting(held) }
        let next = try await installation.certificate(caller)
        #expect(try next.certificate.isSigned(by: try #require(authorities.last).facts.publicKey))
        _ = try await installation.presenting(next)
        #expect(try await installation.isAlive(token))
    }

    @Test("an entitlement that ends takes its credentials with it and no others")
    func entitlementEnd() async throws {
        let population = try await Population()
        let installation = population.installation
        let entitlement = try installation.entitlement("workload/deploy", "ci-token")
        let (_, preview) = try await installation.broker.decide(
            .end(.privilegeWithdrawn), on: entitlement.id, expectedVersion: nil,
            by: try await installation.caller("owner"), in: try installation.call(isDryRun: true))
        let (ended, outcome) = try await installation.broker.decide(
            .end(.privilegeWithdrawn), on: entitlement.id, expectedVersion: nil,
            by: try await installation.caller("owner"), in: try installation.call())
        #expect(ended.state == .ended)
        #expect(outcome.counts == preview.counts)
        #expect(outcome.counts.tokens == 2 && outcome.counts.certificates == 0)
        #expect(try await population.dead() == Set(population.deployTokens.map(\.id)))
        await expectRefused(.denied) { _ = try await installation.token(try await installation.caller("deploy")) }
        await expectRefused(.conflict) {
            _ = try await installation.broker.decide(
                .end(.privilegeWithdrawn), on: entitlement.id, expectedVersion: nil,
                by: try await installation.caller("owner"), in: try installation.call())
        }
    }
}
