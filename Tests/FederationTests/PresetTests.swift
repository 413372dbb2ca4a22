internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import Federation

/// The shape of one issuer's tokens, with the rule that accepts them.
private struct TokenShape: Sendable, CustomTestStringConvertible {
    let vector: String
    let rule: OIDCTrust
    let instance: String
    /// Every claim that the rule or the preset looks at, as a path of names.
    let bound: [[String]]
    var testDescription: String { vector }
}

@Suite("Presets")
struct PresetTests {
    private static let shapes = [
        TokenShape(
            vector: "github-push", rule: .gitHub, instance: "9876543210.1",
            bound: [["repository_id"], ["repository_owner_id"], ["ref"], ["event_name"]]),
        TokenShape(
            vector: "github-environment-ids", rule: .gitHub, instance: "9876543211.2",
            bound: [["repository_id"], ["repository_owner_id"], ["ref"], ["event_name"]]),
        TokenShape(
            vector: "gitlab-branch", rule: .gitLab, instance: "302",
            bound: [["project_id"], ["namespace_id"], ["ref"], ["ref_protected"], ["ref_type"]]),
        TokenShape(
            vector: "kubernetes-projected", rule: .kubernetes, instance: "9a0b1c2d-3e4f-5061-7283-94a5b6c7d8e9",
            bound: [["kubernetes.io", "namespace"], ["kubernetes.io", "serviceaccount", "uid"]]),
    ]

    private func judge(_ claims: StrictJSON.Value, _ rule: OIDCTrust) async throws -> TokenJudgement {
        let token = try await TestIssuer.es256().verified(claims, for: rule)
        return TokenJudgement(token, for: try .of(rule), now: ClaimVector.now)
    }

    private func failures(_ claims: StrictJSON.Value, _ rule: OIDCTrust) async throws -> [String] {
        try await judge(claims, rule).failures.map(\.name)
    }

    @Test("each preset's token is accepted by its rule, and names its run", arguments: shapes)
    private func accepts(_ shape: TokenShape) async throws {
        let judgement = try await judge(ClaimVector.value(shape.vector), shape.rule)
        #expect(judgement.failures.isEmpty)
        #expect(judgement.proof?.instance == shape.instance)
        #expect(throws: Never.self) { try TrustRule.check(shape.rule) }
    }

    @Test("a token is refused with any claim that counts changed, of another type, or missing", arguments: shapes)
    private func oneClaimChanged(_ shape: TokenShape) async throws {
        let whole = try ClaimVector.value(shape.vector)
        for path in shape.bound {
            for value: StrictJSON.Value? in [.string("x"), .integer(456_789_012), .null, .array([]), nil] {
                // A changed `project_id` is also another than where the job runs.
                let failed = try await failures(Self.change(whole, path, value), shape.rule)
                #expect(failed.filter { $0 != "job_project_id" } == [path.joined(separator: "/")])
            }
        }
        let own: [(String, StrictJSON.Value?, String)] = [
            ("iss", .string("https://issuer.example"), "issuer"), ("aud", .string("tenure2"), "audience"),
            ("aud", nil, "audience"), ("exp", .integer(1_795_442_400), "exp"), ("exp", nil, "exp"),
            ("nbf", .integer(1_795_442_521), "nbf"), ("iat", .integer(1_795_442_521), "iat"),
        ]
        for (name, value, bound) in own {
            #expect(try await failures(whole.with(name, value: value), shape.rule) == [bound])
        }
    }

    @Test("what no rule looks at may be anything", arguments: shapes)
    private func unboundClaims(_ shape: TokenShape) async throws {
        let whole = try ClaimVector.value(shape.vector)
        for name in [
            "sub", "repository", "repository_owner", "actor", "project_path", "user_login", "sha", "unheard-of",
        ] {
            #expect(try await failures(whole.with(name, value: .string("anything")), shape.rule) == [])
        }
    }

