internal import APITokens
internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Rotation of token keys")
struct RotationTests {
    private static func rotate(
        _ installation: TestInstallation, isDryRun: Bool = false
    ) async throws -> RotationOutcome {
        try await installation.broker.rotate(
            .tokenKeys(try Name("production")), by: try await installation.caller("admin"),
            in: try installation.call(isDryRun: isDryRun))
    }

    private static func keys(_ installation: TestInstallation) async throws -> [AudienceKey] {
        try await installation.broker.keySet(
            of: try Audience("registry"), by: try await installation.caller("admin"), in: try installation.call())
    }

    static func verifies(_ held: HeldToken, by keys: [AudienceKey], at now: Timestamp) throws -> Bool {
        let audience = try Audience("registry")
        guard let issuer = TokenIssuer(Node.url) else { return false }
        do throws(TokenFailure) {
            _ = try TokenVerifier(issuer: issuer, audience: audience)
                .verify(held.text, at: now) { (kid) throws(CryptoError) in keys.first { $0.kid == kid } }
            return true
        } catch {
            return false
        }
    }

    @Test("a new key is published for a minute before it signs; the old one verifies until its last token ended")
    func times() async throws {
        let installation = try await TestInstallation.start()
        let now = installation.clock.now
        let before = try await Self.keys(installation)
        #expect(before.count == 1)
        let outcome = try await Self.rotate(installation)
        #expect(outcome.recorded != nil)
        let keys = try await Self.keys(installation)
        #expect(keys.count == 2)
        let old = try #require(keys.first { $0.kid == before[0].kid })
        let new = try #require(keys.first { $0.kid != before[0].kid })
        #expect(new.signFrom == now.adding(seconds: 60))
        #expect(old.signUntil == new.signFrom)
        #expect(old.verifyUntil == new.signFrom.adding(seconds: 86_400))
        let caller = try await installation.caller("deploy")
        func kid(_ held: HeldToken) throws -> KeyID { try TokenVerifier.uncheckedClaims(of: held.text).kid }
        #expect(try kid(try await installation.token(caller)) == old.kid)
        installation.clock.advance(seconds: 59)
        #expect(try kid(try await installation.token(caller)) == old.kid)
        installation.clock.advance(seconds: 1)
        #expect(try kid(try await installation.token(caller)) == new.kid)
    }

    @Test("P4 no verification fails across rotations, whenever the verifier last fetched its keys")
    func continuity() async throws {
        let installation = try await TestInstallation.start()
        var held: [(token: HeldToken, ends: Timestamp)] = []
        var fetched = try await Self.keys(installation)
        for round in 0..<60 {
            // A verifier that refreshes each 30 s, and a ring that is rotated as soon as it may be.
            if round % 2 == 0 { fetched = try await Self.keys(installation) }
            if round % 5 == 0, round > 0 { _ = try await Self.rotate(installation) }
            let seconds: Int64 = round % 7 == 0 ? 86_400 : 900
            let token = try await installation.token(try await installation.caller("deploy"), seconds: seconds)
            held.append((token, installation.clock.now.adding(seconds: seconds)))
            let current = try await Self.keys(installation)
            for (token, ends) in held where installation.clock.now < ends {
                #expect(try Self.verifies(token, by: current, at: installation.clock.now))
            }
            #expect(try Self.verifies(token, by: fetched, at: installation.clock.now))
            installation.clock.advance(seconds: round % 11 == 0 ? 3_000 : 15)
            if round % 11 == 0 { fetched = try await Self.keys(installation) }
        }
        // A day later all that the first versions signed has ended, and the next rotation retires them.
        installation.clock.advance(seconds: 90_000)
        _ = try await Self.rotate(installation)
        let production = KeyVersion.Purpose.tokenRing(try Name("production"))
        let states = installation.broker.snapshot.keyVersions(for: production).map(\.state)
        #expect(states.contains(.retired))
    }

    @Test("two rotations at once leave one new version, and the second says why")
    func twice() async throws {
        let installation = try await TestInstallation.start()
        _ = try await Self.rotate(installation)
        await expectRefused(.conflict) { _ = try await Self.rotate(installation) }
        #expect(try await Self.keys(installation).count == 2)
        installation.clock.advance(seconds: 60)
        _ = try await Self.rotate(installation)
        #expect(try await Self.keys(installation).count == 3)
    }

