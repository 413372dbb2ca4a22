internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureAPI
internal import TenureModel
internal import Testing

@Suite("Estates")
struct EstateTests {
    static func estate(_ lists: String) throws -> EstateDocument {
        try EstateFiles.estate("apiVersion: tenure/1\nestate: more\n" + lists)
    }

    private static let mallory = """
        people: [{name: mallory}]
        workloads:
          - {name: build, class: ci_job, owner: person/mallory, purpose: Builds, environment: production}
        """

    @Test("a plan changes nothing, and applying it does exactly what it shows")
    func planAndApply() async throws {
        let installation = try await TestInstallation.start()
        let admin = try await installation.caller("admin")
        let size = installation.broker.snapshot.size
        let plan = try await installation.broker.plan(
            try Self.estate(Self.mallory), by: admin, in: try installation.call())
        #expect(installation.broker.snapshot.size == size)
        #expect(plan.outcome.changes.map(\.object) == ["person/mallory", "workload/build"])
        let owner = try #require(plan.outcome.changes.last?.fields.first { $0.field == "owner" })
        #expect(owner.to == "person/mallory")
        let applied = try await installation.broker.apply(
            try #require(plan.id), by: admin, in: try installation.call())
        #expect(applied.outcome.changes.map(\.fields) == plan.outcome.changes.map(\.fields))
        #expect(
            try installation.identity("workload/build").workload?.owner == installation.identity("person/mallory").id)
        #expect(installation.broker.snapshot.size == size + 2)
    }

    @Test("a trust that fits the tokens of another identity's trust cannot be stored, nor brought about by a change")
    func equalTrust() async throws {
        let installation = try await TestInstallation.start()
        func store(_ trusts: DesiredTrust...) async throws {
            var desired = DesiredState()
            desired.trusts = trusts
            _ = try await installation.broker.change(
                to: desired, as: .trustWrite, by: try await installation.caller("admin"), in: try installation.call())
        }
        let equal = try installation.trust(of: "workload/checkout", subject: "owner", name: "stolen")
        await expectRefused(.conflict) { try await store(equal) }
        let other = try installation.trust(of: "workload/checkout", subject: "nobody", name: "stolen")
        let twin = try installation.trust(of: "workload/assistant", subject: "nobody", name: "twin")
        await expectRefused(.conflict) { try await store(other, twin) }
        try await store(other)
        await expectRefused(.conflict) { try await store(equal) }
        // The same identity may have it twice, and an ended one is in nobody's way.
        try await store(try installation.trust(of: "person/owner", subject: "owner", name: "again"))
        var ended = other
        ended.state = .ended
        try await store(ended)
        try await store(twin)
    }

    @Test("the example estate, applied again, changes nothing")
    func again() async throws {
        let installation = try await TestInstallation.start()
        let plan = try await installation.broker.plan(
            try EstateFiles.estate(), by: try await installation.caller("admin"), in: try installation.call())
        #expect(plan.outcome.changes.isEmpty)
    }

    @Test("a dry run shows what applying does, and keeps no plan")
    func dryRun() async throws {
        let installation = try await TestInstallation.start()
        let plan = try await installation.broker.plan(
            try Self.estate(Self.mallory), by: try await installation.caller("admin"),
            in: try installation.call(isDryRun: true))
        #expect(plan.id == nil && plan.outcome.recorded == nil)
        #expect(plan.outcome.changes.count == 2)
    }

    @Test("T36 a plan whose facts changed is stale, and nothing of it is done")
    func stale() async throws {
        let installation = try await TestInstallation.start()
        let admin = try await installation.caller("admin")
        let text = Self.mallory.replacing("person/mallory", with: "person/backup")
        let plan = try await installation.broker.plan(try Self.estate(text), by: admin, in: try installation.call())
        _ = try await installation.broker.plan(
            try Self.estate("people: [{name: mallory}]"), by: admin, in: try installation.call())
        var desired = DesiredState()
        desired.identities = [DesiredIdentity(path: "", kind: .person, name: try Name("mallory"))]
        _ = try await installation.broker.change(
            to: desired, as: .identityWrite, by: admin, in: try installation.call())
        let size = installation.broker.snapshot.size
        await expectRefused(.stale) {
            _ = try await installation.broker.apply(
                try #require(plan.id), by: admin, in: try installation.call())
        }
        #expect(installation.broker.snapshot.size == size)
    }

    @Test("a plan is of who made it, and ends after an hour")
    func planBounds() async throws {
        let installation = try await TestInstallation.start()
        let admin = try await installation.caller("admin")
        let id = try #require(
            try await installation.broker.plan(
                try Self.estate(Self.mallory), by: admin, in: try installation.call()
            ).id)
        await expectRefused(.notFound) {
            _ = try await installation.broker.apply(
                id, by: try await installation.caller("owner"), in: try installation.call())
        }
        installation.clock.advance(seconds: 3_600)
        await expectRefused(.expiredPlan) {
            _ = try await installation.broker.apply(
                id, by: try await installation.caller("admin"), in: try installation.call())
        }
    }

