internal import TenureModel

/// That policy said yes to this operation, on this basis. Only `Authorizer`, in this file, makes one, and one step
/// spends it.
package struct Authorized<Operation: Sendable>: ~Copyable, Sendable {
    package let operation: Operation
    package let basis: IssuanceBasis

    fileprivate init(_ operation: Operation, basis: IssuanceBasis) {
        self.operation = operation
        self.basis = basis
    }
}

/// May this caller have this credential? A pure decision over facts that were loaded before.
package enum Authorizer {
    /// Decides on a token: audience, scopes and lifetime lie within profile and entitlement.
    package static func authorize(
        _ operation: IssueToken, on facts: IssuanceFacts
    ) throws(Denial) -> Authorized<IssueToken> {
        let (owners, profile) = try ownedAndKnown(facts, named: operation.profile)
        guard case .token(let bounds) = profile.body else {
            throw Denial(.denied, "profile/\(profile.name) is for \(profile.body.kind)s", field: "profile")
        }
        guard bounds.audiences.contains(operation.audience) else {
            throw Denial(.denied, "profile/\(profile.name) has no such audience", field: "audience")
        }
        let entitlement = try justifying(facts, profile) { terms throws(Denial) in
            let audiences = terms.constraints.audiences ?? bounds.audiences
            guard audiences.contains(operation.audience) else {
                throw Denial(.denied, "the entitlement does not reach this audience", field: "audience")
            }
            let missing = (operation.scopes ?? []).first { !allowedScopes(bounds, terms).contains($0) }
            if let missing { throw Denial(.denied, "the entitlement does not grant scope \(missing)", field: "scope") }
        }
        let allowed = allowedScopes(bounds, entitlement.terms)
        let lifetime = try boundedLifetime(
            asked: operation.lifetimeSeconds, usual: bounds.lifetime, most: bounds.maximumLifetime, entitlement, facts)
        return Authorized(
            operation,
            basis: basis(
                facts, owners, profile, entitlement, lifetime: lifetime, scopes: operation.scopes ?? allowed))
    }

    /// Decides on a certificate: the profile is one for certificates and the lifetime lies within all bounds. Names
    /// come from profile, identity and entitlement, never from the request.
    package static func authorize(
        _ operation: IssueCertificate, on facts: IssuanceFacts
    ) throws(Denial) -> Authorized<IssueCertificate> {
        let (owners, profile) = try ownedAndKnown(facts, named: operation.profile)
        guard case .certificate(let bounds) = profile.body else {
            throw Denial(.denied, "profile/\(profile.name) is for \(profile.body.kind)s", field: "profile")
        }
        if let renewed = operation.renews {
            // defence: T23
            guard facts.renewedEntitlement != nil, facts.caller.proof.credential == renewed else {
                throw Denial(.denied, "a certificate is renewed by who authenticates with it")
            }
        }
        let entitlement = try justifying(facts, profile) { _ throws(Denial) in }
        let lifetime = try boundedLifetime(
            asked: operation.lifetimeSeconds, usual: bounds.lifetime, most: bounds.maximumLifetime, entitlement, facts)
        return Authorized(
            operation, basis: basis(facts, owners, profile, entitlement, lifetime: lifetime, scopes: []))
    }

    // MARK: Steps

    /// The identity is active, its owner lives, and the profile is known to it and of its environment.
    private static func ownedAndKnown(
        _ facts: IssuanceFacts, named name: Name
    ) throws(Denial) -> (owners: LivingOwner, profile: Profile) {
        try checkCaller(facts.caller, is: facts.identity)
        // A stranger to the profile learns nothing of it.
        guard let profile = facts.profile, profile.name == name, profile.state == .active,
            // defence: T7 becomes: true
            facts.entitlements.contains(where: { isHeld($0, facts, profile) })
        else {
            throw Denial(.notFound, "no profile/\(name) that you are entitled to", field: "profile")
        }
        guard let owners = LivingOwner(facts.owner, answeredForBy: facts.ownerPerson) else {
            throw Denial(.noLivingOwner, "the owner of \(facts.identity.reference) is gone: give it a living one")
        }
        if let workload = facts.identity.workload, let environment = profile.environment,
            workload.environment != environment
        {
            throw Denial(
                .denied, "\(facts.identity.reference) lives in \(workload.environment), the profile in \(environment)",
                field: "profile")
        }
        return (owners, profile)
    }

    /// The first entitlement that is in force and passes `narrowing`; else the most telling reason why none does.
    private static func justifying(
        _ facts: IssuanceFacts, _ profile: Profile, narrowing: (EntitlementTerms) throws(Denial) -> Void
    ) throws(Denial) -> Entitlement {
        var reason = Denial(.denied, "no entitlement to profile/\(profile.name) is in force", field: "profile")
        let held = facts.entitlements.filter { isHeld($0, facts, profile) }
        for entitlement in held.sorted(by: { $0.number < $1.number }) {
            // defence: T14
            if let renewed = facts.renewedEntitlement, renewed != entitlement.id { continue }
            do throws(Denial) {
                try inForce(entitlement, facts)
                try narrowing(entitlement.terms)
                return entitlement
            } catch {
                reason = error
            }
        }
        throw reason
    }

    private static func inForce(_ entitlement: Entitlement, _ facts: IssuanceFacts) throws(Denial) {
        switch entitlement.state {
        case .active: break
        case .requested: throw Denial(.notApproved, "\(entitlement.versionText) waits for approval")
        case .ended: throw Denial(.denied, "\(entitlement.versionText) has ended")
        }
        guard entitlement.terms.starts <= facts.now else {
            throw Denial(.denied, "\(entitlement.versionText) starts at \(entitlement.terms.starts.secondsText)")
        }
        if let ends = entitlement.terms.ends, ends <= facts.now {
            throw Denial(.denied, "\(entitlement.versionText) ended at \(ends.secondsText)")
        }
        guard reaches(entitlement.terms.constraints, from: facts.caller.proof.source) else {
            throw Denial(.denied, "\(entitlement.versionText) does not reach your network")
        }
    }

    private static func isHeld(_ entitlement: Entitlement, _ facts: IssuanceFacts, _ profile: Profile) -> Bool {
        entitlement.identity == facts.identity.id && entitlement.profile == profile.id
    }

    private static func allowedScopes(_ bounds: TokenProfile, _ terms: EntitlementTerms) -> [Scope] {
        guard let narrowed = terms.constraints.scopes else { return bounds.scopes }
        return bounds.scopes.filter { narrowed.contains($0) }
    }

    /// What was asked for, or the profile's usual, cut by the entitlement's own bound and by its end.
    private static func boundedLifetime(
        asked: Int64?, usual: Lifetime, most: Lifetime, _ entitlement: Entitlement, _ facts: IssuanceFacts
    ) throws(Denial) -> Int64 {
        let bound = min(most.seconds, entitlement.terms.constraints.lifetimeSeconds ?? most.seconds)
        if let asked {
            guard asked >= Lifetime.allowed.lowerBound else {
                throw Denial(
                    .denied, "a credential lives at least \(Lifetime.allowed.lowerBound) seconds", field: "ttl_seconds")
            }
            guard asked <= bound else {
                throw Denial(.denied, "at most \(bound) seconds are allowed", field: "ttl_seconds")
            }
        }
        var lifetime = min(asked ?? usual.seconds, bound)
        // defence: T14
        if let ends = entitlement.terms.ends { lifetime = min(lifetime, ends.seconds - facts.now.seconds) }
        guard lifetime > 0 else { throw Denial(.denied, "\(entitlement.versionText) ends within this second") }
        return lifetime
    }

    private static func basis(
        _ facts: IssuanceFacts, _ owners: LivingOwner, _ profile: Profile, _ entitlement: Entitlement, lifetime: Int64,
        scopes: [Scope]
    ) -> IssuanceBasis {
        let workload = facts.identity.workload
        guard let environment = workload?.environment ?? profile.environment else {
            preconditionFailure("profiles of tokens and certificates have an environment by the schema")
        }
        return IssuanceBasis(
            identity: facts.identity, owner: owners.owner, ownerPerson: owners.person, profile: profile,
            entitlement: entitlement, environment: environment,
            purpose: workload?.purpose ?? entitlement.terms.justification,
            lifetimeSeconds: lifetime, latestEnd: entitlement.terms.ends, scopes: scopes, floor: facts.floor)
    }
}

// What both kinds of decision look at.
extension Authorizer {
    /// The caller is whom the facts were loaded for, and active.
    static func checkCaller(_ caller: AuthenticatedCaller, is identity: Identity) throws(Denial) {
        guard caller.identity == identity.id else {
            throw Denial(.denied, "these facts are of somebody else than the caller")
        }
        switch identity.state {
        case .active: return
        case .suspended: throw Denial(.suspended, "\(identity.reference) is suspended")
        case .ended: throw Denial(.denied, "\(identity.reference) has ended")
        }
    }

    /// Whether the address of the peer lies within the entitlement's networks, if it names any. A source that is no
    /// address, or a list with anything malformed in it, reaches nothing.
    static func reaches(_ constraints: EntitlementConstraints, from source: String) -> Bool {
        guard let networks = constraints.networks else { return true }
        do throws(NetworkTextError) {
            let address = try IPAddressText(source)
            let blocks = try networks.map { text throws(NetworkTextError) in try NetworkBlock(text) }
            return blocks.contains { $0.contains(address) }
        } catch {
            return false
        }
    }
}
