internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import Federation

@Suite("Trust rules")
struct TrustRuleTests {
    private func findings(_ rule: OIDCTrust) -> [UnsafeTrust.Finding] {
        do {
            _ = try TrustRule.check(rule)
            return []
        } catch { return error.findings }
    }

    private func fields(_ rule: OIDCTrust) -> [String] { findings(rule).map(\.field) }

    private func changed(_ rule: OIDCTrust, _ change: (inout OIDCTrust) -> Void) -> OIDCTrust {
        var rule = rule
        change(&rule)
        return rule
    }

    /// Whether the stranger that a finding shows would pass the rule once what the finding names is out of the way.
    private func stranger(_ finding: UnsafeTrust.Finding?) throws -> StrictJSON.Value {
        let text = try #require(finding?.stranger)
        return try StrictJSON.parse(Array(text.utf8))
    }

    @Test("the rules of the example estate and of each preset may be stored")
    func allowed() throws {
        #expect(try TrustRule.check(.gitHub).isEmpty)
        #expect(try TrustRule.check(.gitLab).isEmpty)
        #expect(try TrustRule.check(changed(.kubernetes) { $0.presentations = .untilExpiry }).isEmpty)
        #expect(try TrustRule.check(.development).map(\.code) == [.mutableClaim])
        let deploy = OIDCTrust.rule(
            issuer: "https://localhost:8443/dev/oidc", [("repository", "acme/shop"), ("ref", "refs/heads/main")])
        let warnings = try TrustRule.check(deploy)
        #expect(warnings.map(\.code.rawValue) == ["mutable-claim"])
        #expect(warnings[0].detail.hasPrefix("`repository`, `ref`: names, not ids"))
    }

