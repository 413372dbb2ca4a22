package import TenureModel

/// What an administrative act is about, as far as scopes and relations can tell.
package struct ObjectFacts: Hashable, Sendable {
    /// The identity that the object is or belongs to, if any.
    package var identity: IdentityID?
    /// Who owns that identity: a person or a team.
    package var owner: IdentityID?
    package var environment: EnvironmentName?
    package var audience: Audience?

    package init(
        identity: IdentityID? = nil, owner: IdentityID? = nil, environment: EnvironmentName? = nil,
        audience: Audience? = nil
    ) {
        self.identity = identity
        self.owner = owner
        self.environment = environment
        self.audience = audience
    }

    /// Something of no identity, environment or audience: only a role over everything reaches it.
    package static let everything = ObjectFacts()
}

/// A role that a caller holds: an entitlement to a profile of kind `administration`.
package struct HeldRole: Hashable, Sendable {
    package var entitlement: Entitlement
    package var profile: Profile
    package var role: AdministrationProfile
    /// The ids of the teams that the entitlement's constraint `names` lists.
    package var teams: [TeamID]

    package init(entitlement: Entitlement, profile: Profile, role: AdministrationProfile, teams: [TeamID]) {
        self.entitlement = entitlement
        self.profile = profile
        self.role = role
        self.teams = teams
    }
}

/// What being the owner, or the identity itself, grants without a role (ca/profiles/relations.yaml).
package struct RelationRules: Hashable, Sendable {
    package var owner: Set<Act>
    package var itself: Set<Act>

    package init(owner: Set<Act>, itself: Set<Act>) {
        self.owner = owner
        self.itself = itself
    }
}

/// All that a decision about an administrative act may look at.
package struct AdministrationFacts: Sendable {
    package var caller: AuthenticatedCaller
    /// The caller as the snapshot has them.
    package var identity: Identity
    package var roles: [HeldRole]
    /// The teams that the caller is a member of.
    package var memberships: [TeamID]
    package var relations: RelationRules
    package var now: Timestamp

    package init(
        caller: AuthenticatedCaller, identity: Identity, roles: [HeldRole], memberships: [TeamID],
        relations: RelationRules, now: Timestamp
    ) {
        self.caller = caller
        self.identity = identity
        self.roles = roles
        self.memberships = memberships
        self.relations = relations
        self.now = now
    }
}

/// That policy allowed one act on one object. Only `authorize(act:on:by:)`, in this file, makes one.
package struct AuthorizedAct: Hashable, Sendable {
    package let act: Act
    /// What allowed it: the entitlement to a role, or nil where a relation did.
    package let entitlement: Entitlement?
    /// References on which the permission rests, for the recording transaction.
    package let references: [LineageReference]

    fileprivate init(act: Act, entitlement: Entitlement?, references: [LineageReference]) {
        self.act = act
        self.entitlement = entitlement
        self.references = references
    }
}

extension Authorizer {
    /// Decides on one act: a role in force with the act and a scope that covers the object, or a relation that grants
    /// it.
    ///
    /// - Throws: `denied` where the caller may at least read objects of that sort, else `not-found`: what somebody may
    ///   not know of does not exist for them (THREATS, T7).
    package static func authorize(
        _ act: Act, on object: ObjectFacts, by facts: AdministrationFacts
    ) throws(Denial) -> AuthorizedAct {
        try checkCaller(facts.caller, is: facts.identity)
        let owns = object.owner.map { isOrSpeaksFor(facts, $0) } ?? false && mayBeOwned(object.identity)
        let isItself = object.identity == facts.identity.id
        if (isItself && facts.relations.itself.contains(act)) || (owns && facts.relations.owner.contains(act)) {
            return AuthorizedAct(act: act, entitlement: nil, references: [])
        }
        var knowsOfIt = owns || isItself
        for held in facts.roles where isInForce(held, facts) && covers(held, object, for: act) {
            if held.role.acts.contains(act) {
                let references = [
                    LineageReference(.entitlement, held.entitlement.number),
                    LineageReference(.profile, held.profile.number),
                ]
                return AuthorizedAct(act: act, entitlement: held.entitlement, references: references)
            }
            knowsOfIt = knowsOfIt || held.role.acts.contains { $0.rawValue.hasSuffix(".read") }
        }
        if knowsOfIt || object == .everything { throw Denial(.denied, "your roles do not include \(act.rawValue)") }
        throw Denial(.notFound, "no such object, or none that you may know of")
    }

    private static func isOrSpeaksFor(_ facts: AdministrationFacts, _ owner: IdentityID) -> Bool {
        if owner == facts.identity.id { return true }
        if case .team(let team) = owner { return facts.memberships.contains(team) }
        return false
    }

    /// The relation `owner` is about workloads. That a person counts as their own owner, or members as a team's, gives
    /// them no act on themselves: else everybody could ask for a role and approve it.
    private static func mayBeOwned(_ identity: IdentityID?) -> Bool {
        identity.map { $0.kind == .workload } ?? true
    }

    private static func isInForce(_ held: HeldRole, _ facts: AdministrationFacts) -> Bool {
        let terms = held.entitlement.terms
        return held.profile.state == .active && held.entitlement.state == .active
            && held.entitlement.profile == held.profile.id && isOrSpeaksFor(facts, held.entitlement.identity)
            && terms.starts <= facts.now && (terms.ends.map { facts.now < $0 } ?? true)
            && reaches(terms.constraints, from: facts.caller.proof.source)
    }

    /// Who wrote a constraint meant to narrow: a role with one that its scope does not know reaches nothing.
    private static func understands(
        _ constraints: EntitlementConstraints, _ scope: AdministrationProfile.Scope
    ) -> Bool {
        let mayName = scope == .team || scope == .environment
        return constraints.scopes == nil && (constraints.names == nil || mayName)
            && (constraints.audiences == nil || scope == .audience)
    }

    private static func covers(_ held: HeldRole, _ object: ObjectFacts, for act: Act) -> Bool {
        // How the broker is belongs to no team and no audience.
        if act == .statusRead { return true }
        let constraints = held.entitlement.terms.constraints
        guard understands(constraints, held.role.scope) else { return false }
        switch held.role.scope {
        case .everything:
            return true
        case .team:
            // Profiles belong to no team, and who asks for entitlements must see what may be asked for.
            if act == .profileRead { return true }
            return held.teams.contains { object.owner == .team($0) || object.identity == .team($0) }
        case .environment:
            guard let environment = object.environment else { return false }
            return (constraints.names ?? []).contains(environment.text)
        case .audience:
            guard let audience = object.audience else { return false }
            return (constraints.audiences ?? []).contains(audience)
        }
    }
}
