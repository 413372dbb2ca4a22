internal import APITokens
internal import AuditLog
internal import TenureModel
internal import Testing

@Suite("Minting")
struct TokenMinterTests {
    static func reveal(
        _ claims: TokenClaims = Fixture.claims, form: TokenForm = .prefixed, receipt: AuditReceipt = Receipts.token,
        marks: MarkLookup = { _ in nil }
    ) throws -> String {
        try TokenMinter.prepare(claims, key: Fixture.key, form: form).reveal(after: receipt, marks: marks).text()
    }

    @Test("the minted token is the known one, in both forms")
    func known() throws {
        #expect(try Self.reveal() == Vectors.token)
        #expect(try Self.reveal(form: .bare) == TokenTextTests.bare)
    }

    @Test("what was minted is verified, with the index of its receipt")
    func roundTrip() throws {
        let verified = try Fixture.verifier.verify(try Self.reveal(), at: Fixture.start) { _ in Fixture.key }
        var expected = Fixture.claims
        expected.index = 4810
        #expect(verified.claims == expected)
        #expect(verified.kid == Fixture.key.kid)
    }

    @Test("a token made again from its recorded claims is the same text")
    func replay() throws {
        var claims = Fixture.claims
        claims.index = 4810
        #expect(try Self.reveal(claims) == Vectors.token)
        claims.index = 4811
        #expect(throws: MintingError.otherReceipt) { try Self.reveal(claims) }
    }

    @Test(
        "a receipt of anything else reveals nothing",
        arguments: [
            ("", 1), ("crd_01jegb3gpke008000000000004", 1), ("crd_01jegb3gpke008000000000003", -1),
            ("crd_01jegb3gpke008000000000003", 1 << 53),
        ])
    func otherReceipts(key: String, index: Int64) {
        #expect(throws: MintingError.otherReceipt) { try Self.reveal(receipt: Receipts.of(key, index: index)) }
    }

    @Test("a mark that came between recording and answering reveals nothing")
    func dead() throws {
        for reference in Fixture.claims.lineage.references {
            let mark = Mark(reference: reference, cutIndex: 4810, changedIndex: 4810)
            #expect(throws: MintingError.dead(.mark(mark))) { try Self.reveal { $0 == reference ? mark : nil } }
            let older = Mark(reference: reference, cutIndex: 4809, changedIndex: 4809)
            if reference.kind.isOpen {
                #expect(try Self.reveal { $0 == reference ? older : nil } == Vectors.token)
            } else {
                #expect(throws: MintingError.dead(.mark(older))) { try Self.reveal { $0 == reference ? older : nil } }
            }
        }
    }

    @Test("the key must be the one that the claims name")
    func otherKeys() throws {
        func error(_ claims: TokenClaims, _ key: AudienceKey) -> MintingError? {
            do throws(MintingError) {
                _ = try TokenMinter.prepare(claims, key: key, form: .prefixed)
                return nil
            } catch {
                return error
            }
        }
        #expect(error(Fixture.claims, Fixture.sessionKey) == .otherKey)
        var claims = Fixture.claims
        claims.lineage.signingKey += 1
        #expect(error(claims, Fixture.key) == .otherKey)
        claims = Fixture.claims
        claims.audience = Fixture.audience("other")
        #expect(error(claims, Fixture.key) == .otherKey)
        claims = Fixture.claims
        claims.scopes = (0..<33).map { _ in Fixture.scope(String(repeating: "s", count: 128)) }
        #expect(error(claims, Fixture.key) == .tooManyScopes)
        claims.scopes.removeLast(2)
        #expect(error(claims, Fixture.key) == nil)
        claims = Fixture.claims
        claims.lineage.entitlements = [1, -1]
        #expect(error(claims, Fixture.key) == .unwritable)
    }

    @Test("the largest token that can be minted is verified")
    func largest() throws {
        var claims = Fixture.claims
        claims.scopes = (0..<31).map { _ in Fixture.scope(String(repeating: "s", count: 128)) }
        claims.scopes.append(Fixture.scope(String(repeating: "s", count: 96)))
        claims.lineage.entitlements = [Int64](repeating: CanonicalJSON.integerMax, count: 4)
        let text = try Self.reveal(claims)
        #expect(text.utf8.count <= TokenText.bytesMax)
        #expect(Fixture.failure(text) == nil)
    }

    @Test("a token without scopes is verified")
    func noScopes() throws {
        var claims = Fixture.claims
        claims.scopes = []
        let verified = try Fixture.verifier.verify(try Self.reveal(claims), at: Fixture.start) { _ in Fixture.key }
        #expect(verified.claims.scopes.isEmpty)
    }

    @Test("the claims of a credential are its recorded ones")
    func ofCredential() throws {
        let credential = Credential(
            id: Fixture.credential, kind: .token, index: -1, floor: 4000, identity: Fixture.workload,
            identityVersion: 1, owner: Fixture.owner, ownerVersion: 1, environment: Fixture.production,
            purpose: try Sentence("Pushes images"), entitlement: Fixture.entitlement, entitlementVersion: 3,
            profile: ProfileID(high: 1, low: 1), profileVersion: 1, trust: TrustID(high: 1, low: 1), trustVersion: 1,
            notBefore: Fixture.start, notAfter: Fixture.start.adding(seconds: 900), lineage: Fixture.claims.lineage,
            body: .token(audience: Fixture.registry, scopes: Fixture.claims.scopes, keyID: Fixture.key.kid.text))
        #expect(TokenClaims(credential: credential, issuer: Fixture.issuer, log: Fixture.log) == Fixture.claims)
    }

    @Test("a signing key is taken from the key that verified, never from the claim")
    func signingKey() throws {
        let token = try Fixture.signed(payload: Vectors.claims.replacing(#""k":"53"#, with: #""k":"54"#))
        let verified = try Fixture.verifier.verify(token, at: Fixture.start) { _ in Fixture.key }
        #expect(verified.claims.lineage.signingKey == Fixture.key.reference.number)
    }

    @Test("a token is dead by a mark, by a log that is not ours, and beyond its log's end")
    func death() {
        var claims = Fixture.claims
        claims.index = 4810
        #expect(claims.death(logs: Fixture.logs, marks: { _ in nil }) == nil)
        #expect(claims.death(logs: [], marks: { _ in nil }) == .foreignLog(Fixture.log))
        let other = LogSpan(log: LogID(1), start: 0, end: nil)
        #expect(claims.death(logs: [other], marks: { _ in nil }) == .foreignLog(Fixture.log))
        for (end, death) in [(4810, LineageDeath.beyondEnd(4810)), (4811, nil)] as [(Int64, LineageDeath?)] {
            let ended = LogSpan(log: Fixture.log, start: 0, end: end)
            #expect(claims.death(logs: [other, ended], marks: { _ in nil }) == death)
        }
        let changed = Mark(reference: LineageReference(.identity, 12), cutIndex: Mark.neverCut, changedIndex: 9000)
        #expect(claims.death(logs: Fixture.logs, marks: { $0 == changed.reference ? changed : nil }) == nil)
    }
}
