internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureAPI
internal import TenureModel
internal import Testing

/// `workload/assistant` belongs to `team/platform`, in which `person/owner` and `person/backup` are.
@Suite("Teams as owners")
struct TeamOwnerTests {
    /// How the last member who lives goes.
    enum Departure: String, CaseIterable {
        case offboarded, suspended, removed

        func happen(_ installation: TestInstallation, at node: Node? = nil) async throws {
            switch self {
            case .offboarded: _ = try await offboard(installation, at: node, isDryRun: false)
            case .suspended: try await installation.setState("person/backup", .suspended, at: node)
            case .removed: try await installation.setMembers(of: "platform", at: node)
            }
        }

        /// What a dry run says is left without an owner.
        func preview(_ installation: TestInstallation) async throws -> String {
            switch self {
            case .offboarded:
                let plan = try await offboard(installation, isDryRun: true).plan
                return plan.strands.map(\.reference.description).joined(separator: ", ")
            case .suspended:
                return Self.told(try await installation.setState("person/backup", .suspended, isDryRun: true))
            case .removed: return Self.told(try await installation.setMembers(of: "platform", isDryRun: true))
            }
        }

        private static func told(_ outcome: ChangeOutcome) -> String {
            outcome.changes.flatMap(\.warnings).map { "\($0.code): \($0.detail)" }.joined(separator: "; ")
        }

        private func offboard(
            _ installation: TestInstallation, at node: Node? = nil, isDryRun: Bool
        ) async throws -> OffboardingOutcome {
            let node = node ?? installation.node
            return try await node.broker.offboard(
                try ObjectReference("person/backup"), to: nil, reason: .affiliationChanged,
                by: try await installation.presenting("admin", at: node),
                in: try installation.call(isDryRun: isDryRun))
        }
    }

    /// An installation in which `person/backup` alone is left in the team.
    private static func withOneMember() async throws -> TestInstallation {
        let installation = try await TestInstallation.start()
        try await installation.setMembers(of: "platform", "backup")
        return installation
    }

    @Test("a team in which nobody lives owns nothing: what is its gets nothing more", arguments: Departure.allCases)
    func left(_ departure: Departure) async throws {
        let installation = try await Self.withOneMember()
        try await installation.entitle("workload/assistant", to: "service-tls")
        let caller = try await installation.caller("assistant")
        let held = try await installation.token(caller)
        let certificate = try await installation.certificate(caller)
        #expect(try await departure.preview(installation).contains("workload/assistant"))
        #expect(try await installation.isAlive(held))
        _ = try await installation.token(caller)
        try await departure.happen(installation)
        await expectRefused(.noLivingOwner) { _ = try await installation.token(caller) }
        await expectRefused(.noLivingOwner) { _ = try await installation.certificate(caller) }
        await expectRefused(.noLivingOwner) { _ = try await installation.renewal(of: certificate) }
        await expectRefused(.noLivingOwner) {
            _ = try await installation.token(try await installation.caller("assistant"))
        }
        await expectRefused(.noLivingOwner) { try await installation.entitle("workload/assistant", to: "verifier") }
        // The workload itself has neither ended nor was it cut.
        #expect(try await installation.isAlive(held))
    }

    @Test(
        "the backup owner stands in while nobody lives in the team, however the last one went",
        arguments: Departure.allCases)
    func backupOwner(_ departure: Departure) async throws {
        let installation = try await Self.withOneMember()
        var wanted = DesiredIdentity(path: "", kind: .workload, name: try Name("assistant"))
        wanted.backupOwner = try ObjectReference("person/owner")
        try await installation.change(wanted)
        let id = try installation.identity("workload/assistant").id
        let backup = try await installation.caller("owner")
        func end() async throws {
            _ = try await installation.broker.offboard(
                try ObjectReference("workload/assistant"), to: nil, reason: .unspecified, by: backup,
                in: try installation.call())
        }
        await expectRefused(.notFound) { try await end() }
        try await departure.happen(installation)
        try await end()
        #expect(installation.broker.snapshot.identity(id)?.state == .ended)
    }

