internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Roles and approval")
struct ApprovalTests {
    /// An installation where `reviewer` is held by person/backup and `release-token` waits for workload/deploy.
    private static func withReviewer(_ person: String = "person/backup") async throws -> TestInstallation {
        let installation = try await TestInstallation.start()
        try await installation.entitle(person, to: "reviewer")
        return installation
    }

    private static func approve(
        _ installation: TestInstallation, _ id: EntitlementID, version: Int64?, by caller: AuthenticatedCaller
    ) async throws -> Entitlement {
        try await installation.broker.decide(
            .approve, on: id, expectedVersion: version, by: caller, in: try installation.call()
        ).0
    }

    /// Of a person who is in no team, with a role.
    private static func newcomer(_ installation: TestInstallation, _ name: String, role: String) async throws {
        var desired = DesiredState()
        desired.identities = [DesiredIdentity(path: "", kind: .person, name: try Name(name))]
        desired.trusts = [try installation.trust(of: "person/" + name, subject: name)]
        _ = try await installation.broker.change(
            to: desired, as: .identityWrite, by: try await installation.caller("admin"), in: try installation.call())
        try await installation.entitle("person/" + name, to: role)
    }

    @Test("while one administrator lives, policy stands as the approver of a role; then it waits for another")
    func firstAdministrator() async throws {
        let installation = try await TestInstallation.start()
        let reviewer = try await installation.entitle("person/backup", to: "reviewer")
        #expect(reviewer.state == .active && reviewer.approver == .policy("first-administrator"))
        try await installation.entitle("person/owner", to: "admin")
        let auditor = try await installation.entitle("person/backup", to: "auditor")
        #expect(auditor.state == .requested && auditor.approver == nil)
    }

