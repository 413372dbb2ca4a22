internal import Authorization
internal import TenureModel
internal import Testing

@Suite("Approval")
struct ApprovalRuleTests {
    private let ada = IdentityID.person(Fixture.ada)
    private let bob = IdentityID.person(Fixture.bob)
    private let cleo = IdentityID.person(PersonID(high: 1, low: 3))
    private let deploy = IdentityID.workload(Fixture.deploy)

    /// ada asked for what deploy would hold, bob owns deploy, cleo approves.
    private func facts(_ mode: ApprovalMode) -> ApprovalRule.Facts {
        ApprovalRule.Facts(
            mode: mode, granter: .identity(ada), holder: deploy, owner: bob, approver: cleo, granterTeams: [],
            approverTeams: [])
    }

    private func refuses(_ facts: ApprovalRule.Facts) -> Bool {
        denial { () throws(Denial) in try ApprovalRule.check(facts) }?.code == .denied
    }

    @Test("where the profile asks for nobody, whoever may approve approves")
    func none() {
        var facts = facts(.none)
        #expect(!refuses(facts))
        facts.approver = ada
        #expect(!refuses(facts))
    }

    @Test("where the profile asks for the owner, they alone approve, be it through their team")
    func owner() {
        var facts = facts(.owner)
        #expect(refuses(facts))
        facts.approver = ada
        #expect(refuses(facts))
        facts.approver = bob
        #expect(!refuses(facts))
        facts.owner = .team(Fixture.platform)
        #expect(refuses(facts))
        facts.approverTeams = [Fixture.payments]
        #expect(refuses(facts))
        facts.approverTeams = [Fixture.payments, Fixture.platform]
        #expect(!refuses(facts))
        // That the granter is in the team makes no owner of the approver.
        facts.approverTeams = []
        facts.granterTeams = [Fixture.platform]
        #expect(refuses(facts))
    }

    @Test("T42 where the profile asks for another, somebody without a part in it approves")
    func other() {
        var facts = facts(.other)
        #expect(!refuses(facts))
        facts.granterTeams = [Fixture.platform]
        facts.approverTeams = [Fixture.payments]
        facts.owner = .team(Fixture.platform)
        #expect(!refuses(facts))
        facts.granter = .policy("first-administrator")
        #expect(!refuses(facts))
    }

    @Test("T42 who granted does not approve, nor the owner of the workload that did")
    func granter() {
        var granting = facts(.other)
        granting.approver = ada
        #expect(refuses(granting))
        var program = facts(.other)
        program.granter = .identity(.workload(Fixture.checkout))
        #expect(!refuses(program))
        program.granterOwner = cleo
        #expect(refuses(program))
        program.granterOwner = .team(Fixture.platform)
        #expect(!refuses(program))
        program.approverTeams = [Fixture.platform]
        #expect(refuses(program))
        var team = facts(.other)
        team.granter = .identity(.team(Fixture.platform))
        team.approverTeams = [Fixture.platform]
        #expect(refuses(team))
    }

    @Test("T42 who owns it does not approve, be it through their team")
    func owned() {
        var direct = facts(.other)
        direct.approver = bob
        #expect(refuses(direct))
        var team = facts(.other)
        team.owner = .team(Fixture.platform)
        team.approverTeams = [Fixture.payments, Fixture.platform]
        #expect(refuses(team))
    }

    @Test("T42 who would hold it does not approve, be it through their team")
    func holder() {
        var direct = facts(.other)
        direct.holder = cleo
        #expect(refuses(direct))
        var team = facts(.other)
        team.holder = .team(Fixture.platform)
        team.owner = bob
        #expect(!refuses(team))
        team.approverTeams = [Fixture.platform]
        #expect(refuses(team))
    }

    @Test("T42 nobody from the granter's team approves")
    func granterTeam() {
        var facts = facts(.other)
        facts.granterTeams = [Fixture.platform, Fixture.payments]
        facts.approverTeams = [Fixture.payments]
        #expect(refuses(facts))
    }

    @Test("T42 a workload approves nothing that asks for another, in whoever's place")
    func workloads() {
        var facts = facts(.other)
        facts.approver = .workload(Fixture.checkout)
        #expect(refuses(facts))
        facts.approver = .team(Fixture.payments)
        #expect(refuses(facts))
    }
}
