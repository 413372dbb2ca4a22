internal import APITokens
internal import AuditLog
internal import TenureModel
internal import Testing

@Suite("Rotation of rings")
struct RingRotationTests {
    @Test("a ring is staged when it is empty and when its newest version has signed for the period")
    func staging() {
        let version = Fixture.version()
        func should(_ newest: KeyVersion?, _ seconds: Int64) -> Bool {
            RingRotation.shouldStage(newest: newest, periodSeconds: 3600, now: Fixture.start.adding(seconds: seconds))
        }
        #expect(should(nil, 0))
        #expect(!should(version, 3599))
        #expect(should(version, 3600))
        #expect(!RingRotation.shouldStage(newest: version, periodSeconds: .max, now: Fixture.start))
    }

    @Test("a version signs 60 s after it was published; the first, and the successor of a cut one, at once")
    func publication() {
        let start = Fixture.start
        #expect(
            RingRotation.signFrom(published: start, isFirst: false, predecessorIsCut: false)
                == start.adding(seconds: 60))
        #expect(RingRotation.signFrom(published: start, isFirst: true, predecessorIsCut: false) == start)
        #expect(RingRotation.signFrom(published: start, isFirst: false, predecessorIsCut: true) == start)
    }

    @Test("the states follow the times")
    func states() {
        let start = Fixture.start
        let version = Fixture.version(
            signFrom: start.adding(seconds: 60), signUntil: start.adding(seconds: 100),
            verifyUntil: start.adding(seconds: 1000))
        let states = [0, 59, 60, 99, 100, 999, 1000].map {
            RingRotation.state(of: version, at: start.adding(seconds: $0))
        }
        #expect(states == [.staged, .staged, .active, .active, .draining, .draining, .retired])
        #expect(!RingRotation.shouldRetire(version, now: start.adding(seconds: 999)))
        #expect(RingRotation.shouldRetire(version, now: start.adding(seconds: 1000)))
    }

    /// A token that was minted, and the one instant after which it need not verify.
    struct Minted {
        let text: String
        let claims: TokenClaims
    }

    /// Rotates a ring many times at seeded moments, mints at seeded moments between, and verifies each token at seeded
    /// moments of its life under the ring as it is then.
    @Test(
        "P4 a token minted at any time verifies until its end, across many rotations",
        arguments: 1...6 as ClosedRange<UInt64>)
    func rotationBreaksNobody(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let longest: Int64 = 900
        var versions: [KeyVersion] = []
        var minted: [Minted] = []
        var now = Fixture.start
        var verified = 0
        var signers: Set<KeyVersionID> = []
        for step in 0..<400 as Range<UInt64> {
            now = now.adding(seconds: Int64.random(in: 1...120, using: &random))
            if RingRotation.shouldStage(newest: versions.last, periodSeconds: 600, now: now) {
                let successor = Fixture.version(
                    id: KeyVersionID(high: seed, low: step), published: now,
                    signFrom: RingRotation.signFrom(
                        published: now, isFirst: versions.isEmpty, predecessorIsCut: false))
                let closed = RingRotation.closing(versions, before: successor, longestLifetimeSeconds: longest)
                versions = versions.map { version in closed.first { $0.id == version.id } ?? version } + [successor]
            }
            versions.removeAll { RingRotation.shouldRetire($0, now: now) }
            let ring = KeyRing(
                purpose: .tokenRing(Fixture.production),
                secrets: versions.map { Fixture.ringSecret($0, fill: UInt8(truncatingIfNeeded: $0.id.low)) })
            let key = try #require(try ring.signingKey(for: Fixture.registry, at: now))
            signers.formUnion([key.ring].compactMap { $0 })
            minted.append(try Self.mint(at: now, lifetime: Int64.random(in: 60...longest, using: &random), key: key))
            minted.removeAll { now >= $0.claims.expires }
            for token in minted {
                let result = try Fixture.verifier.verify(token.text, at: now) { kid in
                    try ring.verificationKey(kid: kid, audience: Fixture.registry, at: now)
                }
                #expect(result.claims.id == token.claims.id)
                verified += 1
            }
        }
        #expect(signers.count >= 20)
        #expect(verified > 1000)
    }

    private static func mint(at now: Timestamp, lifetime: Int64, key: AudienceKey) throws -> Minted {
        var claims = Fixture.claims
        claims.issued = now.wholeSecond
        claims.notBefore = now.wholeSecond
        claims.expires = now.wholeSecond.adding(seconds: lifetime)
        claims.lineage.signingKey = key.reference.number
        let text = try TokenMinter.prepare(claims, key: key, form: .prefixed)
            .reveal(after: Receipts.token, marks: { _ in nil }).text()
        return Minted(text: text, claims: claims)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
