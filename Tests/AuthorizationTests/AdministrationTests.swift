internal import Authorization
internal import TenureModel
internal import Testing

@Suite("Administration")
struct AdministrationTests {
    private let ada = IdentityID.person(Fixture.ada)
    private let bob = IdentityID.person(Fixture.bob)
    private let relations = RelationRules(owner: [.identityRead, .entitlementRequest], itself: [.identityRead])

    /// ada, without a role or a team.
    private func facts() throws -> AdministrationFacts {
        AdministrationFacts(
            caller: Fixture.caller(ada), identity: try Fixture.person(Fixture.ada, "ada"), roles: [], memberships: [],
            relations: relations, now: Fixture.now)
    }

    private func role(
        _ acts: [Act], _ scope: AdministrationProfile.Scope, teams: [TeamID] = [],
        constraints: EntitlementConstraints = .unconstrained
    ) throws -> HeldRole {
        let role = AdministrationProfile(acts: acts, scope: scope)
        var entitlement = try Fixture.entitlement(of: ada)
        entitlement.terms.constraints = constraints
        return HeldRole(
            entitlement: entitlement, profile: try Fixture.profile(.administration(role), environment: nil), role: role,
            teams: teams)
    }

    private func code(_ act: Act, on object: ObjectFacts, by facts: AdministrationFacts) -> Denial.Code? {
        denial { () throws(Denial) in _ = try Authorizer.authorize(act, on: object, by: facts) }?.code
    }

    private let workload = ObjectFacts(identity: .workload(Fixture.deploy), owner: .person(Fixture.bob))
    private let teamWorkload = ObjectFacts(identity: .workload(Fixture.deploy), owner: .team(Fixture.platform))

    @Test("a role over everything reaches everything, for its acts alone, and the answer says what allowed it")
    func everything() throws {
        var facts = try facts()
        facts.roles = [try role([.auditRead, .identityRead], .everything)]
        let allowed = try Authorizer.authorize(.auditRead, on: .everything, by: facts)
        #expect(allowed.act == .auditRead)
        #expect(allowed.entitlement == facts.roles[0].entitlement)
        #expect(allowed.references == [LineageReference(.entitlement, 40), LineageReference(.profile, 7)])
        #expect(code(.identityRead, on: workload, by: facts) == nil)
        #expect(code(.identityWrite, on: workload, by: facts) == .denied)
        #expect(code(.auditExport, on: .everything, by: facts) == .denied)
    }

    @Test("a role over a team reaches the team and what it owns")
    func team() throws {
        var facts = try facts()
        facts.roles = [try role([.identityRead, .identityWrite], .team, teams: [Fixture.platform])]
        #expect(code(.identityWrite, on: teamWorkload, by: facts) == nil)
        #expect(code(.identityWrite, on: ObjectFacts(identity: .team(Fixture.platform)), by: facts) == nil)
        let other = ObjectFacts(identity: .workload(Fixture.deploy), owner: .team(Fixture.payments))
        #expect(code(.identityWrite, on: other, by: facts) == .notFound)
        #expect(code(.identityWrite, on: workload, by: facts) == .notFound)
        #expect(code(.identityWrite, on: .everything, by: facts) == .denied)
        // Being a member of the team is another thing than looking after it.
        facts.roles = [try role([.identityWrite], .team, teams: [])]
        facts.memberships = [Fixture.platform]
        #expect(code(.identityWrite, on: teamWorkload, by: facts) == .denied)
    }

    @Test("a role over environments or audiences reaches those that the entitlement names, and none without")
    func named() throws {
        let production = ObjectFacts(environment: try Name("production"))
        let registry = ObjectFacts(audience: try Audience("registry"))
        var facts = try facts()
        facts.roles = [try role([.keyRotate], .environment, constraints: .init(names: ["production"]))]
        #expect(code(.keyRotate, on: production, by: facts) == nil)
        #expect(code(.keyRotate, on: ObjectFacts(environment: try Name("staging")), by: facts) == .notFound)
        #expect(code(.keyRotate, on: registry, by: facts) == .notFound)
        #expect(code(.keyRotate, on: .everything, by: facts) == .denied)
        facts.roles = [
            try role([.keyRead], .audience, constraints: .init(audiences: try Fixture.audiences("registry")))
        ]
        #expect(code(.keyRead, on: registry, by: facts) == nil)
        #expect(code(.keyRead, on: ObjectFacts(audience: try Audience("registry2")), by: facts) == .notFound)
        #expect(code(.keyRead, on: production, by: facts) == .notFound)
        for scope in [AdministrationProfile.Scope.environment, .audience, .team] {
            facts.roles = [try role([.keyRead, .keyRotate], scope)]
            #expect(code(.keyRead, on: registry, by: facts) == .notFound)
            #expect(code(.keyRotate, on: production, by: facts) == .notFound)
        }
    }