    @Test(
        "an id binds on a private issuer without a warning",
        arguments: ["project_id", "uid", "/user/uid", "repositoryUuid", "oid"])
    func ids(_ claim: String) throws {
        #expect(try TrustRule.check(.rule(issuer: "https://idp.example", [(claim, "7")])).isEmpty)
        for name in ["valid", "void", "idea", "android", "/uid/name", "grid"] {
            #expect(
                try TrustRule.check(.rule(issuer: "https://idp.example", [(name, "7")])).map(\.code) == [.mutableClaim])
        }
    }

    @Test("T19 a rule without an audience is refused, with a stranger who asked for another service's token")
    func noAudience() throws {
        let found = findings(changed(.gitHub) { $0.audience = "" })
        #expect(found.map(\.field) == ["audience"])
        let stranger = try stranger(found.first)
        #expect(stranger["repository_id"] == .string("456789012"))
        #expect(stranger["aud"] == .string("another-service"))
    }

    @Test(
        "T18 T19 an audience that a workload has without asking, or from the issuer, is refused",
        arguments: [
            (OIDCTrust.gitHub, "https://github.com/acme"), (.gitHub, "https://github.com"),
            (.gitHub, "sts.amazonaws.com"),
            (.gitHub, "https://token.actions.githubusercontent.com"), (.gitHub, "api://AzureADTokenExchange"),
            (.gitLab, "https://gitlab.example.com"), (.gitLab, "https://gitlab.example.com/"),
            (.kubernetes, "https://kubernetes.default.svc"),
            (.kubernetes, "https://kubernetes.default.svc.cluster.local"),
            (.kubernetes, "api"), (.development, "sts.amazonaws.com"),
        ])
    func defaultAudience(_ rule: OIDCTrust, _ audience: String) throws {
        let found = findings(changed(rule) { $0.audience = audience })
        #expect(found.map(\.field) == ["audience"])
        #expect(try stranger(found.first)["aud"] == .string(audience))
    }

    @Test("an audience is visible ASCII without wildcards", arguments: ["ten ure", "t\u{E9}nure", "a\n", "ten*", "*"])
    func malformedAudience(_ audience: String) {
        #expect(fields(changed(.gitHub) { $0.audience = audience }) == ["audience"])
    }

    @Test("T19 a rule without a condition is refused, with anybody as the stranger")
    func noCondition() throws {
        let found = findings(changed(.development) { $0.conditions = [] })
        #expect(found.map(\.field) == ["claims"])
        #expect(try stranger(found.first)["sub"] == .string("anybody-with-an-account"))
        #expect(
            fields(changed(.gitHub) { $0.conditions = [] }) == [
                "claims", "claims.repository_id", "claims.repository_owner_id",
            ])
    }

    @Test(
        "T19 a value that reads as a pattern is refused, with what it would let in",
        arguments: [
            ("ref", "*", "anything"), ("ref", "refs/heads/*", "refs/heads/anything"),
            ("repository", "acme/*", "acme/anything"),
            ("sub", "repo:acme/*:ref:*", "repo:acme/anything:ref:anything"), ("ref", ".*", ".anything"),
            ("ref", "^refs/heads/main$", nil),
            ("ref", "refs/heads/main$", nil), ("ref", "refs/heads/release-?", nil), ("sub", "(a|b)", nil),
            ("ref", "refs/heads/[a-z]", nil),
        ] as [(String, String, String?)])
    func patterns(_ claim: String, _ value: String, _ filled: String?) throws {
        let rule = OIDCTrust.rule(issuer: "https://idp.example", [("project_id", "1"), (claim, value)])
        let found = findings(rule)
        #expect(found.map(\.field) == ["claims." + claim])
        if let filled { #expect(try stranger(found.first)[claim] == .string(filled)) }
    }

    @Test(
        "T19 `/` and `,` and other signs in values are literal and allowed",
        arguments: ["a/b", "a,b", "/", "a?b", "a|b", "é", "50%", "a$b"])
    func literal(_ value: String) {
        #expect(findings(.rule(issuer: "https://idp.example", [("team", value)])) == [])
    }

    @Test(
        "a condition that says nothing or cannot be read is refused",
        arguments: ["iss", "aud", "exp", "nbf", "iat", "jti", "/jti", "", "/", "/a//b", "re*", "a\u{202E}b", "a\nb"])
    func badNames(_ claim: String) {
        #expect(fields(.rule(issuer: "https://idp.example", [("team_id", "1"), (claim, "x")])).count == 1)
    }

    @Test("conditions are bounded, and none stands twice")
    func bounds() {
        let rule = { (count: Int) in OIDCTrust.rule(issuer: "https://idp.example", (0..<count).map { ("c\($0)", "x") })
        }
        #expect(findings(rule(32)) == [])
        #expect(fields(rule(33)) == ["claims"])
        #expect(fields(.rule(issuer: "https://idp.example", [("a", "x"), ("a", "y")])) == ["claims.a"])
        #expect(fields(.rule(issuer: "https://idp.example", [("a", "x"), ("/a", "x")])) == ["claims./a"])
        #expect(fields(.rule(issuer: "https://idp.example", [(String(repeating: "n", count: 129), "x")])).count == 1)
        #expect(fields(.rule(issuer: "https://idp.example", [("a", String(repeating: "v", count: 1025))])).count == 1)
        #expect(fields(.rule(issuer: "https://idp.example", [("a", "")])) == ["claims.a"])
        #expect(fields(.rule(issuer: "https://idp.example", [("a", "x\0")])) == ["claims.a"])
        for count in [0, -1, Int64.max, 10_001] {
            #expect(fields(changed(.development) { $0.presentations = .count(count) }) == ["presentations"])
        }
        #expect(findings(changed(.development) { $0.presentations = .count(10_000) }) == [])
    }

    @Test("T18 T19 GitHub by name alone is refused, with whoever takes the name next")
    func gitHubNames() throws {
        let names = [
            ("repository", "acme/shop"), ("ref", "refs/heads/main"), ("sub", "repo:acme/shop:ref:refs/heads/main"),
        ]
        let rule = OIDCTrust.rule(.github, issuer: "https://token.actions.githubusercontent.com", names)
        let found = findings(rule)
        #expect(found.map(\.field) == ["claims.repository_id", "claims.repository_owner_id"])
        let stranger = try stranger(found.first)
        #expect(stranger["repository"] == .string("acme/shop") && stranger["repository_id"] == .string("999999999"))
        for preset in [nil, OIDCTrust.Preset.github] {
            #expect(
                fields(changed(rule) { $0.preset = preset }).count == 2,
                "the issuer is public, whatever the rule calls it")
        }
        let enterprise = changed(rule) { $0.issuer = "https://token.actions.acme.ghe.com" }
        #expect(fields(changed(enterprise) { $0.preset = nil }).count == 2)
        #expect(fields(changed(rule) { $0.issuer = "https://github.acme.example/_services/token" }).count == 2)
        for missing in 0..<2 {
            let one = changed(.gitHub) { $0.conditions.remove(at: missing) }
            #expect(fields(one) == [["claims.repository_id"], ["claims.repository_owner_id"]][missing])
        }
    }

    @Test("T18 GitLab by name alone, or a branch that is not said to be protected, is refused")
    func gitLabNames() throws {
        let rule = OIDCTrust.rule(
            .gitlab, issuer: "https://gitlab.example.com", [("project_path", "acme/shop"), ("ref", "main")])
        #expect(fields(rule) == ["claims.project_id", "claims.namespace_id", "claims.ref_protected"])
        #expect(fields(changed(rule) { $0.preset = nil }) == [], "a private issuer")
        #expect(fields(changed(rule) { ($0.preset, $0.issuer) = (nil, "https://gitlab.com") }).count == 3)
        let branch = findings(changed(.gitLab) { $0.conditions.removeLast() })
        #expect(branch.map(\.field) == ["claims.ref_protected"])
        #expect(try stranger(branch.first)["ref_protected"] == .string("false"))
        let path = OIDCTrust.rule(
            .gitlab, issuer: "https://gitlab.example.com",
            [("project_id", "1"), ("namespace_id", "2"), ("ref_path", "refs/heads/main")])
        #expect(fields(path) == ["claims.ref_protected"])
    }

    @Test("T18 Kubernetes by names is refused, with the service account of a namespace made again")
    func kubernetesNames() throws {
        let rule = OIDCTrust.rule(
            .kubernetes, issuer: "https://kubernetes.default.svc.cluster.local",
            [("sub", "system:serviceaccount:shop:checkout")])
        let found = findings(rule)
        #expect(found.map(\.field) == ["claims.kubernetes.io/namespace", "claims.kubernetes.io/serviceaccount/uid"])
        let uid = StrictJSON.Value.string("00000000-0000-4000-8000-000000000000")
        #expect(try stranger(found.last)["kubernetes.io"]?["serviceaccount"]?["uid"] == uid)
        // The pointer form of the same names binds too.
        let pointer = OIDCTrust.rule(
            .kubernetes, issuer: "https://kubernetes.default.svc.cluster.local",
            [
                ("/kubernetes.io/namespace", "shop"),
                ("/kubernetes.io/serviceaccount/uid", "1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"),
            ])
        #expect(findings(pointer) == [])
    }

    @Test(
        "T19 other public issuers need their ids too",
        arguments: [
            ("https://accounts.google.com", "email", "sub"),
            ("https://agent.buildkite.com", "pipeline_slug", "pipeline_id"),
            ("https://oidc.circleci.com/org/1f2e", "oidc.circleci.com/vcs-origin", "oidc.circleci.com/project-id"),
            ("https://login.microsoftonline.com/7/v2.0", "preferred_username", "oid"),
            ("https://app.terraform.io", "terraform_workspace_name", "terraform_workspace_id"),
        ])
    func publicIssuers(_ issuer: String, _ name: String, _ id: String) throws {
        let found = findings(.rule(issuer: issuer, [(name, "x")]))
        #expect(found.count == 1)
        #expect(try stranger(found.first)[name] == .string("x"))
        let binding = try #require(PublicIssuer.of(issuer)?.bindings.first)
        #expect(binding.contains(id))
        #expect(findings(.rule(issuer: issuer, binding.map { ($0, "x") })) == [])
        #expect(
            findings(.rule(issuer: issuer.uppercased().replacing("HTTPS", with: "https"), [(name, "x")])).count == 1)
    }

    @Test(
        "a value that the issuer never sends is refused when it is written, not at the first login",
        arguments: [
            (OIDCTrust.gitHub, "repository_id", .number(456_789_012)), (.gitHub, "repository_id", .text("acme")),
            (.gitHub, "ref", .text("main")),
            (.gitHub, "actor_id", .number(1)), (.gitLab, "project_id", .number(20)),
            (.gitLab, "ref_protected", .flag(true)),
            (.gitLab, "ref_protected", .text("yes")),
            (.kubernetes, "kubernetes.io/serviceaccount/uid", .text("checkout")),
        ] as [(OIDCTrust, String, ClaimCondition.Value)])
    func neverSent(_ rule: OIDCTrust, _ claim: String, _ value: ClaimCondition.Value) {
        let changed = changed(rule) { rule in
            rule.conditions.removeAll { $0.claim == claim }
            rule.conditions.append(ClaimCondition(claim: claim, value: value))
        }
        #expect(fields(changed) == ["claims." + claim])
    }

    @Test(
        "an issuer is an https address",
        arguments: [
            "", "issuer", "http://idp.example", "https://idp.example?x", "https://a@b", "kubernetes/serviceaccount",
        ])
    func badIssuer(_ issuer: String) {
        #expect(fields(.rule(issuer: issuer, [("team", "x")])) == ["issuer.url"])
    }

    @Test("a preset is for its own issuer")
    func foreignPreset() {
        #expect(fields(changed(.gitLab) { $0.issuer = "https://accounts.google.com" }) == ["preset"])
        #expect(
            fields(changed(.gitLab) { $0.issuer = "https://token.actions.githubusercontent.com" }).contains("preset"))
    }

    @Test("T16 where keys come from is checked when the rule is written")
    func keySources() async throws {
        let base = OIDCTrust.rule(issuer: "https://idp.example", [("team_id", "1")])
        #expect(fields(changed(base) { $0.keys = .url("http://idp.example/jwks") }) == ["issuer.jwks"])
        #expect(fields(changed(base) { $0.keys = .url("https://169.254.169.254/") }) == ["issuer.jwks"])
        #expect(fields(changed(base) { $0.keys = .url("https://10.0.0.1/") }) == ["issuer.jwks"])
        #expect(fields(changed(base) { ($0.keys, $0.networks) = (.url("https://10.0.0.1/"), ["10.0.0.0/8"]) }) == [])
        #expect(fields(changed(base) { $0.issuer = "https://10.0.0.1" }) == ["issuer.jwks"])
        #expect(fields(changed(base) { $0.networks = ["10.0.0.1/8"] }) == ["issuer.networks"])
        #expect(fields(changed(base) { $0.networks = ["0.0.0.0/0"] }) == ["issuer.networks"])
        #expect(
            fields(changed(base) { $0.networks = Array(repeating: "10.0.0.0/8", count: 33) }) == ["issuer.networks"])
        let issuer = try await TestIssuer.es256()
        func fixed(_ bytes: [UInt8]) -> OIDCTrust {
            changed(base) { $0.keys = .fixed(String(decoding: bytes, as: UTF8.self)) }
        }
        #expect(findings(fixed(issuer.set())) == [])
        #expect(fields(fixed(Array("{}".utf8))) == ["issuer.jwks"])
        #expect(fields(fixed(issuer.set(issuer.jwk))) == ["issuer.jwks"])
        let secret = issuer.jwk.with("d", value: .string("AAAA")).with("kid", value: .string("key-2"))
        #expect(fields(fixed(issuer.set(secret))) == ["issuer.jwks"])
        #expect(
            try TrustRule.check(changed(.gitHub) { $0.keys = .url("https://keys.example/") }).map(\.code) == [
                .foreignKeys
            ])
    }

    @Test("everything that is wrong is said at once, and in visible ASCII")
    func all() {
        let rule = OIDCTrust.rule(
            .github, issuer: "http://a", audience: "", [("ref", "*\u{1F600}"), ("x\u{1B}", "y")],
            presentations: .count(0))
        let error = UnsafeTrust(findings: findings(rule))
        #expect(
            error.findings.map(\.field) == [
                "issuer.url", "audience", "claims.ref", "claims.x\\u{1b}", "claims.repository_id",
                "claims.repository_owner_id",
                "presentations",
            ])
        #expect(error.description.utf8.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A })
    }
}
