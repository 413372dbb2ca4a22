internal import APITokens
internal import AuditLog
internal import TenureModel
internal import Testing

@Suite("Hostile tokens")
struct HostileTokenTests {
    @Test(
        "T8 a header that is not byte for byte ours is refused, though the signature is true",
        arguments: [
            #"{"alg":"none","kid":"KID","typ":"at+jwt"}"#, #"{"alg":"HS512","kid":"KID","typ":"at+jwt"}"#,
            #"{"alg":"ES256","kid":"KID","typ":"at+jwt"}"#, #"{"alg":"hs256","kid":"KID","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"KID","typ":"JWT"}"#, #"{"alg":"HS256","kid":"KID"}"#,
            #"{"alg":"HS256","typ":"at+jwt"}"#,
            #"{"kid":"KID","alg":"HS256","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"KID","typ":"at+jwt","crit":["b64"]}"#,
            #"{"alg":"HS256","kid":"KID","typ":"at+jwt","b64":false}"#,
            #"{"alg":"HS256","kid":"KID","typ":"at+jwt","zip":"DEF"}"#,
            #"{"alg":"HS256","jwk":{"kty":"oct"},"kid":"KID","typ":"at+jwt"}"#,
            #"{"alg":"HS256","jku":"https://evil.example","kid":"KID","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"KID","typ":"at+jwt"} "#, #" {"alg":"HS256","kid":"KID","typ":"at+jwt"}"#,
            #"{"alg": "HS256","kid":"KID","typ":"at+jwt"}"#, #"{"alg":"HS256","kid":"KID","typ":"AT+JWT"}"#,
            #"{"alg":"HS256","kid":"9656E455FFEF4BAD","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"9656e455ffef4ba","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"9656e455ffef4badd","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"../../../../etc","typ":"at+jwt"}"#,
            #"{"alg":"HS256","kid":"9656e455ffef4ba\u0064","typ":"at+jwt"}"#, "", "{}", "null", #"{"x":1e300}"#,
        ])
    func headers(template: String) throws {
        let header = template.replacing("KID", with: Fixture.key.kid.text)
        #expect(Fixture.failure(try Fixture.signed(header: header, payload: Vectors.claims)) == .wrongHeader)
    }

    @Test("T8 JWE, the JSON form and a detached payload are no tokens")
    func otherForms() throws {
        let token = try Fixture.signed(payload: Vectors.claims)
        let parts = token.split(separator: ".").map(String.init)
        #expect(Fixture.failure(token + ".AAAA.AAAA") != nil)
        #expect(
            Fixture.failure(#"{"payload":"\#(parts[1])","protected":"\#(parts[0])","signature":"\#(parts[2])"}"#)
                == .malformed)
        #expect(Fixture.failure(parts[0] + ".." + parts[2]) == .badSignature)
        #expect(Fixture.failure(parts[0] + "." + parts[1] + ".") == .malformed)
        #expect(Fixture.failure(parts[0] + "." + parts[1]) == .malformed)
    }

    @Test("T8 signatures of zeros, of another length and of another key are bad")
    func signatures() throws {
        let token = try Fixture.signed(payload: Vectors.claims)
        let stem = token.prefix(token.utf8.count - 43)
        #expect(Fixture.failure(stem + String(repeating: "A", count: 43)) == .badSignature)
        for count in [0, 16, 31, 33, 64] {
            #expect(Fixture.failure(stem + Base64URL.text([UInt8](repeating: 0, count: count))) == .malformed)
        }
        #expect(Fixture.failure(try Fixture.signed(payload: Vectors.claims, key: Fixture.sessionKey)) == .badSignature)
    }

    @Test("a key that is not there, no longer verifies, or is another audience's is unknown")
    func keys() throws {
        #expect(Fixture.failure(Vectors.token, key: nil) == .unknownKey)
        #expect(Fixture.failure(Vectors.token, key: Fixture.sessionKey) == .unknownKey)
        let ended = try AudienceKey(
            kid: Fixture.key.kid, audience: Fixture.registry, signFrom: Fixture.start, signUntil: Fixture.start,
            verifyUntil: Fixture.start.adding(seconds: 10), secret: Fixture.key.secret)
        #expect(Fixture.failure(Vectors.token, at: Fixture.start.adding(seconds: 9), key: ended) == nil)
        #expect(Fixture.failure(Vectors.token, at: Fixture.start.adding(seconds: 10), key: ended) == .unknownKey)
    }