    @Test("a constraint that the role's scope does not know is no licence: the role reaches nothing")
    func strangeConstraints() throws {
        let registry = ObjectFacts(owner: .team(Fixture.platform), audience: try Audience("registry"))
        let names = EntitlementConstraints(names: ["platform"])
        let audiences = EntitlementConstraints(audiences: try Fixture.audiences("registry"))
        let scopes = EntitlementConstraints(scopes: try Fixture.scopes("key.read"))
        for (scope, constraints) in [
            (AdministrationProfile.Scope.everything, names), (.everything, audiences), (.everything, scopes),
            (.team, audiences), (.audience, names), (.audience, scopes),
        ] {
            var both = constraints
            if scope == .audience { both.audiences = audiences.audiences }
            var facts = try facts()
            facts.roles = [try role([.keyRead], scope, teams: [Fixture.platform], constraints: both)]
            #expect(code(.keyRead, on: registry, by: facts) == .notFound)
        }
    }

    @Test("status belongs to no team or audience, profiles to no team: a role that lists them reads them")
    func shared() throws {
        let profile = ObjectFacts(environment: try Name("production"))
        var facts = try facts()
        facts.roles = [try role([.statusRead, .profileRead], .team, teams: [Fixture.platform])]
        #expect(code(.statusRead, on: .everything, by: facts) == nil)
        #expect(code(.profileRead, on: profile, by: facts) == nil)
        #expect(code(.profileWrite, on: profile, by: facts) != nil)
        facts.roles = [try role([.statusRead], .audience)]
        #expect(code(.statusRead, on: .everything, by: facts) == nil)
        #expect(code(.profileRead, on: profile, by: facts) == .notFound)
        facts.roles = []
        #expect(code(.statusRead, on: .everything, by: facts) == .denied)
    }

    @Test(
        "a role counts while entitlement and profile are in force, for its holder, from its networks",
        arguments: [
            RoleFlaw("requested") { $0.entitlement.state = .requested },
            RoleFlaw("ended") { $0.entitlement.state = .ended },
            RoleFlaw("profile ended") { $0.profile.state = .ended },
            RoleFlaw("to another profile") { $0.entitlement.profile = Fixture.otherProfile },
            RoleFlaw("of somebody else") { $0.entitlement.identity = .person(Fixture.bob) },
            RoleFlaw("of a team of others") { $0.entitlement.identity = .team(Fixture.platform) },
            RoleFlaw("not started") { $0.entitlement.terms.starts = Fixture.now.adding(milliseconds: 1) },
            RoleFlaw("at its end") { $0.entitlement.terms.ends = Fixture.now },
            RoleFlaw("from elsewhere") { $0.entitlement.terms.constraints.networks = ["10.2.0.0/16"] },
            RoleFlaw("from nowhere") { $0.entitlement.terms.constraints.networks = [] },
        ])
    func inForce(flaw: RoleFlaw) throws {
        var facts = try facts()
        facts.roles = [try role([.auditRead, .identityRead], .everything)]
        #expect(code(.auditRead, on: .everything, by: facts) == nil)
        flaw.spoil(&facts.roles[0])
        #expect(code(.auditRead, on: .everything, by: facts) == .denied)
        #expect(code(.identityRead, on: workload, by: facts) == .notFound)
    }

