internal import Authorization
internal import TenureModel
internal import Testing

@Suite("What an issuance rests on")
struct IssuanceBasisTests {
    @Test("P1 the basis names identity, owner, profile and entitlement as they were looked at")
    func basis() throws {
        let token = try TokenCase()
        let basis = try token.basis()
        #expect(basis.identity == token.facts.identity)
        #expect(basis.owner == token.facts.owner)
        #expect(basis.profile == token.facts.profile)
        #expect(basis.entitlement == token.facts.entitlements[0])
        #expect(basis.environment.text == "production")
        #expect(basis.purpose.text == "Builds the shop")
        #expect(basis.floor == 100)
        #expect(basis.lifetimeSeconds == 600)
        #expect(basis.scopes.map(\.text) == ["pull"])
        #expect(basis.latestEnd == nil)
    }

    @Test("for a team one of its living members answers, and the basis names both")
    func team() throws {
        var token = try TokenCase()
        try token.facts.giveToTeam(of: [Fixture.bob, Fixture.ada])
        let basis = try token.basis()
        #expect(basis.owner == token.facts.owner)
        #expect(basis.ownerPerson == token.facts.ownerPerson)
    }

    @Test("a person is their own owner, of the profile's environment, for the entitlement's reason")
    func people() throws {
        var token = try TokenCase()
        let ada = try Fixture.person(Fixture.ada, "ada")
        token.facts.caller = Fixture.caller(ada.id)
        token.facts.identity = ada
        token.facts.owner = ada
        token.facts.ownerPerson = ada
        token.facts.entitlements = [try Fixture.entitlement(of: ada.id)]
        let basis = try token.basis()
        #expect(basis.owner == ada)
        #expect(basis.environment.text == "production")
        #expect(basis.purpose.text == "The pipeline pushes what it builds")
    }

    @Test("who asks for no scopes gets those that profile and entitlement share, in the profile's order")
    func scopes() throws {
        var token = try TokenCase()
        token.operation.scopes = nil
        #expect(try token.basis().scopes.map(\.text) == ["push", "pull", "list"])
        token.constraints.scopes = try Fixture.scopes("list", "admin", "push")
        #expect(try token.basis().scopes.map(\.text) == ["push", "list"])
        token.operation.scopes = try Fixture.scopes("list", "push")
        #expect(try token.basis().scopes.map(\.text) == ["list", "push"])
        token.operation.scopes = []
        #expect(try token.basis().scopes.isEmpty)
    }

    @Test("an entitlement to a scope beyond the profile grants nothing beyond the profile")
    func narrowing() throws {
        var token = try TokenCase()
        token.constraints.scopes = try Fixture.scopes("admin")
        token.operation.scopes = try Fixture.scopes("admin")
        #expect(token.denial?.field == "scope")
        token.operation.scopes = nil
        #expect(try token.basis().scopes.isEmpty)
        token.constraints.audiences = try Fixture.audiences("releases")
        token.operation.audience = try Audience("releases")
        #expect(token.denial?.field == "audience")
    }

    @Test("who asks for no lifetime gets the profile's, cut by the entitlement's own")
    func usualLifetime() throws {
        var token = try TokenCase()
        token.operation.lifetimeSeconds = nil
        #expect(try token.basis().lifetimeSeconds == 900)
        token.constraints.lifetimeSeconds = 300
        #expect(try token.basis().lifetimeSeconds == 300)
        token.constraints.lifetimeSeconds = 86_400
        #expect(try token.basis().lifetimeSeconds == 900)
    }

    @Test("the bounds of a lifetime belong to it")
    func boundaries() throws {
        var token = try TokenCase()
        for seconds in [60, 3600] as [Int64] {
            token.operation.lifetimeSeconds = seconds
            #expect(try token.basis().lifetimeSeconds == seconds)
        }
        token.constraints.lifetimeSeconds = 86_400
        token.operation.lifetimeSeconds = 3601
        #expect(token.denial?.field == "ttl_seconds")
    }