    @Test(
        "all of an estate or nothing",
        arguments: [
            "people: [{name: mallory}]\nworkloads: [{name: b, class: ci_job, "
                + "owner: person/nobody, purpose: B, environment: production}]",
            "people: [{name: mallory}, {name: mallory}]",
            "people: [{name: mallory}]\nworkloads: [{name: checkout, class: service, "
                + "owner: person/owner, purpose: P, environment: staging}]",
            "people: [{name: mallory}]\nentitlements: [{identity: person/mallory, profile: none, justification: J}]",
        ])
    func allOrNothing(_ lists: String) async throws {
        let installation = try await TestInstallation.start()
        let size = installation.broker.snapshot.size
        await expectRefused(.invalid, .conflict) {
            _ = try await installation.broker.plan(
                try Self.estate(lists), by: try await installation.caller("admin"), in: try installation.call())
        }
        let after = try await installation.broker.ledger.entries(from: size, limit: 10)
        #expect(after.count <= 1, "the login alone")
    }

    @Test("a workload without a living owner is refused", arguments: [IdentityState.suspended, .ended])
    func livingOwner(_ state: IdentityState) async throws {
        let installation = try await TestInstallation.start()
        if state == .suspended {
            try await installation.setState("person/backup", .suspended)
        } else {
            _ = try await installation.broker.offboard(
                try ObjectReference("person/backup"), to: nil, reason: .unspecified,
                by: try await installation.caller("admin"), in: try installation.call())
        }
        let lists =
            "workloads: [{name: b, class: ci_job, owner: person/backup, purpose: B, environment: production}]"
        await expectRefused(.noLivingOwner) {
            _ = try await installation.broker.plan(
                try Self.estate(lists), by: try await installation.caller("admin"), in: try installation.call())
        }
    }

    @Test("an entitlement to a profile of another environment is refused")
    func environments() async throws {
        let installation = try await TestInstallation.start()
        let lists = """
            workloads: [{name: b, class: ci_job, owner: person/owner, purpose: B, environment: staging}]
            entitlements: [{identity: workload/b, profile: ci-token, justification: J}]
            """
        await expectRefused(.conflict) {
            _ = try await installation.broker.plan(
                try Self.estate(lists), by: try await installation.caller("admin"), in: try installation.call())
        }
    }

    @Test("T19 a trust that lets strangers in is refused, and one who would have got in is shown")
    func unsafeTrust() async throws {
        let installation = try await TestInstallation.start()
        let lists = """
            trusts:
              - name: open
                workload: deploy
                preset: github
                audience: tenure
                claims: {repository: acme/shop}
            """
        let error = await expectRefused(.unsafeTrust) {
            _ = try await installation.broker.plan(
                try Self.estate(lists), by: try await installation.caller("admin"), in: try installation.call())
        }
        guard case .unsafeTrust(let path, let reasons)? = error else { return }
        #expect(path == "trusts[0]")
        #expect(reasons.contains { $0.contains("a stranger with these claims would have got in") })
        #expect(installation.broker.snapshot.trust(named: try Name("open")) == nil)
    }

    @Test("a condition that is taken out of a trust, and other keys, stand in the plan")
    func loosened() async throws {
        let installation = try await TestInstallation.start()
        let lists = """
            trusts:
              - name: deploy-dev
                workload: deploy
                issuer: {url: "\(TestIssuer.url)", jwks: {url: "https://elsewhere.example/keys"}}
                audience: tenure
                claims: {repository: acme/shop}
            """
        let plan = try await installation.broker.plan(
            try Self.estate(lists), by: try await installation.caller("admin"), in: try installation.call())
        let fields = try #require(plan.outcome.changes.first).fields
        let ref = try #require(fields.first { $0.field == "claims.ref" })
        #expect(ref.from == "refs/heads/main" && ref.to == nil)
        #expect(fields.contains { $0.field == "issuer.jwks" && $0.to == "https://elsewhere.example/keys" })
    }

    @Test("an audience belongs to one environment")
    func audiences() async throws {
        let installation = try await TestInstallation.start()
        var profile = try #require(try EstateFiles.profiles().first { $0.name.text == "ci-token" })
        profile.name = try Name("staging-token")
        profile.environment = try Name("staging")
        var desired = DesiredState()
        desired.profiles = [profile]
        await expectRefused(.conflict) {
            _ = try await installation.broker.change(
                to: desired, as: .profileWrite, by: try await installation.caller("admin"), in: try installation.call())
        }
    }

    @Test(
        "T7 planning tells a stranger nothing of what is there",
        arguments: [
            "people: [{name: admin}]", "people: [{name: nobody}]",
            "workloads: [{name: checkout, class: service, owner: person/owner, "
                + "backup_owner: person/backup, purpose: Takes the orders of the shop, "
                + "environment: production}]",
            "workloads: [{name: checkout, class: service, owner: person/nobody, purpose: P, environment: production}]",
            "entitlements: [{identity: workload/nobody, profile: ci-token, justification: J}]",
            "entitlements: [{identity: workload/checkout, profile: ci-token, justification: J}]",
        ])
    func strangers(_ lists: String) async throws {
        let installation = try await TestInstallation.start()
        await expectRefused(.denied, .notFound) {
            _ = try await installation.broker.plan(
                try Self.estate(lists), by: try await installation.caller("assistant"), in: try installation.call())
        }
    }
}