    @Test("a role from its networks, or held by the caller's team, counts")
    func networksAndTeams() throws {
        var facts = try facts()
        facts.roles = [try role([.auditRead], .everything, constraints: .init(networks: ["10.0.0.0/8"]))]
        facts.roles[0].entitlement.identity = .team(Fixture.platform)
        #expect(code(.auditRead, on: .everything, by: facts) == .denied)
        facts.memberships = [Fixture.platform]
        #expect(code(.auditRead, on: .everything, by: facts) == nil)
    }

    @Test("the owner has the relation's acts on their workload, directly or through a team, and no others")
    func owner() throws {
        var facts = try facts()
        let own = ObjectFacts(identity: .workload(Fixture.deploy), owner: ada)
        let allowed = try Authorizer.authorize(.entitlementRequest, on: own, by: facts)
        #expect(allowed.entitlement == nil)
        #expect(allowed.references.isEmpty)
        #expect(code(.identityWrite, on: own, by: facts) == .denied)
        #expect(code(.entitlementRequest, on: teamWorkload, by: facts) == .notFound)
        facts.memberships = [Fixture.payments]
        #expect(code(.entitlementRequest, on: teamWorkload, by: facts) == .notFound)
        facts.memberships.append(Fixture.platform)
        #expect(code(.entitlementRequest, on: teamWorkload, by: facts) == nil)
        #expect(code(.identityWrite, on: teamWorkload, by: facts) == .denied)
    }

    @Test("T42 that somebody owns themselves, or speaks for their team, gives them nothing on either")
    func ownsThemselves() throws {
        var facts = try facts()
        facts.memberships = [Fixture.platform]
        let themselves = ObjectFacts(identity: ada, owner: ada)
        let team = ObjectFacts(identity: .team(Fixture.platform), owner: .team(Fixture.platform))
        #expect(code(.entitlementRequest, on: themselves, by: facts) == .denied)
        #expect(code(.identityRead, on: themselves, by: facts) == nil)
        #expect(code(.entitlementRequest, on: team, by: facts) != nil)
    }

    @Test("everybody has the acts of the relation on themselves alone")
    func itself() throws {
        let facts = try facts()
        #expect(code(.identityRead, on: ObjectFacts(identity: ada), by: facts) == nil)
        #expect(code(.identityWrite, on: ObjectFacts(identity: ada), by: facts) == .denied)
        #expect(code(.identityRead, on: ObjectFacts(identity: bob), by: facts) == .notFound)
    }

    @Test("T7 what a caller may not know of does not exist, whatever it is; what they may is denied")
    func notFound() throws {
        var facts = try facts()
        let objects = [
            workload, teamWorkload, ObjectFacts(identity: bob), ObjectFacts(environment: try Name("production")),
            ObjectFacts(audience: try Audience("registry")),
        ]
        var answers: Set<Denial> = []
        for object in objects {
            for act in Act.allCases {
                answers.insert(
                    try #require(
                        denial { () throws(Denial) in _ = try Authorizer.authorize(act, on: object, by: facts) }))
            }
        }
        #expect(answers.count == 1)
        #expect(answers.first?.code == .notFound)
        facts.roles = [try role([.identityRead], .everything)]
        for object in objects { #expect(code(.identityWrite, on: object, by: facts) == .denied) }
        facts.roles = [try role([.revocationCreate], .everything)]
        for object in objects { #expect(code(.identityWrite, on: object, by: facts) == .notFound) }
    }

    @Test("who is suspended or has ended may do nothing, and a caller is never judged by another's facts")
    func states() throws {
        var facts = try facts()
        facts.roles = [try role(Act.allCases, .everything)]
        facts.identity.state = .suspended
        #expect(code(.auditRead, on: .everything, by: facts) == .suspended)
        #expect(code(.identityRead, on: ObjectFacts(identity: ada), by: facts) == .suspended)
        facts.identity.state = .ended
        #expect(code(.auditRead, on: .everything, by: facts) == .denied)
        facts.identity.state = .active
        facts.caller = Fixture.caller(bob)
        #expect(code(.auditRead, on: .everything, by: facts) == .denied)
    }
}

/// One thing wrong with a role that somebody holds.
struct RoleFlaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let spoil: @Sendable (inout HeldRole) -> Void

    init(_ description: String, _ spoil: @escaping @Sendable (inout HeldRole) -> Void) {
        testDescription = description
        self.spoil = spoil
    }
}
