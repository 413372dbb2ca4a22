internal import APITokens
internal import AuditLog
internal import SecretMemory
internal import TenureModel
internal import Testing

@Suite("Key rings")
struct KeyRingTests {
    @Test("T11 derived keys and their names are the known ones", arguments: Vectors.keys)
    func knownKeys(audience: String, generation: Int64, key: String, kid: String) throws {
        let derived = try Fixture.ringSecret().audienceKey(Fixture.audience(audience), generation: generation)
        #expect(derived.kid.text == kid)
        #expect(derived.secret.withBytes { bytes in Hex.text(bytes.indices.map { bytes[$0] }) } == key)
        #expect(derived.reference == .signingKey(kid: kid))
    }

    @Test("T11 no two audiences and generations share a key, however their texts run together")
    func lengthPrefix() throws {
        // 0x30 is the digit 0. That the length is there at all, the known keys say.
        let pairs: [(String, Int64)] = [
            ("a", 0x3030_3030), ("a0", 0x3030_3000), ("a0", 0x3030_30), ("a00", 0x3000_0000), ("a0000", 0), ("a", 0),
            ("aa", 0),
            ("a", 1), ("a0", 0),
        ]
        var kids: Set<KeyID> = []
        var keys: Set<String> = []
        for (audience, generation) in pairs {
            let key = try Fixture.ringSecret().audienceKey(Fixture.audience(audience), generation: generation)
            kids.insert(key.kid)
            keys.insert(key.secret.withBytes { bytes in Hex.text(bytes.indices.map { bytes[$0] }) })
        }
        #expect(kids.count == pairs.count)
        #expect(keys.count == pairs.count)
    }

    @Test("the newest version that may sign does, and each verifies until its end")
    func versions() throws {
        let start = Fixture.start
        let first = Fixture.version(
            id: KeyVersionID(high: 1, low: 1), state: .draining, signUntil: start.adding(seconds: 100),
            verifyUntil: start.adding(seconds: 1000))
        let second = Fixture.version(id: KeyVersionID(high: 1, low: 2), signFrom: start.adding(seconds: 100))
        let ring = KeyRing(
            purpose: first.purpose, secrets: [Fixture.ringSecret(second, fill: 2), Fixture.ringSecret(first, fill: 1)])
        func signer(_ seconds: Int64) throws -> KeyVersionID? {
            try ring.signingKey(for: Fixture.registry, at: start.adding(seconds: seconds))?.ring
        }
        #expect(try signer(-1) == nil)
        #expect(try signer(0) == first.id)
        #expect(try signer(99) == first.id)
        #expect(try signer(100) == second.id)
        let old = try #require(try ring.signingKey(for: Fixture.registry, at: start))
        func verifies(_ seconds: Int64) throws -> Bool {
            try ring.verificationKey(kid: old.kid, audience: Fixture.registry, at: start.adding(seconds: seconds))
                != nil
        }
        #expect(try verifies(999))
        #expect(try !verifies(1000))
        // The successor is in the set from the moment it is published, long before it signs.
        #expect(try ring.keySet(for: Fixture.registry, at: start).count == 2)
        #expect(try ring.keySet(for: Fixture.registry, at: start.adding(seconds: 1000)).map(\.ring) == [second.id])
        #expect(try ring.verificationKey(kid: KeyID(1), audience: Fixture.registry, at: start) == nil)
    }

