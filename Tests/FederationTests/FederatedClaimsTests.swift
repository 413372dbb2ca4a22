internal import TenureAPI
internal import Testing

@testable internal import Federation

@Suite("Claims of federated tokens")
struct FederatedClaimsTests {
    private func failure(_ claims: String) -> FederatedTokenError? {
        do {
            _ = try FederatedClaims(json: Array(claims.utf8))
            return nil
        } catch { return error }
    }

    private func fault(_ member: String) -> FederatedTokenError.ClaimFault? {
        guard case .claim(let fault) = failure(#"{"iss":"a",\#(member)}"#) else { return nil }
        return fault
    }

    @Test("claims are typed, and all of them stay at hand")
    func typed() throws {
        let text = #"{"iss":"a","sub":"s","aud":["x","y"],"exp":9007199254740992,"nbf":0,"iat":3,"jti":"j","own":[1]}"#
        let claims = try FederatedClaims(json: Array(text.utf8))
        #expect(claims.issuer == "a" && claims.subject == "s" && claims.tokenID == "j")
        #expect(claims.audiences == ["x", "y"])
        #expect(claims.expires == 9_007_199_254_740_992 && claims.notBefore == 0 && claims.issuedAt == 3)
        #expect(claims.all["own"] == .array([.integer(1)]))
    }

    @Test("a string and an array of one are the same audience, and none is none")
    func audience() throws {
        #expect(try FederatedClaims(json: Array(#"{"iss":"a","aud":"x"}"#.utf8)).audiences == ["x"])
        #expect(try FederatedClaims(json: Array(#"{"iss":"a","aud":["x"]}"#.utf8)).audiences == ["x"])
        #expect(try FederatedClaims(json: Array(#"{"iss":"a"}"#.utf8)).audiences.isEmpty)
    }

    @Test(
        "T15 an audience that is no string or array of 1 to 16 strings is refused",
        arguments: [
            ("[]", .empty), ("\"\"", .empty), ("[\"\"]", .empty), ("7", .wrongType), ("null", .wrongType),
            ("{}", .wrongType), ("[7]", .wrongType), ("[[\"x\"]]", .wrongType), ("[\"x\",null]", .wrongType),
            ("[" + Array(repeating: "\"x\"", count: 17).joined(separator: ",") + "]", .tooMany),
        ] as [(String, FederatedTokenError.ClaimFault.Reason)])
    func badAudience(_ value: String, _ reason: FederatedTokenError.ClaimFault.Reason) {
        #expect(fault("\"aud\":\(value)") == .init(name: "aud", reason: reason))
    }

    @Test(
        "T1 T10 T15 a time that is no whole number from 0 to 2^53 is refused", arguments: ["exp", "nbf", "iat"],
        [
            "-1", "1.0", "1.5", "1e3", "1e300", "-0", "9007199254740993", "9223372036854775807", "9223372036854775808",
            "\"1\"", "null", "true", "[1]", "{}",
        ])
    func badTime(_ name: String, _ value: String) {
        #expect(fault("\"\(name)\":\(value)") == .init(name: name, reason: .notATime))
    }

    @Test("other claims are strings that hold something", arguments: ["sub", "jti"])
    func badText(_ name: String) {
        #expect(fault("\"\(name)\":\"\"") == .init(name: name, reason: .empty))
        #expect(fault("\"\(name)\":1") == .init(name: name, reason: .wrongType))
        #expect(fault("\"\(name)\":null") == .init(name: name, reason: .wrongType))
    }

    @Test("a token without an issuer is refused, a JWT-SVID too")
    func issuer() throws {
        #expect(failure("{}") == .claim(.init(name: "iss", reason: .missing)))
        #expect(failure(#"{"iss":""}"#) == .claim(.init(name: "iss", reason: .empty)))
        #expect(failure(#"{"iss":["a"]}"#) == .claim(.init(name: "iss", reason: .wrongType)))
        #expect(failure(#"["iss"]"#) == .claim(.init(name: "", reason: .notAnObject)))
        let svid = try ClaimVector.value("spiffe-jwt-svid").jsonText
        #expect(failure(svid) == .claim(.init(name: "iss", reason: .missing)))
    }

    @Test("a condition names a claim by its own name, or leads into nested ones by a pointer")
    func paths() throws {
        let text =
            #"{"a.b/c":1,"/x":2,"a":{"b/c":3,"~":4,"d":{"e":5}},"kubernetes.io":{"pod":{"uid":6}},"l":[{"m":7}]}"#
        let claims = try StrictJSON.parse(Array(text.utf8))
        let expected: [(String, Int64?)] = [
            ("a.b/c", 1), ("/a/b~1c", 3), ("/a/~0", 4), ("/a/d/e", 5), ("kubernetes.io/pod/uid", 6),
            ("/kubernetes.io/pod/uid", 6), ("/~1x", 2), ("a/d/e", nil), ("a.d.e", nil), ("/a/d/e/f", nil),
            ("/l/0/m", nil),
            ("A.b/c", nil), ("kubernetes.io/pod", nil),
        ]
        for (name, value) in expected {
            #expect(try #require(ClaimPath(name)).value(in: claims)?.integer == value, "\(name)")
        }
        for name in ["", "/", "//", "/a/", "/a//b", "/a~", "/a~2", "kubernetes.io/", "kubernetes.io//uid"] {
            #expect(ClaimPath(name) == nil, "\(name)")
        }
        #expect(ClaimPath("kubernetes.io/pod/uid") == ClaimPath("/kubernetes.io/pod/uid"))
    }
}
