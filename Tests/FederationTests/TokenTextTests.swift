internal import Foundation
internal import JWTKit
internal import TenureAPI
internal import Testing

@testable internal import Federation

@Suite("Presented tokens")
struct TokenTextTests {
    private static let claims = #"{"iss":"https://issuer.example","aud":"tenure","exp":2000000000}"#

    private func failure(_ token: [UInt8]) -> FederatedTokenError? {
        do {
            _ = try FederatedTokenBody(token)
            return nil
        } catch { return error }
    }

    private func failure(_ token: String) -> FederatedTokenError? { failure(Array(token.utf8)) }

    @Test("a token is read in the algorithm that its key signs with", arguments: SignatureAlgorithm.allCases)
    func valid(_ algorithm: SignatureAlgorithm) async throws {
        let issuer = try await TestIssuer.of(algorithm.rawValue)
        let body = try FederatedTokenBody(issuer.token(Self.claims))
        #expect(body.header == FederatedHeader(algorithm: algorithm, keyID: "key-1"))
        #expect(body.claimedIssuer == "https://issuer.example")
        let key = try #require(try await KeySet(issuer.set(), of: .development).key("key-1"))
        #expect(try key.verify(body).issuer == "https://issuer.example")
    }

    @Test("T8 what is no compact JWS of three parts is refused")
    func parts() async throws {
        let issuer = try await TestIssuer.es256()
        let token = String(decoding: try issuer.token(Self.claims), as: UTF8.self)
        let cut = token.split(separator: ".").map(String.init)
        #expect(failure("") == .notCompact)
        #expect(failure(cut[0]) == .notCompact)
        #expect(failure(cut[0] + "." + cut[1]) == .notCompact)
        #expect(failure(cut[0] + "." + cut[1] + ".") == .notCompact)
        #expect(failure("." + cut[1] + "." + cut[2]) == .notCompact)
        #expect(failure(cut[0] + ".." + cut[2]) == .notCompact)
        #expect(failure(token + ".") == .notCompact)
        #expect(failure(token + "." + cut[2] + "." + cut[2]) == .notCompact, "a JWE has five parts")
        let json = #"{"protected":"\#(cut[0])","payload":"\#(cut[1])","signature":"\#(cut[2])"}"#
        #expect(failure(json) == .notCompact)
        #expect(failure(#"{"payload":"a.b.c"}"#) == .notBase64URL)
    }

    @Test("T9 a second spelling of a token is refused")
    func spellings() async throws {
        let issuer = try await TestIssuer.es256()
        let token = try issuer.token(Self.claims)
        for other in ["=", "==", "\n", " ", "\r\n", "\0"] {
            #expect(failure(token + Array(other.utf8)) == .notBase64URL)
            #expect(failure(Array(other.utf8) + token) == .notBase64URL)
        }
        // 64 bytes leave four bits of the last character without meaning: only one of 16 spellings is canonical.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let accepted = alphabet.filter { failure(Array(token.dropLast()) + [$0]) == nil }
        #expect(accepted.count == 4)
        #expect(failure(token + [UInt8(ascii: "A")]) == nil, "one character more is base64url again,")
        let longer = try FederatedTokenBody(token + [UInt8(ascii: "A")] + [UInt8(ascii: "A")])
        let key = try #require(try await KeySet(issuer.set(), of: .development).key("key-1"))
        #expect(throws: SignatureFault.signature, "and no signature") { try key.verify(longer) }
    }

    @Test("a token of 8 KiB is read and one byte more is refused")
    func length() async throws {
        let issuer = try await TestIssuer.es256()
        let padding = { (count: Int) in
            #"{"iss":"https://issuer.example","x":"\#(String(repeating: "x", count: count))"}"#
        }
        var count = 5900
        while try issuer.token(padding(count + 1)).count <= 8192 { count += 1 }
        #expect(failure(try issuer.token(padding(count))) == nil)
        #expect(failure(try issuer.token(padding(count + 3))) == .tooLong)
        #expect(failure([UInt8](repeating: UInt8(ascii: "."), count: 1 << 20)) == .tooLong)
    }