    @Test("the backup owner stands in for a leaver whose workloads are still to be ended, and may end them first")
    func backupOwnerOfACase() async throws {
        let installation = try await TestInstallation.start()
        try await installation.ownMany(1_001)
        var wanted = DesiredIdentity(path: "", kind: .workload, name: try Name("many-1000"))
        wanted.backupOwner = try ObjectReference("person/backup")
        installation.clock.advance(seconds: 5)
        try await installation.change(wanted)
        let admin = try await installation.caller("admin")
        let opened = try await installation.broker.offboard(
            try ObjectReference("person/owner"), to: nil, reason: .unspecified, by: admin, in: try installation.call())
        #expect(opened.state == .approved)
        let outcome = try await installation.broker.offboard(
            try ObjectReference("workload/many-1000"), to: nil, reason: .unspecified,
            by: try await installation.caller("backup"), in: try installation.call())
        #expect(outcome.state == .applied)
        await installation.broker.workOnCases()
        let closed = try await installation.broker.caseAnswer(try #require(opened.id), by: admin)
        #expect(closed.state == "closed")
    }

    @Test("it gets something again once somebody lives in the team, or it has another owner")
    func comesBack() async throws {
        let installation = try await Self.withOneMember()
        try await Departure.removed.happen(installation)
        let caller = try await installation.caller("assistant")
        await expectRefused(.noLivingOwner) { _ = try await installation.token(caller) }
        try await installation.setMembers(of: "platform", "owner")
        _ = try await installation.token(caller)
        try await installation.setState("person/owner", .suspended)
        await expectRefused(.noLivingOwner) { _ = try await installation.token(caller) }
        try await installation.own("workload/assistant", by: "person/backup")
        _ = try await installation.token(caller)
    }

    @Test("who is not the last to go leaves everything as it is")
    func notTheLast() async throws {
        let installation = try await TestInstallation.start()
        let caller = try await installation.caller("assistant")
        for departure in [Departure.suspended, .offboarded] {
            #expect(try await departure.preview(installation) == "")
        }
        try await Departure.offboarded.happen(installation)
        _ = try await installation.token(caller)
    }

    @Test(
        "T35 a decision that rests on the last member falls when they go on another node",
        arguments: Departure.allCases)
    func overtaken(_ departure: Departure) async throws {
        let installation = try await Self.withOneMember()
        let other = try await installation.otherNode()
        let caller = try await installation.caller("assistant")
        try await other.recorder.refresh()
        try await departure.happen(installation, at: other)
        let size = other.broker.snapshot.size
        await expectRefused(.noLivingOwner) { _ = try await installation.token(caller) }
        let identity = try installation.identity("workload/assistant")
        let recorded = try await installation.broker.ledger.credentials(
            CredentialFilter(identity: identity.id), limit: 100)
        #expect(recorded.allSatisfy { $0.index < size })
    }

    @Test("T35 where another member lives, a decision that rested on the one who went is made on them")
    func takenOver() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        let caller = try await installation.caller("assistant")
        try await other.recorder.refresh()
        guard case .team(let members) = try installation.identity("team/platform").body, members.count == 2 else {
            throw Unexpected("two members")
        }
        // The one who was looked at first.
        let first = try #require(installation.broker.snapshot.identity(.person(members[0])))
        try await installation.setState(first.reference.description, .suspended, at: other)
        let held = try await installation.token(caller)
        let credential = try #require(try await installation.broker.ledger.credential(held.id))
        #expect(credential.floor >= other.broker.snapshot.size)
    }

    @Test("nothing is given to a team in which nobody lives: not when made, not by a transfer")
    func notGiven() async throws {
        let installation = try await TestInstallation.start()
        try await installation.setMembers(of: "platform")
        await expectRefused(.noLivingOwner) { try await installation.own("workload/deploy", by: "team/platform") }
        func transfer(to heir: String) async throws {
            _ = try await installation.broker.offboard(
                try ObjectReference("person/owner"), to: try ObjectReference(heir), reason: .affiliationChanged,
                by: try await installation.caller("admin"), in: try installation.call())
        }
        await expectRefused(.noLivingOwner) { try await transfer(to: "team/platform") }
        // Nor to one in which the leaver alone lives.
        try await installation.setMembers(of: "platform", "owner")
        await expectRefused(.noLivingOwner) { try await transfer(to: "team/platform") }
        #expect(try installation.identity("person/owner").state == .active)
        try await installation.setMembers(of: "platform", "owner", "backup")
        try await transfer(to: "team/platform")
        _ = try await installation.token(try await installation.caller("deploy"))
    }

    @Test("an estate makes a team and what it owns at once, if somebody is in it")
    func estate() async throws {
        let installation = try await TestInstallation.start()
        func plan(_ members: String) async throws {
            let text = """
                apiVersion: tenure/1
                estate: more
                people: [{name: eve}]
                teams: [{name: shop, members: \(members)}]
                workloads: [{name: till, class: service, owner: team/shop, purpose: Sells, environment: production}]

                """
            let admin = try await installation.caller("admin")
            _ = try await installation.broker.plan(
                try EstateFiles.estate(text), by: admin, in: try installation.call())
        }
        try await plan("[eve]")
        await expectRefused(.noLivingOwner) { try await plan("[]") }
    }
}
