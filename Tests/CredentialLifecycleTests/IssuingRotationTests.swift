internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Rotation of the issuing CA, and the root's list")
struct IssuingRotationTests {
    private static func rotate(
        _ installation: TestInstallation, isDryRun: Bool = false
    ) async throws -> RotationOutcome {
        try await installation.broker.rotate(
            .issuingCA, by: try await installation.caller("admin"), in: try installation.call(isDryRun: isDryRun))
    }

    private static func states(_ installation: TestInstallation) -> [KeyVersion.State] {
        installation.broker.snapshot.keyVersions(for: .issuingCA).sorted { $0.signFrom < $1.signFrom }.map(\.state)
    }

    /// Whether somebody who has this bundle verifies the certificate, with no help from the broker.
    private static func verifies(
        _ held: HeldCertificate, with bundle: Broker.TrustBundle, at now: Timestamp
    ) throws -> Bool {
        let verifier = try ChainVerifier(anchors: [try Certificate(pem: Array(bundle.root.utf8))])
        let leaf = try held.certificate
        let others = try bundle.issuers.map { try Certificate(pem: Array($0.utf8)) }
        do throws(ChainError) {
            try verifier.verify(leaf, intermediates: others, purpose: .server, at: now.seconds)
            return true
        } catch {
            return false
        }
    }

    private static func issuer(of held: HeldCertificate, _ installation: TestInstallation) async throws -> IssuerID {
        let credential = try #require(try await installation.broker.ledger.credential(held.id))
        guard case .certificate(let issuer, _, _, _, _) = credential.body else { throw Unexpected("a token") }
        return issuer
    }

    @Test("P4 the published successor takes over, another is published, and old bundles verify through the drain")
    func handover() async throws {
        let installation = try await TestInstallation.start(keepsRootKey: true)
        let before = installation.broker.bundle()
        let caller = try await installation.caller("checkout")
        let old = try await installation.certificate(caller)
        let (first, second) = (
            installation.broker.keys.issuers[0].id, installation.broker.keys.issuers[1].id
        )
        #expect(try await Self.issuer(of: old, installation) == first)
        let preview = try await Self.rotate(installation, isDryRun: true)
        #expect(Self.states(installation) == [.active, .staged])
        let outcome = try await Self.rotate(installation)
        #expect(outcome.versions.map(\.state) == preview.versions.map(\.state))
        #expect(outcome.nextStep == nil)
        #expect(Self.states(installation) == [.draining, .active, .staged])
        // The successor lay published from the founding on; it signs as soon as that is a minute ago.
        await expectRefused(.conflict) { _ = try await Self.rotate(installation) }
        #expect(try await Self.issuer(of: try await installation.certificate(caller), installation) == first)
        installation.clock.advance(seconds: 90)
        let new = try await installation.certificate(caller)
        #expect(try await Self.issuer(of: new, installation) == second)
        let after = installation.broker.bundle()
        #expect(after.version > before.version)
        #expect(after.issuers.count == 3)
        for (held, bundle) in [(old, before), (new, before), (old, after), (new, after)] {
            #expect(try Self.verifies(held, with: bundle, at: installation.clock.now))
        }
        // What the old one signed is renewed by the new one, and its lists go on.
        let renewed = try await installation.renewal(of: old)
        #expect(try await Self.issuer(of: renewed, installation) == second)
        _ = try await installation.broker.revoke(
            .object(try ObjectReference("credential/" + old.id.text)), reason: .superseded,
            by: try await installation.caller("admin"), in: try installation.call())
        let list = try #require(try await installation.broker.completeList(issuer: first))
        let serial = try old.certificate.serialNumber
        #expect(try RevocationList(der: list.der).entries.map(\.serialNumber) == [serial])
        // The third takes over in its turn.
        _ = try await Self.rotate(installation)
        installation.clock.advance(seconds: 60)
        let third = try await installation.certificate(caller)
        #expect(try Self.verifies(third, with: after, at: installation.clock.now))
        #expect(try await Self.issuer(of: third, installation) == installation.broker.keys.issuers[2].id)
    }

    @Test("without the root's key the successor takes over once, says what is to be done, and then there is none")
    func offlineRoot() async throws {
        let installation = try await TestInstallation.start()
        #expect(installation.broker.issuingConcern() == nil)
        installation.clock.advance(seconds: 61)
        let outcome = try await Self.rotate(installation)
        #expect(outcome.nextStep?.contains("ca/ceremony") == true)
        #expect(installation.broker.issuingConcern()?.contains("ca/ceremony") == true)
        let caller = try await installation.caller("checkout")
        let held = try await installation.certificate(caller)
        #expect(try await Self.issuer(of: held, installation) == installation.broker.keys.issuers[1].id)
        await expectRefused(.conflict) { _ = try await Self.rotate(installation) }
        #expect(Self.states(installation) == [.draining, .active])
    }