    @Test(
        "T8 T15 a header that is not exactly ours is refused for its reason",
        arguments: [
            (#"{"alg":"none","kid":"key-1"}"#, .algorithm), (#"{"alg":"None","kid":"key-1"}"#, .algorithm),
            (#"{"alg":"HS256","kid":"key-1"}"#, .algorithm), (#"{"alg":"HS512","kid":"key-1"}"#, .algorithm),
            (#"{"alg":"es256","kid":"key-1"}"#, .algorithm), (#"{"alg":"PS512","kid":"key-1"}"#, .algorithm),
            (#"{"alg":"RSA-OAEP","kid":"key-1"}"#, .algorithm), (#"{"alg":"","kid":"key-1"}"#, .algorithm),
            (#"{"kid":"key-1"}"#, member("alg", .missing)), (#"{"alg":7,"kid":"key-1"}"#, member("alg", .wrongType)),
            (#"{"alg":["ES256"],"kid":"key-1"}"#, member("alg", .wrongType)),
            (#"{"alg":"ES256"}"#, member("kid", .missing)), (#"{"alg":"ES256","kid":""}"#, member("kid", .wrongType)),
            (#"{"alg":"ES256","kid":1}"#, member("kid", .wrongType)),
            (#"{"alg":"ES256","kid":"key-1","x":1e300}"#, member("x", .unknown)),
            (#"{"alg":"ES256","kid":"key-1","crit":["exp"]}"#, member("crit", .refused)),
            (#"{"alg":"ES256","kid":"key-1","b64":false}"#, member("b64", .refused)),
            (#"{"alg":"ES256","kid":"key-1","jwk":{}}"#, member("jwk", .refused)),
            (#"{"alg":"ES256","kid":"key-1","jku":"https://evil.example"}"#, member("jku", .refused)),
            (#"{"alg":"ES256","kid":"key-1","x5u":"https://evil.example"}"#, member("x5u", .refused)),
            (#"{"alg":"ES256","kid":"key-1","zip":"DEF"}"#, member("zip", .refused)),
            (#"{"alg":"ES256","kid":"key-1","cty":"JWT"}"#, member("cty", .refused)),
            (#"{"alg":"ES256","kid":"key-1","typ":"logout+jwt"}"#, member("typ", .wrongType)),
            (#"{"alg":"ES256","kid":"key-1","typ":1}"#, member("typ", .wrongType)),
            (#"{"alg":"ES256","kid":"key-1","x5c":"a"}"#, member("x5c", .wrongType)),
            (#"{"alg":"ES256","kid":"key-1","Alg":"none"}"#, member("Alg", .unknown)),
            ("[]", member("", .notAnObject)), ("\"ES256\"", member("", .notAnObject)),
        ] as [(String, FederatedTokenError)])
    func header(_ header: String, _ expected: FederatedTokenError) async throws {
        let issuer = try await TestIssuer.es256()
        #expect(failure(try issuer.token(Self.claims, header: header)) == expected)
    }

    private static func member(
        _ name: String, _ reason: FederatedTokenError.HeaderFault.Reason
    ) -> FederatedTokenError { .headerMember(.init(name: name, reason: reason)) }

    @Test(
        "a header may name its type and its certificate, which are not used",
        arguments: [
            #"{"alg":"ES256","kid":"key-1"}"#, #"{"kid":"key-1","typ":"jwt","alg":"ES256"}"#,
            #"{"alg":"ES256","kid":"key-1","typ":"JOSE","x5t":"abc"}"#,
            #"{"alg":"ES256","kid":"key-1","typ":"at+jwt","x5t#S256":"abc","x5c":["abc"]}"#,
        ])
    func harmlessHeader(_ header: String) async throws {
        let issuer = try await TestIssuer.es256()
        #expect(failure(try issuer.token(Self.claims, header: header)) == nil)
    }

    @Test("T4 a header or claims with a key twice, or other loose JSON, are refused")
    func looseJSON() async throws {
        let issuer = try await TestIssuer.es256()
        let twice = failure(try issuer.token(Self.claims, header: #"{"alg":"none","alg":"ES256","kid":"key-1"}"#))
        #expect(twice?.description == "header: a key stands twice in one object at byte 14, in /alg")
        for claims in [
            #"{"iss":"a","iss":"b"}"#, "\u{FEFF}{\"iss\":\"a\"}", #"{"iss":"a"}x"#, #"{"iss":"\ud800"}"#, "{",
        ] {
            guard case .claims = failure(try issuer.token(claims)) else {
                Issue.record("accepted: \(claims)")
                continue
            }
        }
    }

    @Test("T8 a token signed with HS256 under the public key is refused before any key is looked at")
    func confusion() async throws {
        let issuer = try await TestIssuer.rsa("RS256")
        let collection = JWTKeyCollection()
        await collection.add(hmac: HMACKey(from: [UInt8](issuer.set())), digestAlgorithm: .sha256)
        let forger = TestIssuer(
            keyID: "key-1", algorithm: "HS256", key: try await collection.getKey(), jwk: issuer.jwk)
        #expect(failure(try forger.token(Self.claims)) == .algorithm)
    }

    @Test("T41 the reason of a refusal shows nothing that a terminal would obey")
    func shownNames() async throws {
        let issuer = try await TestIssuer.es256()
        let name = #"\u001b[31m\u202e"# + String(repeating: "x", count: 500)
        let fault = failure(try issuer.token(Self.claims, header: #"{"alg":"ES256","kid":"key-1","\#(name)":1}"#))
        let text = try #require(fault?.description)
        #expect(text.hasPrefix(#"header `\u{1b}[31m\u{202e}xxx"#))
        #expect(text.utf8.count < 300)
        #expect(text.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    }

    @Test("a token shows itself nowhere")
    func undescribed() async throws {
        let issuer = try await TestIssuer.es256()
        let token = try issuer.token(#"{"iss":"https://issuer.example","canary":"hunter2"}"#)
        let body = try FederatedTokenBody(token)
        let verified = try await issuer.verified(body.claims.all, for: .development)
        var dumped = ""
        dump(body, to: &dumped)
        dump(verified, to: &dumped)
        dump(FederatedAuthentication.of(verified), to: &dumped)
        dumped += "\(body) \(verified) \(String(reflecting: body)) \(FederatedAuthentication.of(verified))"
        #expect(!dumped.contains("hunter2"))
        #expect(!dumped.contains(String(decoding: token.prefix(20), as: UTF8.self)))
    }
}