    @Test("T42 who leaves a team after asking does not thereby let its members approve")
    func leftTheTeam() async throws {
        let installation = try await TestInstallation.start()
        try await Self.newcomer(installation, "dave", role: "reviewer")
        func set(_ members: [String]) async throws {
            var team = DesiredIdentity(path: "", kind: .team, name: try Name("release"))
            team.members = try members.map { try ObjectReference($0) }
            var desired = DesiredState()
            desired.identities = [team]
            _ = try await installation.broker.change(
                to: desired, as: .identityWrite, by: try await installation.caller("admin"),
                in: try installation.call())
        }
        try await set(["person/admin", "person/dave"])
        let dave = try await installation.caller("dave")
        let waiting = try await installation.entitle(
            "workload/checkout", to: "release-token", by: try await installation.caller("admin"))
        #expect(waiting.state == .requested)
        try await set(["person/dave"])
        await expectRefused(.denied) {
            _ = try await Self.approve(installation, waiting.id, version: waiting.version, by: dave)
        }
        #expect(try installation.entitlement("workload/checkout", "release-token").state == .requested)
        // Whoever is not in that team approves.
        try await set(["person/owner"])
        #expect(
            try await Self.approve(installation, waiting.id, version: waiting.version, by: dave).state == .active)
    }

    @Test(
        "T42 an entitlement that asks for another is approved by neither granter nor owner nor a member of their team")
    func other() async throws {
        let installation = try await TestInstallation.start()
        try await Self.newcomer(installation, "carol", role: "reviewer")
        let waiting = try installation.entitlement("workload/deploy", "release-token")
        #expect(waiting.state == .requested)
        // The administrator asked for it; the owner owns it.
        for (name, code) in [("admin", RefusalCode.denied), ("owner", .denied)] {
            await expectRefused(code, because: name) {
                _ = try await Self.approve(
                    installation, waiting.id, version: waiting.version, by: try await installation.caller(name))
            }
        }
        let approved = try await Self.approve(
            installation, waiting.id, version: waiting.version, by: try await installation.caller("carol"))
        #expect(approved.state == .active)
        #expect(approved.approver == .identity(try installation.identity("person/carol").id))
        _ = try await installation.token(
            try await installation.caller("deploy"), profile: "release-token", audience: "releases")
    }

    @Test("T42 a member of the owning team, or of the granter's, approves nothing either")
    func teams() async throws {
        let installation = try await Self.withReviewer()
        let waiting = try await installation.entitle("workload/assistant", to: "release-token")
        // person/backup reviews, and is in the team that owns the assistant.
        await expectRefused(.denied) {
            _ = try await Self.approve(
                installation, waiting.id, version: waiting.version, by: try await installation.caller("backup"))
        }
        // person/owner asks; person/backup is in a team with them.
        let asked = try await installation.entitle(
            "workload/checkout", to: "release-token", by: try await installation.caller("owner"))
        await expectRefused(.denied) {
            _ = try await Self.approve(
                installation, asked.id, version: asked.version, by: try await installation.caller("backup"))
        }
    }

    @Test("T42 approval of one version is not approval of the next, nor of whichever there is")
    func versions() async throws {
        let installation = try await TestInstallation.start()
        try await Self.newcomer(installation, "carol", role: "reviewer")
        let carol = try await installation.caller("carol")
        let seen = try installation.entitlement("workload/deploy", "release-token")
        try await installation.amend("workload/deploy", "release-token", by: try await installation.caller("owner")) {
            $0.constraints.lifetimeSeconds = 3_600
        }
        await expectRefused(.stale) {
            _ = try await Self.approve(installation, seen.id, version: seen.version, by: carol)
        }
        await expectRefused(.invalid) { _ = try await Self.approve(installation, seen.id, version: nil, by: carol) }
        let approved = try await Self.approve(installation, seen.id, version: seen.version + 1, by: carol)
        #expect(approved.version == seen.version + 2 && approved.state == .active)
        try await installation.amend("workload/deploy", "release-token", by: try await installation.caller("owner")) {
            $0.constraints.lifetimeSeconds = nil
        }
        #expect(try installation.entitlement("workload/deploy", "release-token").state == .requested)
        await expectRefused(.notApproved) {
            _ = try await installation.token(
                try await installation.caller("deploy"), profile: "release-token", audience: "releases")
        }
    }

    @Test("T42 who may only approve does not change the terms by it")
    func reviewerAmends() async throws {
        let installation = try await TestInstallation.start()
        // The profile asks for nobody's approval any more, while an entitlement to it still waits.
        var profile = try #require(try EstateFiles.profiles().first { $0.name.text == "release-token" })
        profile.approval = .none
        var desired = DesiredState()
        desired.profiles = [profile]
        _ = try await installation.broker.change(
            to: desired, as: .profileWrite, by: try await installation.caller("admin"), in: try installation.call())
        try await Self.newcomer(installation, "carol", role: "reviewer")
        await expectRefused(.denied, .notFound) {
            try await installation.amend(
                "workload/deploy", "release-token", by: try await installation.caller("carol")
            ) { $0.constraints.lifetimeSeconds = 3_600 }
        }
    }

    @Test(
        "T42 nobody asks for a role for themselves, a team of theirs or a program of theirs",
        arguments: [
            "person/owner", "team/platform", "workload/deploy",
        ])
    func selfRaise(_ holder: String) async throws {
        let installation = try await TestInstallation.start()
        for role in ["admin", "reviewer", "team-admin"] {
            await expectRefused(.denied, .notFound, because: role) {
                try await installation.entitle(holder, to: role, by: try await installation.caller("owner"))
            }
        }
    }

    @Test("T42 a team's administrator works on the team's things, and raises nobody")
    func teamAdministrator() async throws {
        let installation = try await TestInstallation.start()
        try await installation.entitle(
            "person/backup", to: "team-admin", constraints: EntitlementConstraints(names: ["platform"]))
        let backup = try await installation.caller("backup")
        func apply(_ lists: String) async throws {
            let plan = try await installation.broker.plan(
                try EstateTests.estate(lists), by: backup, in: try installation.call())
            _ = try await installation.broker.apply(
                try #require(plan.id), by: backup, in: try installation.call())
        }
        try await apply(
            "workloads: [{name: helper, class: service, owner: team/platform, purpose: H, environment: production}]")
        // With all that it needs, in one estate.
        try await apply(
            """
            workloads:
              - {name: second, class: service, owner: team/platform, purpose: S, environment: production}
            trusts:
              - name: second-ci
                workload: second
                issuer: {url: "\(TestIssuer.url)"}
                audience: tenure
                claims: {sub: second}
            entitlements:
              - {identity: workload/second, profile: ci-token, justification: J, constraints: {scopes: [pull]}}
            """)
        _ = try await installation.token(try await installation.presenting("second"))
        let refused = [
            "workloads: [{name: mine, class: service, owner: person/backup, purpose: M, environment: production}]",
            "workloads: [{name: deploy, class: ci_job, owner: team/platform, purpose: M, environment: production}]",
            "workloads: [{name: assistant, class: ai_agent, owner: person/backup, purpose: M"
                + ", environment: production}]",
            "people: [{name: mallory}]", "teams: [{name: second, members: [backup]}]",
            "entitlements: [{identity: person/backup, profile: admin, justification: J}]",
            "entitlements: [{identity: team/platform, profile: admin, justification: J}]",
            "entitlements: [{identity: workload/assistant, profile: reviewer, justification: J}]",
            "entitlements: [{identity: workload/deploy, profile: ci-token, justification: J, "
                + "constraints: {scopes: [pull]}}]",
        ]
        let size = installation.broker.snapshot.size
        for lists in refused {
            await expectRefused(.denied, .notFound, because: lists) { try await apply(lists) }
        }
        #expect(installation.broker.snapshot.size == size)
    }

    @Test("T7 a stranger learns neither that an entitlement is there nor its version")
    func strangers() async throws {
        let installation = try await TestInstallation.start()
        let deploy = try installation.entitlement("workload/deploy", "release-token")
        let checkout = try await installation.caller("assistant")
        for id in [deploy.id, EntitlementID(high: 0x7000, low: 1 << 63)] {
            for version in [1, 7] as [Int64] {
                let error = await expectRefused(.notFound) {
                    _ = try await Self.approve(installation, id, version: version, by: checkout)
                }
                guard case .notFound(let detail)? = error else {
                    Issue.record("another answer: \(String(describing: error))")
                    continue
                }
                #expect(detail == "no entitlement/" + id.text)
            }
        }
    }
}