    @Test("a raised generation signs for its audience alone, once its time has come, and the one before still verifies")
    func generations() throws {
        let other = Fixture.audience("other")
        let start = Fixture.start
        let raised = KeyRing(
            purpose: .tokenRing(Fixture.production),
            secrets: [
                Fixture.ringSecret(Fixture.version(generations: [Fixture.registry: [start.adding(seconds: 60)]]))
            ])
        func signer(_ audience: Audience, after seconds: Int64) throws -> KeyID? {
            try raised.signingKey(for: audience, at: start.adding(seconds: seconds))?.kid
        }
        #expect(try signer(Fixture.registry, after: 59) == Fixture.key.kid)
        #expect(try signer(Fixture.registry, after: 60)?.text == Vectors.keys[1].3)
        func generations(after seconds: Int64) throws -> [Int64] {
            try raised.keySet(for: Fixture.registry, at: start.adding(seconds: seconds)).map(\.generation)
        }
        // Published before it signs; the one before it leaves when its last token, of a day at most, has ended.
        #expect(try generations(after: 0) == [0, 1])
        #expect(try generations(after: 86_459) == [0, 1])
        #expect(try generations(after: 86_460) == [1])
        for seconds: Int64 in [0, 60, 86_460] {
            #expect(
                try signer(other, after: seconds)
                    == Fixture.ring.signingKey(for: other, at: start.adding(seconds: seconds))?.kid)
        }
    }

    @Test("a generation ends with its version, however it was raised")
    func generationsOfClosedVersion() throws {
        let start = Fixture.start
        var version = Fixture.version(generations: [Fixture.registry: [start.adding(seconds: 60)]])
        version.signUntil = start.adding(seconds: 30)
        version.verifyUntil = start.adding(seconds: 130)
        let first = KeySpan(of: version, audience: Fixture.registry, generation: 0)
        #expect(first.signUntil == start.adding(seconds: 30))
        #expect(first.verifyUntil == start.adding(seconds: 130))
        let second = KeySpan(of: version, audience: Fixture.registry, generation: 1)
        #expect(second.verifyUntil == start.adding(seconds: 130))
    }

    @Test("a cut key neither signs nor verifies, and leaves every set")
    func cut() throws {
        let mark = Mark(reference: Fixture.key.reference, cutIndex: 1, changedIndex: 1)
        let marks: MarkLookup = { $0 == mark.reference ? mark : nil }
        #expect(try Fixture.ring.signingKey(for: Fixture.registry, at: Fixture.start, marks: marks) == nil)
        #expect(
            try Fixture.ring.verificationKey(
                kid: Fixture.key.kid, audience: Fixture.registry, at: Fixture.start, marks: marks) == nil)
        #expect(try Fixture.ring.keySet(for: Fixture.registry, at: Fixture.start, marks: marks).isEmpty)
        #expect(
            try Fixture.ring.signingReferences(
                of: Fixture.required(Fixture.key.ring), audiences: [Fixture.registry]) == [Fixture.key.reference])
    }

    @Test("a version without a successor stops signing at its end, and still verifies")
    func signUntil() throws {
        let start = Fixture.start
        let version = Fixture.version(
            signUntil: start.adding(seconds: 100), verifyUntil: start.adding(seconds: 1000))
        let ring = KeyRing(purpose: version.purpose, secrets: [Fixture.ringSecret(version)])
        let end = start.adding(seconds: 100)
        #expect(try ring.signingKey(for: Fixture.registry, at: end.adding(milliseconds: -1)) != nil)
        #expect(try ring.signingKey(for: Fixture.registry, at: end) == nil)
        #expect(try ring.keySet(for: Fixture.registry, at: end).count == 1)
    }

    @Test("a retired version is gone")
    func retired() throws {
        let ring = KeyRing(
            purpose: .tokenRing(Fixture.production), secrets: [Fixture.ringSecret(Fixture.version(state: .retired))])
        #expect(try ring.signingKey(for: Fixture.registry, at: Fixture.start) == nil)
        #expect(try ring.keySet(for: Fixture.registry, at: Fixture.start).isEmpty)
    }

    @Test("the session ring has one audience and no key set")
    func sessionRing() throws {
        #expect(try Fixture.sessionRing.signingKey(for: Fixture.registry, at: Fixture.start) == nil)
        #expect(try Fixture.sessionRing.keySet(for: SessionClaims.audience, at: Fixture.start).isEmpty)
        #expect(
            try Fixture.sessionRing.verificationKey(
                kid: Fixture.sessionKey.kid, audience: SessionClaims.audience, at: Fixture.start) != nil)
    }

    @Test("more audiences than are kept are still derived")
    func cache() throws {
        let ring = KeyRing(purpose: .tokenRing(Fixture.production), secrets: [Fixture.ringSecret()])
        for number in 0...KeyRing.audiencesMax {
            _ = try ring.signingKey(for: Fixture.audience("a\(number)"), at: Fixture.start)
        }
        #expect(try ring.signingKey(for: Fixture.registry, at: Fixture.start)?.kid == Fixture.key.kid)
    }
}