    private static func change(_ whole: StrictJSON.Value, _ path: [String], _ value: StrictJSON.Value?)
        -> StrictJSON.Value
    {
        switch path.count {
        case 1: whole.with(path[0], value: value)
        case 2: whole.with(path[0], path[1], value: value)
        default: whole.with(path[0], path[1], path[2], value: value)
        }
    }

    // MARK: GitHub

    @Test("T18 a repository made again under the old name has other ids and is refused")
    func recreatedRepository() async throws {
        let push = try ClaimVector.value("github-push")
        #expect(
            try await failures(push.with("repository_id", value: .string("999999999")), .gitHub) == ["repository_id"])
        let transferred = push.with("repository_owner_id", value: .string("888888888"))
        #expect(try await failures(transferred, .gitHub) == ["repository_owner_id"])
        // Renamed: the same repository under another name keeps its access.
        #expect(try await failures(push.with("repository", value: .string("acme/store")), .gitHub) == [])
    }

    @Test("T18 `sub` is never parsed: an owner named like an id gains nothing")
    func subject() async throws {
        let push = try ClaimVector.value("github-push")
            .with("sub", value: .string("repo:acme-123456/shop@456789012:ref:refs/heads/main"))
            .with("repository_owner", value: .string("acme-123456"))
            .with("repository_owner_id", value: .string("777"))
        #expect(try await failures(push, .gitHub) == ["repository_owner_id"])
    }

    @Test("T18 `pull_request_target` from a fork is refused under the repository's own ids")
    func pullRequestTarget() async throws {
        let fork = try ClaimVector.value("github-fork-pull-request")
        #expect(try await failures(fork, .gitHub) == ["ref", "event_name"])
        #expect(try await failures(fork.with("ref", value: .string("refs/heads/main")), .gitHub) == ["event_name"])
    }

    @Test(
        "T18 events that a stranger can cause are refused unless the rule names them",
        arguments: [
            "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment",
            "issue_comment", "issues",
            "discussion", "discussion_comment", "workflow_run", "fork", "watch", "gollum", "status", "check_run", "",
            "Push",
            "an-event-of-next-year",
        ])
    func outsideEvents(_ event: String) async throws {
        let push = try ClaimVector.value("github-push").with("event_name", value: .string(event))
        #expect(try await failures(push, .gitHub) == ["event_name"])
        var unnamed = OIDCTrust.gitHub
        unnamed.preset = nil
        #expect(
            try await failures(push, unnamed) == ["event_name"], "the issuer is GitHub's, whatever the rule calls it")
        guard !event.isEmpty else { return }
        var named = OIDCTrust.gitHub
        named.conditions.append(ClaimCondition(claim: "event_name", value: .text(event)))
        #expect(try await failures(push, named) == [])
        #expect(try TrustRule.check(named).map(\.code) == [.outsideEvent])
    }

    @Test("T18 a tag called `main` is not the branch")
    func tag() async throws {
        let push = try ClaimVector.value("github-push")
        for ref in ["refs/tags/main", "refs/heads/main/", "main", "refs/heads/Main", "refs/heads/main\u{301}"] {
            #expect(try await failures(push.with("ref", value: .string(ref)), .gitHub) == ["ref"])
        }
        let branch = try ClaimVector.value("gitlab-branch")
        #expect(try await failures(branch.with("ref_type", value: .string("tag")), .gitLab) == ["ref_type"])
    }

    // MARK: GitLab

    @Test("T18 an unprotected ref of GitLab is refused unless the rule says so")
    func unprotectedRef() async throws {
        let open = try ClaimVector.value("gitlab-branch").with("ref_protected", value: .string("false"))
        var anyRef = OIDCTrust.gitLab
        anyRef.conditions.removeLast(2)
        #expect(try await failures(open, anyRef) == ["ref_protected"])
        #expect(try await failures(open.with("ref_protected", value: .flag(true)), anyRef) == ["ref_protected"])
        anyRef.conditions.append(ClaimCondition(claim: "ref_protected", value: .text("false")))
        #expect(try await failures(open, anyRef) == [])
        #expect(try TrustRule.check(anyRef).map(\.code) == [.unprotectedRef, .anyBranch])
    }

    @Test("T18 a merge request's pipeline that names the fork is refused")
    func fork() async throws {
        let fork = try ClaimVector.value("gitlab-branch").with("job_project_id", value: .string("21"))
        #expect(try await failures(fork, .gitLab) == ["job_project_id"])
        #expect(try await failures(fork.with("job_project_id", value: nil), .gitLab) == [])
        let other = try ClaimVector.value("gitlab-branch").with("project_id", value: .string("21"))
        #expect(try await failures(other, .gitLab) == ["project_id", "job_project_id"])
    }

    // MARK: Kubernetes

    @Test("T18 a namespace that was made again has another service account uid, and a token without `exp` is refused")
    func recreatedNamespace() async throws {
        let token = try ClaimVector.value("kubernetes-projected")
        let uid = StrictJSON.Value.string("ffffffff-5b6a-7988-a7b6-c5d4e3f2a1b0")
        let again = token.with("kubernetes.io", "serviceaccount", "uid", value: uid)
        #expect(try await failures(again, .kubernetes) == ["kubernetes.io/serviceaccount/uid"])
        // A claim of this name at the top is not the nested one.
        let planted = again.with(
            "kubernetes.io/serviceaccount/uid", value: .string("1f2e3d4c-5b6a-7988-a7b6-c5d4e3f2a1b0"))
        #expect(try await failures(planted, .kubernetes) == ["kubernetes.io/serviceaccount/uid"])
        #expect(try await failures(token.with("exp", value: nil), .kubernetes) == ["exp"])
    }

    // MARK: Runs

    @Test("a run is named by ids of the right form alone")
    func instances() async throws {
        func instance(_ claims: StrictJSON.Value, _ rule: OIDCTrust) async throws -> String? {
            try #require(try await judge(claims, rule).proof).instance
        }
        let push = try ClaimVector.value("github-push")
        #expect(try await instance(push.with("run_id", value: nil), .gitHub) == nil)
        #expect(try await instance(push.with("run_attempt", value: .integer(1)), .gitHub) == nil)
        #expect(try await instance(push.with("run_id", value: .string("1.2")), .gitHub) == nil)
        #expect(try await instance(push.with("run_id", value: .string("٣")), .gitHub) == nil)
        #expect(
            try await instance(push.with("run_id", value: .string(String(repeating: "1", count: 21))), .gitHub) == nil)
        let job = try ClaimVector.value("gitlab-branch")
        #expect(try await instance(job.with("job_id", value: .string("302\n")), .gitLab) == nil)
        let pod = try ClaimVector.value("kubernetes-projected")
        #expect(try await instance(pod.with("kubernetes.io", "pod", value: nil), .kubernetes) == nil)
        let upper = StrictJSON.Value.string("9A0B1C2D-3E4F-5061-7283-94A5B6C7D8E9")
        #expect(try await instance(pod.with("kubernetes.io", "pod", "uid", value: upper), .kubernetes) == nil)
    }

    @Test("T17 one token may be presented 20 times by CI, until it ends by a pod, and else once")
    func presentations() async throws {
        #expect(PresentationLimit.standard(for: .github) == .count(20))
        #expect(PresentationLimit.standard(for: .gitlab) == .count(20))
        #expect(PresentationLimit.standard(for: .kubernetes) == .untilExpiry)
        #expect(PresentationLimit.standard(for: nil) == .once)
        var rule = OIDCTrust.gitHub
        rule.presentations = .count(7)
        #expect(try await judge(ClaimVector.value("github-push"), rule).proof?.presentations == .count(7))
    }
}