    @Test("a dry run changes nothing and shows the times that rotating sets")
    func dryRun() async throws {
        let installation = try await TestInstallation.start()
        let preview = try await Self.rotate(installation, isDryRun: true)
        #expect(preview.recorded == nil)
        #expect(try await Self.keys(installation).count == 1)
        let outcome = try await Self.rotate(installation)
        #expect(outcome.versions.map(\.signFrom) == preview.versions.map(\.signFrom))
        #expect(outcome.versions.map(\.signUntil) == preview.versions.map(\.signUntil))
        #expect(outcome.versions.map(\.verifyUntil) == preview.versions.map(\.verifyUntil))
        await expectRefused(.conflict) { _ = try await Self.rotate(installation, isDryRun: true) }
    }

    @Test("a key that is cut leaves the key set, what it signed is dead, and its successor signs at once")
    func cutKey() async throws {
        let installation = try await TestInstallation.start()
        let held = try await installation.token(try await installation.caller("deploy"))
        let key = try #require(try await Self.keys(installation).first)
        let outcome = try await installation.broker.revoke(
            .object(try ObjectReference("key/" + key.kid.text)), reason: .keyCompromise,
            by: try await installation.caller("admin"), in: try installation.call())
        #expect(outcome.counts.tokens == 1)
        #expect(try await Self.keys(installation).isEmpty)
        #expect(try await installation.isAlive(held) == false)
        await expectRefused(.unavailable) {
            _ = try await installation.token(try await installation.caller("deploy"))
        }
        _ = try await Self.rotate(installation)
        let next = try await installation.token(try await installation.caller("deploy"))
        #expect(try await installation.isAlive(next))
        #expect(try await Self.keys(installation).allSatisfy { $0.kid != key.kid })
    }

    @Test("rings that are due are rotated, and those that are not stay")
    func due() async throws {
        let installation = try await TestInstallation.start()
        await installation.broker.rotateWhatIsDue()
        #expect(try await Self.keys(installation).count == 1)
        let session = try await installation.session("deploy")
        installation.clock.advance(seconds: 30 * 86_400)
        await installation.broker.rotateWhatIsDue()
        await installation.broker.rotateWhatIsDue()
        #expect(try await Self.keys(installation).count == 2)
        #expect(installation.broker.snapshot.keyVersions(for: .sessionRing).count == 2)
        await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        }
        _ = try await installation.caller("deploy")
    }

    @Test("who may not rotate, or read an audience's keys, does neither")
    func permissions() async throws {
        let installation = try await TestInstallation.start()
        var desired = DesiredState()
        desired.identities = [DesiredIdentity(path: "", kind: .person, name: try Name("vera"))]
        desired.trusts = [try installation.trust(of: "person/vera", subject: "vera")]
        _ = try await installation.broker.change(
            to: desired, as: .identityWrite, by: try await installation.caller("admin"), in: try installation.call())
        try await installation.entitle(
            "person/vera", to: "verifier", constraints: EntitlementConstraints(audiences: [try Audience("releases")]))
        for name in ["vera", "owner", "deploy"] {
            await expectRefused(.denied, .notFound, because: name) {
                _ = try await installation.broker.rotate(
                    .tokenKeys(try Name("production")), by: try await installation.caller(name),
                    in: try installation.call())
            }
            await expectRefused(.denied, .notFound, because: name) {
                _ = try await installation.broker.keySet(
                    of: try Audience("registry"), by: try await installation.caller(name), in: try installation.call())
            }
        }
        let keys = try await installation.broker.keySet(
            of: try Audience("releases"), by: try await installation.caller("vera"), in: try installation.call())
        #expect(keys.count == 1)
    }

    @Test("P4 keys that were made by a COMMIT whose outcome nobody knew are taken into use once it is known")
    func doubted() async throws {
        let installation = try await TestInstallation.start { $0.ringSigningSeconds = 600 }
        let audience = try Audience("registry")
        func published(by broker: Broker) throws -> Int {
            try #require(broker.keys.ring(for: audience)).keySet(for: audience, at: installation.clock.now).count
        }
        let before = try published(by: installation.broker)
        // As of a leader that is told nothing: what it commits is in the record, and nobody took it over.
        let unheard = try await installation.otherNode()
        installation.clock.advance(seconds: 600)
        await unheard.broker.rotateWhatIsDue()
        #expect(try published(by: unheard.broker) == before + 1)
        try await installation.broker.recorder.refresh()
        #expect(try published(by: installation.broker) == before)
        try await installation.broker.catchUp()
        #expect(try published(by: installation.broker) == before + 1)
        await unheard.stop()
    }
}
