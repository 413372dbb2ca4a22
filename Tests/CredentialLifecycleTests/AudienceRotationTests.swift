internal import APITokens
internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Rotation of one audience, of all rings and of session keys")
struct AudienceRotationTests {
    private static func rotate(
        _ subject: RotationSubject, _ installation: TestInstallation, isDryRun: Bool = false
    ) async throws -> RotationOutcome {
        try await installation.broker.rotate(
            subject, by: try await installation.caller("admin"), in: try installation.call(isDryRun: isDryRun))
    }

    private static func keys(
        _ installation: TestInstallation, of audience: String = "registry"
    ) async throws -> [AudienceKey] {
        try await installation.broker.keySet(
            of: try Audience(audience), by: try await installation.caller("admin"), in: try installation.call())
    }

    private static func kid(_ held: HeldToken) throws -> KeyID {
        try TokenVerifier.uncheckedClaims(of: held.text).kid
    }

    @Test("P4 one audience's key is raised alone: published before it signs, and no verification fails across it")
    func audience() async throws {
        let installation = try await TestInstallation.start()
        let start = installation.clock.now
        let (before, other) = (
            try await Self.keys(installation), try await Self.keys(installation, of: "releases")
        )
        let caller = try await installation.caller("deploy")
        let old = try await installation.token(caller, seconds: 3_600)
        let audience = try Audience("registry")
        let preview = try await Self.rotate(.audience(audience), installation, isDryRun: true)
        #expect(try await Self.keys(installation).map(\.kid) == before.map(\.kid))
        let outcome = try await Self.rotate(.audience(audience), installation)
        #expect(outcome.audienceKeys == preview.audienceKeys)
        #expect(outcome.audienceKeys.map(\.signFrom) == [before[0].signFrom, start.adding(seconds: 60)])
        #expect(outcome.audienceKeys.first?.verifyUntil == start.adding(seconds: 86_460))
        let keys = try await Self.keys(installation)
        #expect(keys.map(\.generation) == [0, 1])
        #expect(try await Self.keys(installation, of: "releases").map(\.kid) == other.map(\.kid))
        installation.clock.advance(seconds: 59)
        #expect(try Self.kid(try await installation.token(caller)) == before[0].kid)
        installation.clock.advance(seconds: 1)
        let new = try await installation.token(caller)
        #expect(try Self.kid(new) == keys[1].kid)
        for held in [old, new] {
            #expect(try await installation.isAlive(held))
            #expect(try RotationTests.verifies(held, by: keys, at: installation.clock.now))
        }
        // A verifier who fetched its keys before the rotation follows all that was signed until then.
        #expect(try RotationTests.verifies(old, by: before, at: installation.clock.now))
        // The ring's own rotation goes over it, and starts the audience's generations anew.
        _ = try await Self.rotate(.tokenKeys(try Name("production")), installation)
        installation.clock.advance(seconds: 60)
        let latest = try await installation.token(try await installation.caller("deploy"))
        let all = try await Self.keys(installation)
        #expect(all.count == 3)
        for held in [old, new, latest] {
            #expect(try RotationTests.verifies(held, by: all, at: installation.clock.now))
        }
        #expect(all.last?.generation == 0)
    }

    @Test("the successor of an audience's key that was cut signs at once, and for that audience alone")
    func cutAudience() async throws {
        let installation = try await TestInstallation.start()
        let key = try #require(try await Self.keys(installation).first)
        let held = try await installation.token(try await installation.caller("deploy"))
        _ = try await installation.broker.revoke(
            .object(try ObjectReference("key/" + key.kid.text)), reason: .keyCompromise,
            by: try await installation.caller("admin"), in: try installation.call())
        await expectRefused(.unavailable) {
            _ = try await installation.token(try await installation.caller("deploy"))
        }
        _ = try await Self.rotate(.audience(try Audience("registry")), installation)
        let next = try await installation.token(try await installation.caller("deploy"))
        #expect(try await installation.isAlive(next))
        #expect(try await installation.isAlive(held) == false)
        #expect(try await Self.keys(installation).map(\.generation) == [1])
        #expect(try await Self.keys(installation, of: "releases").map(\.generation) == [0])
    }

