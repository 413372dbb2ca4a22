internal import Authorization
internal import TenureModel

/// Who may do what on what, as `Authorizer` decides it with the roles and relations of `ca/profiles`.
struct AuthorizationMatrix {
    /// What an act is about.
    enum Object: String, CaseIterable {
        /// Its trusts, entitlements, certificates, logins and cases too: they have the same facts.
        case workload
        /// A token of a workload, for an audience.
        case token
        case person, team, profile, audience, system
    }

    /// In what role or relation the caller asks.
    enum Column: String, CaseIterable {
        case admin, `operator`, reviewer, auditor
        case teamAdmin = "team-admin"
        case teamAdminElsewhere = "t-a/other"
        case verifier
        case verifierElsewhere = "ver/other"
        case owner
        case ownerViaTeam = "own/team"
        case itself, stranger

        /// The file in `ca/profiles`, if it is a role.
        var role: String? {
            switch self {
            case .admin, .operator, .reviewer, .auditor, .teamAdmin, .verifier: rawValue
            case .teamAdminElsewhere: Column.teamAdmin.rawValue
            case .verifierElsewhere: Column.verifier.rawValue
            case .owner, .ownerViaTeam, .itself, .stranger: nil
            }
        }
    }

    enum Answer: String {
        case yes, no
        /// Not found: the caller may not know of it.
        case hidden = "404"
        /// There is no such relation to such an object.
        case none = "."
    }

    private let roles: [String: RoleFile]
    private let relations: RelationRules

    init() throws {
        var roles: [String: RoleFile] = [:]
        for name in RoleFile.names { roles[name] = try RoleFile(named: name) }
        self.roles = roles
        relations = try RelationsFile.read().rules
    }

    func answer(_ act: Act, on object: Object, as column: Column) throws -> Answer {
        guard let facts = try Self.facts(of: object, as: column) else { return .none }
        var caller = AdministrationFacts(
            caller: Fixture.caller(.person(Fixture.ada)), identity: try Fixture.person(Fixture.ada, "ada"),
            roles: try roles(as: column), memberships: column == .ownerViaTeam ? [Fixture.platform] : [],
            relations: relations, now: Fixture.now)
        if column == .itself, object == .workload || object == .token {
            caller.caller = Fixture.caller(.workload(Fixture.deploy))
            caller.identity = try Fixture.workload(Fixture.deploy, "deploy", owner: .person(Fixture.bob))
        }
        let denial = AuthorizationTests.denial { () throws(Denial) in
            _ = try Authorizer.authorize(act, on: facts, by: caller)
        }
        guard let denial else { return .yes }
        return denial.code == .notFound ? .hidden : .no
    }

    /// The role that a column holds: of the team `platform`, or the audience `registry`, where it is narrowed.
    private func roles(as column: Column) throws -> [HeldRole] {
        guard let name = column.role, let file = roles[name] else { return [] }
        let role = AdministrationProfile(acts: file.acts, scope: file.scope)
        var entitlement = try Fixture.entitlement(of: .person(Fixture.ada))
        switch file.scope {
        case .everything: break
        case .team: entitlement.terms.constraints.names = ["platform"]
        case .environment: entitlement.terms.constraints.names = ["production"]
        case .audience: entitlement.terms.constraints.audiences = try Fixture.audiences("registry")
        }
        let profile = try Fixture.profile(.administration(role), named: name, environment: nil)
        return [
            HeldRole(
                entitlement: entitlement, profile: profile, role: role,
                teams: file.scope == .team ? [Fixture.platform] : [])
        ]
    }

    /// What the column's caller, person/ada, asks about; nil where nobody can be in that relation to such an object.
    private static func facts(of object: Object, as column: Column) throws -> ObjectFacts? {
        let production = try Name("production")
        let audience = try Audience(column == .verifierElsewhere ? "releases" : "registry")
        let deploy = IdentityID.workload(Fixture.deploy)
        let person = IdentityID.person(column == .owner || column == .itself ? Fixture.ada : Fixture.bob)
        let team = column == .teamAdminElsewhere ? Fixture.payments : Fixture.platform
        switch object {
        case .workload: return ObjectFacts(identity: deploy, owner: owner(as: column), environment: production)
        case .token:
            return ObjectFacts(
                identity: deploy, owner: owner(as: column), environment: production, audience: audience)
        case .person: return column == .ownerViaTeam ? nil : ObjectFacts(identity: person, owner: person)
        case .team:
            if column == .owner || column == .itself { return nil }
            return ObjectFacts(identity: .team(team), owner: .team(team))
        case .profile: return ObjectFacts(environment: production)
        case .audience: return ObjectFacts(environment: production, audience: audience)
        case .system: return .everything
        }
    }

    private static func owner(as column: Column) -> IdentityID {
        switch column {
        case .owner: .person(Fixture.ada)
        case .ownerViaTeam, .teamAdmin: .team(Fixture.platform)
        case .teamAdminElsewhere: .team(Fixture.payments)
        default: .person(Fixture.bob)
        }
    }
}

extension AuthorizationMatrix {
    /// The matrix as text: a table for each sort of object, a row for each act.
    func text() throws -> String {
        var lines = Self.legend
        for object in Object.allCases {
            lines += ["", Self.row(object.rawValue, Column.allCases.map(\.rawValue))]
            for act in Act.allCases {
                let answers = try Column.allCases.map { try answer(act, on: object, as: $0).rawValue }
                lines.append(Self.row("  " + act.rawValue, answers))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ first: String, _ rest: [String]) -> String {
        var row = first
        for (place, cell) in rest.enumerated() {
            row += String(repeating: " ", count: max(1, 24 + 11 * place - row.utf8.count)) + cell
        }
        return row
    }

    private static let legend = [
        "# Who may do what: the roles and relations of ca/profiles, as Authorizer decides. A test compares it with",
        "# what it computes; TENURE_WRITE_GOLDEN=1 in the environment of the test writes it anew. Review each change.",
        "#",
        "# yes   allowed        no    denied        404   hidden: not found        .     there is no such relation",
        "#",
        "# workload   a workload with its trusts, entitlements, certificates, logins and cases; token: a token of one",
        "# audience   its keys; system: what belongs to no identity, environment or audience",
        "# team-admin, verifier   on objects of their own team, their own audience; t-a/other, ver/other: on others'",
        "# own/team   the owner is a team of which the caller is a member; itself: the object is the caller or theirs",
        "#",
        "# Giving credentials (token.issue, certificate.issue, certificate.renew, login.create) is decided on",
        "# entitlements to profiles, never on roles. Approving is bound by ApprovalRule besides. clock.reset is done",
        "# at the machine alone.",
    ]
}