    @Test(
        "T10 claims that we do not mint are refused, though the signature is true",
        arguments: [
            (#""exp":1795443300,"#, ""), (#""exp":1795443300"#, #""exp":-1"#),
            (#""exp":1795443300"#, #""exp":1795443300.5"#),
            (#""exp":1795443300"#, #""exp":1795443300.0"#), (#""exp":1795443300"#, #""exp":9007199254740993"#),
            (#""exp":1795443300"#, #""exp":9223372036854775808"#), (#""exp":1795443300"#, #""exp":1e300"#),
            (#""exp":1795443300"#, #""exp":NaN"#), (#""exp":1795443300"#, #""exp":null"#),
            (#""exp":1795443300"#, #""exp":"1795443300""#),
            (#""exp":1795443300"#, #""exp":01795443300"#), (#""exp":1795443300"#, #""exp":+1795443300"#),
            (#""exp":1795443300"#, #""exp":253402300800"#), (#""exp":1795443300"#, #""exp":1,"exp":1795443300"#),
            (#""iat":1795442400,"#, ""), (#""nbf":1795442400,"#, ""), (#""nbf":1795442400"#, #""nbf":-1795442400"#),
            (#""aud":"registry""#, #""aud":["registry"]"#), (#""aud":"registry""#, #""aud":["registry","other"]"#),
            (#""aud":"registry""#, #""aud":[]"#), (#""aud":"registry""#, #""aud":"registry","aud":"other""#),
            (#""aud":"registry""#, #""aud":"REGISTRY""#), (#""aud":"registry""#, #""aud":"""#),
            (#""aud":"registry","#, ""),
            (#""aud":"registry""#, #""aud":"r\u0065gistry""#), (#""aud":"registry""#, #""aud": "registry""#),
            (#""iss":"https://tenure.example.org","#, ""), (#""iss":"https:"#, #""iss":"https:\/"#),
            (#""iss":"h"#, #""iss":"é"#),
            (#""sub":"wkl_"#, #""sub":"crd_"#), (#""sub":"wkl_0"#, #""sub":"wkl_8"#),
            (#""sub":"wkl_01jegb3gpke008000000000001""#, #""sub":"""#),
            (#""sub":"wkl_01jegb3gpke008000000000001""#, #""sub":"wkl_01jegb3gpke00800000000000u""#),
            (#""sub":"wkl_01jegb3gpke008000000000001""#, #""sub":"wkl_01jegb3gpke008000000000002""#),
            (#""client_id":"wkl_01jegb3gpke008000000000001""#, #""client_id":"prs_01jegb3gpke008000000000002""#),
            (#""jti":"crd_"#, #""jti":"ses_"#), (#""jti":"crd_"#, #""jti":"crd__"#),
            (#""jti":"crd_0"#, #""jti":"CRD_0"#),
            (#""scope":"pull push""#, #""scope":"pull  push""#), (#""scope":"pull push""#, #""scope":" pull push""#),
            (#""scope":"pull push""#, #""scope":["pull","push"]"#),
            (#""scope":"pull push""#, #""scope":"pull\u0020push""#),
            (#""scope":"pull push""#, "\"scope\":\"pull\tpush\""), (#""scope":"pull push""#, #""scope":"pull pùsh""#),
            (#""own":"prs_"#, #""own":"own_"#), (#"@3""#, #"@03""#), (#"@3""#, #"@-3""#), (#"@3""#, #"@""#),
            (#"@3""#, #"@3@4""#), (#"@3""#, "\""),
            (#""idx":4810"#, #""idx":-1"#), (#""idx":4810"#, #""idx":4810.0"#), (#""idx":4810,"#, ""),
            (#""idx":4810"#, #""idx":9007199254740992"#),
            (#""l":"9f3a01bc""#, #""l":"9F3A01BC""#), (#""l":"9f3a01bc""#, #""l":"9f3a01b""#),
            (#""l":"9f3a01bc","#, ""),
            (#""i":12"#, #""i":-12"#), (#""i":12"#, #""i":"12""#), (#""i":12,"#, ""), (#""e":[40,41]"#, #""e":[]"#),
            (#""e":[40,41]"#, #""e":40"#),
            (#""e":[40,41]"#, #""e":[40,41,]"#), (#""e":[40,41]"#, #""e":[1,2,3,4,5]"#),
            (#""e":[40,41]"#, #""e":[40, 41]"#),
            (#""v":"52"#, #""v":"12"#), (#""v":"52"#, #""v":"92"#), (#""v":"52"#, #""v":"5"#),
            (#""v":"52"#, #""v":"5Z"#),
            (#""k":"53"#, #""s":"5200000000000000","k":"53"#), (#""k":"53"#, #""k":53,"z":"53"#), ("}}", "}}}"),
            ("}}", "}"), ("}}", "}} "),
            (#"{"iss""#, #" {"iss""#), (#"{"iss""#, "\u{FEFF}{\"iss\""), (#""idx":4810"#, #""idx":4810,"admin":true"#),
        ])
    func claims(original: String, changed: String) throws {
        let parts = Vectors.claims.split(separator: original, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        let token = try Fixture.signed(payload: parts.joined(separator: changed))
        #expect(Fixture.failure(token) == .malformedClaims)
    }

    @Test("T10 another issuer, audience or time has its own failure")
    func otherClaims() throws {
        func failure(_ original: String, _ changed: String) throws -> TokenFailure? {
            #expect(Vectors.claims.contains(original))
            return Fixture.failure(try Fixture.signed(payload: Vectors.claims.replacing(original, with: changed)))
        }
        #expect(try failure("https://tenure.example.org", "https://tenure.example.com") == .wrongIssuer)
        #expect(try failure("https://tenure.example.org", "https://tenure.example.org/") == .wrongIssuer)
        #expect(try failure(#""aud":"registry""#, #""aud":"registry2""#) == .wrongAudience)
        #expect(try failure(#""nbf":1795442400"#, #""nbf":1795442401"#) == .notYetValid)
        #expect(try failure(#""exp":1795443300"#, #""exp":1795442400"#) == .expired)
        #expect(try failure(#""exp":1795443300"#, #""exp":0"#) == .expired)
    }

    @Test("a token is good until the millisecond before its end")
    func ends() {
        let end = Fixture.start.adding(seconds: 900)
        #expect(Fixture.failure(Vectors.token, at: end.adding(milliseconds: -1)) == nil)
        #expect(Fixture.failure(Vectors.token, at: end) == .expired)
        #expect(Fixture.failure(Vectors.token, at: .distantFuture) == .expired)
        #expect(Fixture.failure(Vectors.token, at: Fixture.start.adding(milliseconds: -1)) == .notYetValid)
    }

    @Test("whatever bit of the claims is flipped under a true signature, what is accepted is one of ours")
    func flips() throws {
        let payload = Array(Vectors.claims.utf8)
        for place in payload.indices {
            for bit in 0..<7 {
                var changed = payload
                changed[place] ^= 1 << UInt8(bit)
                let token = try Fixture.signed(payload: String(decoding: changed, as: UTF8.self))
                guard let claims = Self.uncheckedClaims(token) else { continue }
                // Written again, the claims are the very same bytes.
                var prepared = claims
                prepared.lineage.signingKey = Fixture.key.reference.number
                guard prepared == claims, claims.audience == Fixture.registry else { continue }
                let minted = try TokenMinter.prepare(claims, key: Fixture.key, form: .bare)
                    .reveal(after: Receipts.of(claims.id.text, index: claims.index), marks: { _ in nil })
                #expect(minted.text() == token)
            }
        }
    }

    @Test("T11 a key of one audience makes no token for another")
    func leakedKey() throws {
        let other = Fixture.audience("registry.other")
        let verifier = TokenVerifier(issuer: Fixture.issuer, audience: other)
        let otherKey = try #require(try Fixture.ring.signingKey(for: other, at: Fixture.start))
        let claims = Vectors.claims.replacing(#""aud":"registry""#, with: #""aud":"registry.other""#)
        let forged = try Fixture.signed(payload: claims)
        #expect(Fixture.failure(forged, verifier: verifier, key: otherKey) == .unknownKey)
        #expect(Fixture.failure(forged, verifier: verifier, key: Fixture.key) == .unknownKey)
        let header = Fixture.header.replacing(Fixture.key.kid.text, with: otherKey.kid.text)
        #expect(
            Fixture.failure(try Fixture.signed(header: header, payload: claims), verifier: verifier, key: otherKey)
                == .badSignature)
    }

    private static func uncheckedClaims(_ text: String) -> TokenClaims? {
        do throws(TokenFailure) {
            return try TokenVerifier.uncheckedClaims(of: text).claims
        } catch {
            return nil
        }
    }
}