    @Test("a generation that waits is waited for, by its audience and by its ring")
    func twice() async throws {
        let installation = try await TestInstallation.start()
        let audience = try Audience("registry")
        _ = try await Self.rotate(.audience(audience), installation)
        for subject: RotationSubject in [.audience(audience), .tokenKeys(try Name("production")), .allTokenKeys] {
            await expectRefused(.conflict, because: "\(subject)") { _ = try await Self.rotate(subject, installation) }
        }
        installation.clock.advance(seconds: 60)
        _ = try await Self.rotate(.audience(audience), installation)
        #expect(try await Self.keys(installation).map(\.generation) == [0, 1, 2])
        await expectRefused(.notFound) {
            _ = try await Self.rotate(.audience(try Audience("nobodys")), installation)
        }
    }

    @Test("P4 sessions outlive the rotation of their key, and new ones are signed by its successor")
    func sessions() async throws {
        let installation = try await TestInstallation.start()
        let session = try await installation.session("deploy")
        let outcome = try await Self.rotate(.sessionKeys, installation)
        #expect(outcome.versions.map(\.state) == [.draining, .staged])
        for seconds: Int64 in [0, 60, 3_000] {
            installation.clock.advance(seconds: seconds)
            _ = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
            let new = try await installation.session("deploy")
            _ = try await installation.broker.authenticate(.bearer(new), source: TestInstallation.source)
        }
        let ring = installation.broker.keys.sessionRing
        let signing = try ring.signingKey(for: SessionClaims.audience, at: installation.clock.now)
        #expect(signing?.ring == outcome.versions.last?.id)
    }

    @Test("a key that changes raises the changed mark of its reference, cuts nothing, and kills no token")
    func marks() async throws {
        let installation = try await TestInstallation.start()
        let key = try #require(try await Self.keys(installation).first)
        let held = try await installation.token(try await installation.caller("deploy"), seconds: 3_600)
        #expect(installation.broker.snapshot.mark(key.reference) == nil)
        let outcome = try await Self.rotate(.tokenKeys(try Name("production")), installation)
        let mark = try #require(installation.broker.snapshot.mark(key.reference))
        let index = try #require(outcome.recorded?.firstIndex)
        #expect(mark.cutIndex == Mark.neverCut)
        #expect(mark.changedIndex >= index)
        #expect(try await installation.isAlive(held))
        let cutoffs = try installation.broker.cutoffs(by: try await installation.caller("admin"))
        #expect(!cutoffs.marks.contains { $0.reference == key.reference })
        installation.clock.advance(seconds: 60)
        let next = try #require(try await Self.keys(installation).last)
        _ = try await Self.rotate(.audience(try Audience("registry")), installation)
        #expect(installation.broker.snapshot.mark(next.reference)?.cutIndex == Mark.neverCut)
    }

    @Test("all rings are rotated in one act, by whoever may rotate each")
    func allRings() async throws {
        let installation = try await TestInstallation.start()
        let outcome = try await Self.rotate(.allTokenKeys, installation)
        let rings = Set(installation.broker.snapshot.keyVersions.map(\.purpose)).filter {
            if case .tokenRing = $0 { true } else { false }
        }
        #expect(Set(outcome.versions.map(\.purpose)) == rings)
        let subjects: [RotationSubject] = [
            .allTokenKeys, .sessionKeys, .issuingCA, .audience(try Audience("registry")),
            .audience(try Audience("nobodys")),
        ]
        for subject in subjects {
            await expectRefused(.denied, .notFound, because: "\(subject)") {
                _ = try await installation.broker.rotate(
                    subject, by: try await installation.caller("owner"), in: try installation.call())
            }
        }
    }
}
