internal import APITokens
internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@Suite("Session tokens")
struct SessionTests {
    @Test("the minted session token is the known one, and is verified")
    func known() throws {
        let text = try TokenMinter.session(Fixture.sessionClaims, key: Fixture.sessionKey).text()
        #expect(text == Vectors.sessionToken)
        let verifier = TokenVerifier(issuer: Fixture.issuer, audience: SessionClaims.audience)
        let verified = try verifier.verifySession(text, at: Fixture.start) { _ in Fixture.sessionKey }
        #expect(verified.claims == Fixture.sessionClaims)
    }

    @Test("a session opened by a credential carries its family")
    func family() throws {
        var claims = Fixture.sessionClaims
        claims.how = .certificate
        claims.lineage.family = LineageReference.family(ofFirst: Fixture.credential).number
        let text = try TokenMinter.session(claims, key: Fixture.sessionKey).text()
        let verifier = TokenVerifier(issuer: Fixture.issuer, audience: SessionClaims.audience)
        #expect(try verifier.verifySession(text, at: Fixture.start) { _ in Fixture.sessionKey }.claims == claims)
        #expect(claims.lineage.references.map(\.kind).map(\.rawValue) == ["i", "t", "a", "n", "f", "k"])
        let mark = Mark(
            reference: LineageReference.family(ofFirst: Fixture.credential), cutIndex: 1, changedIndex: 1)
        #expect(claims.death(logs: Fixture.logs, marks: { $0 == mark.reference ? mark : nil }) == .mark(mark))
    }

    @Test("a session ends at its end, and at its absolute end whatever it says")
    func ends() throws {
        #expect(Fixture.sessionFailure(Vectors.sessionToken, at: Fixture.start.adding(seconds: 3599)) == nil)
        #expect(Fixture.sessionFailure(Vectors.sessionToken, at: Fixture.start.adding(seconds: 3600)) == .expired)
        var claims = Fixture.sessionClaims
        claims.expires = Fixture.start.adding(seconds: 50_000)
        let text = try TokenMinter.session(claims, key: Fixture.sessionKey).text()
        #expect(Fixture.sessionFailure(text, at: Fixture.start.adding(seconds: 43_199)) == nil)
        #expect(Fixture.sessionFailure(text, at: Fixture.start.adding(seconds: 43_200)) == .expired)
    }

    @Test("a session that is remembered is judged again by its key and its times, and another text is another session")
    func remembered() throws {
        let memory = RememberedTokens<VerifiedToken<SessionClaims>>()
        let verifier = TokenVerifier(issuer: Fixture.issuer, audience: SessionClaims.audience)
        func failure(_ text: String, at now: Timestamp, key: AudienceKey?) -> TokenFailure? {
            do throws(TokenFailure) {
                let verified = try verifier.verifySession(text, at: now, remembering: memory) { _ in key }
                return verified.claims == Fixture.sessionClaims ? nil : .malformedClaims
            } catch {
                return error
            }
        }
        let text = Vectors.sessionToken
        #expect(failure(text, at: Fixture.start, key: nil) == .unknownKey)
        for _ in 0..<2 { #expect(failure(text, at: Fixture.start, key: Fixture.sessionKey) == nil) }
        #expect(failure(text, at: Fixture.start, key: nil) == .unknownKey)
        #expect(failure(text, at: Fixture.start, key: Fixture.key) == .unknownKey)
        #expect(failure(text, at: Fixture.start.adding(seconds: 3600), key: Fixture.sessionKey) == .expired)
        #expect(failure(text, at: Fixture.start.adding(seconds: -1), key: Fixture.sessionKey) == .notYetValid)
        #expect(failure(text + "=", at: Fixture.start, key: Fixture.sessionKey) != nil)
        #expect(failure(String(text.dropLast()), at: Fixture.start, key: Fixture.sessionKey) != nil)
        let long = String(repeating: "a", count: TokenText.bytesMax + 1)
        #expect(failure(long, at: Fixture.start, key: Fixture.sessionKey) == .tooLarge)
        #expect(failure(text, at: Fixture.start, key: Fixture.sessionKey) == nil)
    }

    @Test("so many sessions are remembered and no more, and those in use stay")
    func memoryIsBounded() throws {
        let memory = RememberedTokens<VerifiedToken<SessionClaims>>()
        let verifier = TokenVerifier(issuer: Fixture.issuer, audience: SessionClaims.audience)
        let verified = try verifier.verifySession(Vectors.sessionToken, at: Fixture.start) { _ in Fixture.sessionKey }
        func digest(_ number: Int) -> Digest32 { SHA256.digest(Array("\(number)".utf8)) }
        let many = RememberedTokens<VerifiedToken<SessionClaims>>.generationMax * 2
        memory.remember(verified, digest(-1))
        memory.remember(verified, digest(-2))
        for number in 0..<many {
            memory.remember(verified, digest(number))
            if number.isMultiple(of: 100) { #expect(memory.token(digest(-1)) == verified) }
        }
        #expect(memory.token(digest(many - 1)) == verified)
        #expect(memory.token(digest(-1)) == verified)
        #expect(memory.token(digest(-2)) == nil)
        #expect(memory.token(digest(0)) == nil)
    }

    @Test("a session token is no API token, and the other way round")
    func confusion() throws {
        let header = Fixture.header.replacing(Fixture.key.kid.text, with: Fixture.sessionKey.kid.text)
        let token = try Fixture.signed(header: header, payload: Vectors.claims, key: Fixture.sessionKey)
        #expect(Fixture.sessionFailure(token) == .malformedClaims)
        #expect(Fixture.failure(try Fixture.signed(payload: Vectors.sessionClaims)) == .malformedClaims)
        #expect(Fixture.sessionFailure(Vectors.token) == .unknownKey)
        #expect(throws: MintingError.otherKey) {
            _ = try TokenMinter.session(Fixture.sessionClaims, key: Fixture.key).text()
        }
    }

    @Test(
        "session claims that we do not mint are refused",
        arguments: [
            (#""aud":"tenure""#, #""aud":"registry""#), (#""sid":"ses_"#, #""sid":"crd_"#),
            (#""how":"oidc""#, #""how":"magic""#),
            (#""max":1795485600,"#, ""), (#""max":1795485600"#, #""max":-1"#), (#""idx":4811"#, #""idx":-4811"#),
            (#""t":9,"#, #""o":3,"t":9,"#), (#""t":9,"#, ""), (#""a":"7b"#, #""a":"0b"#),
            (#","k":"#, #","f":"1","k":"#),
        ])
    func claims(original: String, changed: String) throws {
        let parts = Vectors.sessionClaims.split(separator: original, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        let header = Fixture.header.replacing(Fixture.key.kid.text, with: Fixture.sessionKey.kid.text)
        let token = try Fixture.signed(
            header: header, payload: parts.joined(separator: changed), key: Fixture.sessionKey)
        #expect(Fixture.sessionFailure(token) == .malformedClaims)
    }
}
