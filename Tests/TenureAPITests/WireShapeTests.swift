internal import Foundation
internal import TenureAPI
internal import Testing

@Suite("Bodies and answers on the wire")
struct WireShapeTests {
    @Test("each body is read and written with exactly the fields of the contract", arguments: WireExamples.bodies)
    func body(_ example: WireExample) throws {
        #expect(try example.again(example.text) == JSONText.normal(example.text))
    }

    @Test("each answer is read and written with exactly the fields of the contract", arguments: WireExamples.answers)
    func answer(_ example: WireExample) throws {
        #expect(try example.again(example.text) == JSONText.normal(example.text))
    }

    @Test("each body without one of its required fields is refused", arguments: WireExamples.bodies)
    func missing(_ example: WireExample) throws {
        let whole = try #require(try JSONSerialization.jsonObject(with: Data(example.text.utf8)) as? [String: Any])
        let optional: Set = [
            "token", "trust", "scope", "ttl_seconds", "dry_run", "reason", "transfer_to", "audience", "environment",
            "class", "owner", "backup_owner", "purpose", "reuse_name", "members", "state", "preset", "issuer", "claims",
            "presentations", "bootstrap_seconds", "version", "approval", "lifetime_seconds", "max_lifetime_seconds",
            "audiences", "scopes", "bare", "keys", "names", "usages", "revocation_seconds", "spiffe",
            "foreign_consumers", "acts", "constraints", "starts", "ends", "review", "prune",
        ]
        let needsAudience = example.name == "IssueTokenBody"
        for key in whole.keys where !optional.contains(key) || (needsAudience && key == "audience") {
            var less = whole
            less[key] = nil
            let text = String(decoding: try JSONSerialization.data(withJSONObject: less), as: UTF8.self)
            #expect(throws: DecodingError.self, "\(key)") { try example.again(text) }
        }
    }

    @Test("each body with a field that it does not have is refused", arguments: WireExamples.bodies)
    func unknown(_ example: WireExample) throws {
        let text = "{\"zzzzzzzzzz\": 1" + (example.text == "{}" ? "}" : "," + example.text.dropFirst())
        #expect(throws: UnknownFieldError(field: "zzzzzzzzzz", nearest: nil)) { try example.again(text) }
    }

    @Test("a misspelt field is refused with the one that was meant, however deep it stands")
    func nearest() {
        #expect(throws: UnknownFieldError(field: "ttl_second", nearest: "ttl_seconds")) {
            try JSONText.decode(
                #"{"profile": "p", "audience": "a", "ttl_second": 600}"#, as: IssueTokenBody.self)
        }
        #expect(throws: UnknownFieldError(field: "estate.trusts.1.audiance", nearest: "audience")) {
            try JSONText.decode(
                """
                {"estate": {"apiVersion": "tenure/1", "estate": "e", "trusts": [
                  {"name": "a", "workload": "w", "audience": "t", "claims": {}},
                  {"name": "b", "workload": "w", "audiance": "t", "claims": {}}]}}
                """, as: PlanBody.self)
        }
    }

    @Test("lists that an estate leaves out are empty")
    func emptyEstate() throws {
        let estate = try JSONText.decode(#"{"apiVersion": "tenure/1", "estate": "e"}"#, as: EstateDocument.self)
        #expect(estate.people.isEmpty && estate.trusts.isEmpty && estate.entitlements.isEmpty)
    }

    @Test(
        "a revocation target is one thing and nothing else",
        arguments: [
            #"{"certificate": "a", "token": "b"}"#, #"{}"#, #"{"tokens": "a"}"#, "7", "null", #"["workload/deploy"]"#,
        ])
    func target(_ text: String) {
        #expect(throws: (any Error).self) {
            try JSONText.decode("{\"target\": \(text)}", as: RevocationBody.self)
        }
    }

    @Test(
        "a claim's value keeps its type",
        arguments: [("\"3\"", ClaimValue.text("3")), ("3", .number(3)), ("true", .flag(true)), ("-1", .number(-1))])
    func claim(_ text: String, _ value: ClaimValue) throws {
        #expect(try JSONText.decode("[\(text)]", as: [ClaimValue].self) == [value])
        #expect(try JSONText.of([value]) == "[\(text)]")
    }

    @Test(
        "T1 numbers that are no whole number of 64 bits are refused",
        arguments: ["1e300", "1.5", "99999999999999999999", "\"600\""])
    func numbers(_ text: String) {
        #expect(throws: DecodingError.self) {
            try JSONText.decode(
                "{\"profile\": \"p\", \"audience\": \"a\", \"ttl_seconds\": \(text)}", as: IssueTokenBody.self)
        }
    }

    @Test("T5 what holds a secret shows none of it, described, reflected or dumped")
    func secrets() {
        let canary = "canary-7f3a"
        let key = AudienceKeyAnswer(
            kty: "oct", kid: "00", k: canary, alg: "HS256", use: "sig", signUntil: "", verifyUntil: "")
        let holders: [Any] = [
            LoginBody(method: "oidc", token: canary),
            LoginAnswer(token: canary, expiresAt: "", identity: ""),
            IssueTokenAnswer(token: canary, expiresAt: "", identity: "", owner: "", entitlement: ""),
            key, AudienceKeySetAnswer(keys: [key]), RevocationTargetBody.token(canary),
            RevocationBody(target: .token(canary)), IntrospectionForm(token: canary),
            TokenRevocationForm(token: canary),
            TokenExchangeAnswer(accessToken: canary, issuedTokenType: "", tokenType: "", expiresIn: 1),
            TrustAnswer(name: "", identity: "", state: "", version: 1, method: "", secret: canary),
        ]
        for holder in holders {
            var dumped = ""
            dump(holder, to: &dumped)
            for text in ["\(holder)", String(reflecting: holder), dumped] { #expect(!text.contains(canary)) }
        }
    }
}
