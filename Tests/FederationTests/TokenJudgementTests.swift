internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import Federation

@Suite("Judging tokens by a trust")
struct TokenJudgementTests {
    private let now = ClaimVector.now

    private func claims(_ members: String) throws -> StrictJSON.Value {
        try StrictJSON.parse(Array(#"{"iss":"https://localhost:8443/dev/oidc","sub":"checkout",\#(members)}"#.utf8))
    }

    private func judge(
        _ claims: StrictJSON.Value, _ rule: OIDCTrust = .development, at now: Timestamp? = nil,
        state: Trust.State = .active
    ) async throws -> TokenJudgement {
        let token = try await TestIssuer.es256().verified(claims, for: rule)
        return TokenJudgement(token, for: try .of(rule, state: state), now: now ?? self.now)
    }

    private func failures(_ members: String, at seconds: Int64? = nil) async throws -> [String] {
        try await judge(claims(members), at: seconds.map { Timestamp(clampingSeconds: $0) }).failures.map(\.name)
    }

    @Test("a token that fits gives a proof of its trust, identity and authentication")
    func proof() async throws {
        let judgement = try await judge(claims(#""aud":"tenure","exp":1795442700,"jti":"j-1""#))
        let proof = try #require(judgement.proof)
        #expect(proof.trust == TrustID(high: 1, low: 1) && proof.trustVersion == 3 && proof.trustNumber == 7)
        #expect(proof.identity == .workload(WorkloadID(high: 2, low: 1)))
        #expect(proof.issuer == "https://localhost:8443/dev/oidc")
        #expect(proof.authentication == .tokenID(Array("https://localhost:8443/dev/oidc\0j-1".utf8)))
        #expect(proof.expires == Timestamp(clampingSeconds: 1_795_442_700))
        #expect(proof.instance == nil && proof.presentations == .once)
        #expect(judgement.failures.isEmpty)
    }

    @Test("without a `jti` the token as presented tells it from others")
    func withoutID() async throws {
        let claims = try claims(#""aud":"tenure","exp":1795442700"#)
        let token = try await TestIssuer.es256().verified(claims, for: .development)
        let proof = try #require(TokenJudgement(token, for: try .of(.development), now: now).proof)
        #expect(proof.authentication == .presentedToken(token.presented))
    }

    @Test("T10 T18 `exp` is required, and a foreign clock may be 60 seconds off and no more")
    func times() async throws {
        let exp = #""aud":"tenure","exp":1000"#
        #expect(try await failures(#""aud":"tenure""#, at: 1000) == ["exp"])
        #expect(try await failures(exp, at: 999) == [])
        #expect(try await failures(exp, at: 1059) == [])
        #expect(try await failures(exp, at: 1060) == ["exp"])
        #expect(try await failures(#""aud":"tenure","exp":0"#, at: 60) == ["exp"])
        #expect(try await failures(#""aud":"tenure","exp":9007199254740992"#, at: 60) == [])
        for name in ["nbf", "iat"] {
            let members = exp + #","\#(name)":500"#
            #expect(try await failures(members, at: 440) == [])
            #expect(try await failures(members, at: 439) == [name])
        }
        #expect(
            try await failures(exp + #","nbf":9007199254740992,"iat":9007199254740992"#, at: 500) == ["nbf", "iat"])
    }

    @Test("the issuer is compared by bytes")
    func issuer() async throws {
        let fitting = try claims(#""aud":"tenure","exp":1795442700"#)
        for other in [
            "https://localhost:8443/dev/oidc/", "https://LOCALHOST:8443/dev/oidc",
            "https://localhost:8443/dev/oid\u{107}",
        ] {
            let judgement = try await judge(fitting.with("iss", value: .string(other)))
            #expect(judgement.failures.map(\.name) == ["issuer"])
            #expect(judgement.proof == nil)
        }
    }

    @Test("a string and an array audience are checked alike, by bytes and whole")
    func audience() async throws {
        let exp = #","exp":1795442700"#
        for fitting in [#""aud":"tenure""#, #""aud":["tenure"]"#, #""aud":["other","tenure"]"#] {
            #expect(try await failures(fitting + exp) == [])
        }
        for other in [
            #""aud":"Tenure""#, #""aud":"tenure/""#, #""aud":["ten","ure"]"#, #""aud":"tenure,other""#, #""sub2":1"#,
        ] {
            #expect(try await failures(other + exp) == ["audience"])
        }
    }

    @Test("T16 a token verified with another trust's keys proves nothing, though the issuer is the same")
    func keySource() async throws {
        let fitting = try claims(#""aud":"tenure","exp":1795442700"#)
        var planted = OIDCTrust.development
        planted.keys = .url("https://evil.example/jwks")
        let token = try await TestIssuer.es256().verified(fitting, for: planted)
        let judgement = TokenJudgement(token, for: try .of(.development), now: now)
        #expect(judgement.failures.map(\.name) == ["keys"])
        #expect(judgement.proof == nil)
    }

    @Test("conditions hold exactly: type, case, bytes, and a whole value")
    func conditions() async throws {
        let members =
            #""aud":"tenure","exp":1795442700,"t":"1","n":1,"f":true,"l":["a"],"o":{"i":"x"},"w":"é","z":null"#
        let holding: [(String, ClaimCondition.Value)] = [
            ("t", .text("1")), ("n", .number(1)), ("f", .flag(true)), ("/o/i", .text("x")), ("w", .text("\u{E9}")),
        ]
        let failing: [(String, ClaimCondition.Value)] = [
            ("t", .number(1)), ("t", .text("1 ")), ("t", .text("")), ("n", .text("1")), ("n", .flag(true)),
            ("n", .number(2)),
            ("f", .text("true")), ("f", .number(1)), ("f", .flag(false)), ("l", .text("a")), ("/l/0", .text("a")),
            ("o/i", .text("x")), ("/o", .text("x")), ("w", .text("e\u{301}")), ("missing", .text("")),
            ("T", .text("1")),
            ("z", .text("null")), ("z", .flag(false)),
        ]
        for (name, value) in holding + failing {
            var rule = OIDCTrust.development
            rule.conditions.append(ClaimCondition(claim: name, value: value))
            let judgement = try await judge(claims(members), rule)
            let isHolding = holding.contains { $0.0 == name && $0.1 == value }
            #expect(judgement.failures.map(\.name) == (isHolding ? [] : [name]), "\(name) \(value)")
            #expect((judgement.proof != nil) == isHolding)
        }
    }

    @Test("T19 a stored rule without audience or condition, or an ended trust, accepts nothing")
    func lastLine() async throws {
        let fitting = try claims(#""aud":["","tenure"],"exp":1795442700"#.replacing("\"\",", with: ""))
        var rule = OIDCTrust.development
        rule.conditions = []
        #expect(try await judge(fitting, rule).failures.map(\.name) == ["conditions"])
        rule = .development
        rule.audience = ""
        #expect(try await judge(fitting, rule).failures.map(\.name) == ["audience"])
        #expect(try await judge(fitting, state: .ended).failures.map(\.name) == ["trust"])
        #expect(try await judge(fitting, state: .ended).proof == nil)
        let bootstrap = Trust(
            id: TrustID(high: 1, low: 1), number: 7, version: 3, name: try Name("a"),
            identity: .workload(WorkloadID(high: 2, low: 1)), state: .active,
            method: .bootstrap(BootstrapTrust(secretHash: [], ends: .distantFuture)))
        let token = try await TestIssuer.es256().verified(fitting, for: .development)
        #expect(TokenJudgement(token, for: bootstrap, now: now).proof == nil)
    }

    @Test("T19 `*`, `/` and `,` in claim values are what they are")
    func literal() async throws {
        for value in ["*", "acme/*", "a,b", ".*"] {
            var rule = OIDCTrust.development
            rule.conditions = [ClaimCondition(claim: "sub", value: .text(value))]
            #expect(try await judge(claims(#""aud":"tenure","exp":1795442700"#), rule).proof == nil)
        }
        var rule = OIDCTrust.development
        rule.conditions = [ClaimCondition(claim: "g", value: .text("a"))]
        #expect(try await judge(claims(#""aud":"tenure","exp":1795442700,"g":"a,b""#), rule).proof == nil)
    }

    @Test("the operator sees every bound with what was expected and what was there, fit for a terminal")
    func explanation() async throws {
        let value = #"\u001b[2J\u202e"# + String(repeating: "x", count: 1000)
        let judgement = try await judge(
            try StrictJSON.parse(
                Array(#"{"iss":"https://localhost:8443/dev/oidc","sub":"\#(value)","jti":"hunter2"}"#.utf8)))
        #expect(judgement.bounds.map(\.name) == ["trust", "issuer", "keys", "audience", "conditions", "exp", "sub"])
        let subject = try #require(judgement.bounds.last)
        #expect(subject.expected == "\"checkout\"")
        #expect(subject.actual.hasPrefix(#""\u001b[2J\u{202e}xxx"#) && subject.actual.hasSuffix("xxx..."))
        for bound in judgement.bounds {
            for text in [bound.expected, bound.actual] {
                #expect(text.utf8.count <= 203 && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
                #expect(!text.contains("hunter2"))
            }
        }
        #expect(judgement.bounds.first { $0.name == "exp" }?.actual == "missing")
        #expect(judgement.bounds.first { $0.name == "audience" }?.actual == "missing")
    }

    @Test("of several trusts the one that fits is taken, and two identities are never guessed between")
    func selection() async throws {
        let token = try await TestIssuer.es256().verified(
            try claims(#""aud":"tenure","exp":1795442700,"team":"a""#), for: .development)
        var narrow = OIDCTrust.development
        narrow.conditions.append(ClaimCondition(claim: "team", value: .text("a")))
        var other = OIDCTrust.development
        other.conditions.append(ClaimCondition(claim: "team", value: .text("b")))
        let trusts = [try Trust.of(.development, workload: 1), try .of(other, workload: 2)]
        guard case .proven(let proof) = TrustSelection.select(token, among: trusts, now: now) else {
            Issue.record("no trust was taken")
            return
        }
        #expect(proof.identity == trusts[0].identity)
        let both = trusts + [try Trust.of(narrow, workload: 3)]
        guard case .ambiguous(let ids) = TrustSelection.select(token, among: both, now: now) else {
            Issue.record("one of two identities was taken")
            return
        }
        #expect(ids == [trusts[0].id, both[2].id])
        var same = both[2]
        same.identity = trusts[0].identity
        guard case .proven(let narrowest) = TrustSelection.select(token, among: trusts + [same], now: now) else {
            Issue.record("no trust was taken")
            return
        }
        #expect(narrowest.trust == same.id)
        let many = try (1...9).map { try Trust.of(other, workload: $0) }
        guard case .refused(let explanations) = TrustSelection.select(token, among: many, now: now) else {
            Issue.record("a trust was taken that does not fit")
            return
        }
        #expect(explanations.count == 5)
        #expect(explanations[0].bounds.filter { !$0.holds }.map(\.name) == ["team"])
        guard case .refused(let none) = TrustSelection.select(token, among: [], now: now) else {
            Issue.record("nothing was taken for a trust")
            return
        }
        #expect(none.isEmpty)
    }

    @Test("T16 a trust with a copy of the issuer's keys does not stand in the way of the others")
    func copiedKeys() async throws {
        let issuer = try await TestIssuer.es256()
        let fitting = try claims(#""aud":"tenure","exp":1795442700"#)
        var copy = OIDCTrust.development
        copy.keys = .fixed(String(decoding: issuer.set(), as: UTF8.self))
        copy.conditions = [ClaimCondition(claim: "sub", value: .text("somebody-else"))]
        let trusts = [try Trust.of(copy, workload: 1), try .of(.development, workload: 2)]
        let tokens = [
            try await issuer.verified(fitting, for: copy), try await issuer.verified(fitting, for: .development),
        ]
        for order in [tokens, tokens.reversed()] {
            guard case .proven(let proof) = TrustSelection.select(order, among: trusts, now: now) else {
                Issue.record("no trust was taken")
                return
            }
            #expect(proof.trust == trusts[1].id)
        }
        guard case .refused = TrustSelection.select(tokens[0], among: trusts, now: now) else {
            Issue.record("a trust took a token of another source")
            return
        }
        guard case .refused(let none) = TrustSelection.select([], among: trusts, now: now) else {
            Issue.record("nothing was taken for a token")
            return
        }
        #expect(none.isEmpty)
    }

    @Test("why keys cannot be had is said in words, with the cause")
    func lookupErrors() {
        let cause = KeySourceError.refused(.metadata("169.254.169.254"))
        #expect("\(KeyLookupError.unavailable(cause))".hasPrefix("the issuer's keys cannot be had: 169.254.169.254 is"))
        #expect("\(KeyLookupError.unavailable(nil))".hasSuffix("older than a day"))
        #expect("\(KeySourceError.unreachable("a\u{1B}b"))" == #"the issuer cannot be reached: a\u{1b}b"#)
        #expect("\(KeySourceError.discovery(.otherIssuer))".contains("byte for byte"))
    }
}