    @Test("a lifetime is cut by the entitlement's end, whatever was asked for", arguments: [nil, 60, 600] as [Int64?])
    func cutByEnd(asked: Int64?) throws {
        var token = try TokenCase()
        token.operation.lifetimeSeconds = asked
        let end = Fixture.now.adding(seconds: 45)
        token.facts.entitlements[0].terms.ends = end
        let basis = try token.basis()
        #expect(basis.lifetimeSeconds == 45)
        #expect(basis.latestEnd == end)
        token.facts.entitlements[0].terms.ends = .distantFuture
        #expect(try token.basis().lifetimeSeconds == asked ?? 900)
    }

    @Test("within a second the end is never passed")
    func fractions() throws {
        var token = try TokenCase()
        token.facts.now = Fixture.now.adding(milliseconds: 999)
        token.facts.entitlements[0].terms.ends = Fixture.now.adding(milliseconds: 2001)
        #expect(try token.basis().lifetimeSeconds == 2)
        token.facts.entitlements[0].terms.starts = token.facts.now
        #expect(token.denial == nil)
    }

    @Test("T1 constraints out of range deny, without a trap", arguments: [0, -1, .min] as [Int64])
    func extremes(bound: Int64) throws {
        var token = try TokenCase()
        token.constraints.lifetimeSeconds = bound
        #expect(token.denial?.field == "ttl_seconds")
        token.operation.lifetimeSeconds = nil
        #expect(token.denial?.code == .denied)
    }

    @Test("networks are judged by address, however it is spelled")
    func networks() throws {
        var token = try TokenCase()
        token.constraints.networks = ["192.168.0.0/16", "10.0.0.0/8", "fd00::/8"]
        for source in ["10.1.2.3", "::ffff:10.1.2.3", "::ffff:a01:203", "fd00::1", "FD00:0:0::1"] {
            token.facts.caller = Fixture.caller(.workload(Fixture.deploy), from: source)
            #expect(token.denial == nil, "\(source)")
        }
        for source in ["11.1.2.3", "::ffff:11.1.2.3", "fe00::1", "010.1.2.3", "::10.1.2.3"] {
            token.facts.caller = Fixture.caller(.workload(Fixture.deploy), from: source)
            #expect(token.denial != nil, "\(source)")
        }
    }

    @Test("of several entitlements the oldest that grants the request justifies it")
    func several() throws {
        var token = try TokenCase()
        var older = try Fixture.entitlement(Fixture.otherEntitlement, of: .workload(Fixture.deploy), number: 39)
        token.facts.entitlements.append(older)
        #expect(try token.basis().entitlement.id == Fixture.otherEntitlement)
        older.terms.constraints.scopes = try Fixture.scopes("push")
        token.facts.entitlements[1] = older
        #expect(try token.basis().entitlement.id == Fixture.entitlement)
        token.facts.entitlements[0].state = .requested
        #expect(token.denial?.code == .notApproved)
    }

    @Test("an entitlement that ends now stands in nobody's way: another one in force justifies the request")
    func endedFirst() throws {
        var token = try TokenCase()
        token.facts.entitlements[0].terms.ends = Fixture.now
        token.facts.entitlements.append(
            try Fixture.entitlement(Fixture.otherEntitlement, of: .workload(Fixture.deploy), number: 41))
        #expect(try token.basis().entitlement.id == Fixture.otherEntitlement)
    }

    @Test("constraints of one entitlement never widen another: scope and audience come from the same one")
    func noUnion() throws {
        var token = try TokenCase()
        var mirror = try Fixture.entitlement(Fixture.otherEntitlement, of: .workload(Fixture.deploy), number: 41)
        mirror.terms.constraints.audiences = try Fixture.audiences("mirror")
        token.constraints.audiences = try Fixture.audiences("registry")
        token.constraints.scopes = try Fixture.scopes("push")
        token.facts.entitlements.append(mirror)
        #expect(token.denial != nil)
        token.operation.audience = try Audience("mirror")
        #expect(try token.basis().entitlement.id == Fixture.otherEntitlement)
    }
}