    @Test("two thirds through its life the issuing CA passes its work on by itself; a cut one is replaced")
    func schedule() async throws {
        let installation = try await TestInstallation.start(keepsRootKey: true)
        await installation.broker.rotateWhatIsDue()
        #expect(Self.states(installation) == [.active, .staged])
        installation.clock.advance(seconds: 244 * 86_400)
        // The successor of the founding is as old: it passes on likewise, to the one that is published now.
        await installation.broker.rotateWhatIsDue()
        #expect(Self.states(installation) == [.draining, .active, .staged])
        await installation.broker.rotateWhatIsDue()
        installation.clock.advance(seconds: 120)
        await installation.broker.rotateWhatIsDue()
        #expect(Self.states(installation) == [.draining, .draining, .active, .staged])
        // The one that signs now is cut: the staged one signs at once, and another is published.
        let key = installation.broker.keys.issuers[2].facts.publicKey.spkiDER
        let cut = try await installation.broker.revoke(
            .publicKey(key), reason: .keyCompromise, by: try await installation.caller("admin"),
            in: try installation.call())
        #expect(cut.id != nil)
        let held = try await installation.certificate(try await installation.caller("checkout"))
        #expect(try await Self.issuer(of: held, installation) == installation.broker.keys.issuers[3].id)
        // Nobody is sent to a ceremony where the root's key is at hand.
        #expect(try await Self.rotate(installation, isDryRun: true).nextStep == nil)
        await installation.broker.rotateWhatIsDue()
        await installation.broker.rotateWhatIsDue()
        #expect(installation.broker.keys.issuers.count == 5)
    }

    @Test("the root's list is signed anew at half of its life, and names an issuing CA that was cut")
    func rootList() async throws {
        let installation = try await TestInstallation.start(keepsRootKey: true)
        let broker = installation.broker
        func standing(_ der: [UInt8]) throws -> RootListStanding {
            RootListStanding(try RevocationList(der: der), in: broker.snapshot)
        }
        let first = try standing(installation.rootList)
        #expect(try broker.renewedRootList(first) == nil)
        installation.clock.advance(seconds: 90 * 86_400 - 1)
        #expect(try broker.renewedRootList(first) == nil)
        installation.clock.advance(seconds: 1)
        let second = try #require(try broker.renewedRootList(first))
        #expect(second.nextUpdate == installation.clock.now.wholeSecond.adding(seconds: 180 * 86_400))
        let list = try RevocationList(der: second.der)
        #expect(list.isSigned(by: broker.keys.root.publicKey))
        let number = try RevocationList(der: installation.rootList).number.reduce(Int64(0)) { $0 << 8 | Int64($1) }
        #expect(second.number > number)
        #expect(try broker.renewedRootList(try standing(second.der)) == nil)
        let issuer = broker.keys.issuers[0]
        _ = try await broker.revoke(
            .publicKey(issuer.facts.publicKey.spkiDER), reason: .keyCompromise,
            by: try await installation.caller("admin"), in: try installation.call())
        let third = try #require(try broker.renewedRootList(try standing(second.der)))
        #expect(try RevocationList(der: third.der).entries.map(\.serialNumber) == [issuer.certificate.serialNumber])
        // It stays on the list when that is signed anew.
        installation.clock.advance(seconds: 91 * 86_400)
        let fourth = try #require(try broker.renewedRootList(try standing(third.der)))
        #expect(fourth.entryCount == 1)
    }

    @Test("where the root's key is elsewhere, people are told before its list ends")
    func warning() async throws {
        let installation = try await TestInstallation.start()
        let standing = RootListStanding(
            try RevocationList(der: installation.rootList), in: installation.broker.snapshot)
        let start = installation.clock.now
        #expect(standing.concern(at: start.adding(seconds: 134 * 86_400), path: "root.crl") == nil)
        let early = standing.concern(at: start.adding(seconds: 136 * 86_400), path: "root.crl")
        #expect(early?.contains("ends") == true)
        #expect(early?.contains("root.crl") == true)
        let late = standing.concern(at: start.adding(seconds: 181 * 86_400), path: "root.crl")
        #expect(late?.contains("has ended") == true)
        installation.clock.advance(seconds: 100 * 86_400)
        #expect(try installation.broker.renewedRootList(standing) == nil)
        _ = try await installation.broker.revoke(
            .publicKey(installation.broker.keys.issuers[0].facts.publicKey.spkiDER), reason: .keyCompromise,
            by: try await installation.caller("admin"), in: try installation.call())
        let cut = RootListStanding(
            try RevocationList(der: installation.rootList), in: installation.broker.snapshot)
        #expect(cut.concern(at: start, path: "root.crl")?.contains("was cut") == true)
    }
}
