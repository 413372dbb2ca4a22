package import Authorization
internal import Storage
package import TenureModel

// Reading what decisions are made on. What a caller may not know of is left out of lists, and not found by name.
extension Broker {
    /// Identities of one kind, or of all, in the order of the log.
    package func identities(kind: IdentityKind?, by caller: AuthenticatedCaller) throws(LifecycleError) -> [Identity] {
        let snapshot = self.snapshot
        let facts = try administrationFacts(caller, in: snapshot)
        return snapshot.identities.filter { identity in
            (kind == nil || identity.id.kind == kind) && allows(.identityRead, on: snapshot.facts(of: identity), facts)
        }
    }

    /// One identity by `kind/name` or `kind/id`.
    package func identity(
        _ reference: ObjectReference, by caller: AuthenticatedCaller
    ) throws(LifecycleError) -> Identity {
        let snapshot = self.snapshot
        let identity = try snapshot.known(reference)
        _ = try permit(
            .identityRead, on: snapshot.facts(of: identity), by: caller, in: snapshot, absence: "no \(reference)")
        return identity
    }

    /// What a person or team owns, and backs, now.
    package func owned(
        by owner: ObjectReference, for caller: AuthenticatedCaller
    ) throws(LifecycleError) -> (owner: Identity, owns: [Identity], backs: [Identity]) {
        let snapshot = self.snapshot
        let identity = try self.identity(owner, by: caller)
        let owns = snapshot.workloads(ownedBy: identity.id).filter { $0.state != .ended }
        let backs = snapshot.identities.filter { $0.workload?.backupOwner == identity.id && $0.state != .ended }
        return (identity, owns, backs)
    }

    /// Trusts of one identity, or all, in the order of the log.
    package func trusts(of reference: ObjectReference?, by caller: AuthenticatedCaller) throws(LifecycleError)
        -> [Trust]
    {
        let snapshot = self.snapshot
        let facts = try administrationFacts(caller, in: snapshot)
        var trusts = snapshot.trusts
        if let reference { trusts = snapshot.trusts(of: try snapshot.known(reference).id) }
        return trusts.filter { allows(.trustRead, on: snapshot.facts(ofIdentity: $0.identity), facts) }
    }

    /// One trust by name or id.
    package func trust(_ text: String, by caller: AuthenticatedCaller) throws(LifecycleError) -> Trust {
        let snapshot = self.snapshot
        let trust = try snapshot.knownTrust(text)
        _ = try permit(
            .trustRead, on: snapshot.facts(ofIdentity: trust.identity), by: caller, in: snapshot,
            absence: "no trust/\(text)")
        return trust
    }

    /// Profiles in the order of the log; who is entitled to one sees it.
    package func profiles(by caller: AuthenticatedCaller) throws(LifecycleError) -> [Profile] {
        let snapshot = self.snapshot
        let facts = try administrationFacts(caller, in: snapshot)
        let entitled = Set(snapshot.entitlements(of: caller.identity).map(\.profile))
        return snapshot.profiles.filter { profile in
            entitled.contains(profile.id)
                || allows(.profileRead, on: ObjectFacts(environment: profile.environment), facts)
        }
    }

    /// One profile by name or id; who is entitled to it may read it.
    package func profile(_ text: String, by caller: AuthenticatedCaller) throws(LifecycleError) -> Profile {
        let snapshot = self.snapshot
        let profile = try snapshot.knownProfile(text)
        guard !snapshot.entitlements(of: caller.identity).contains(where: { $0.profile == profile.id }) else {
            return profile
        }
        _ = try permit(
            .profileRead, on: ObjectFacts(environment: profile.environment), by: caller, in: snapshot,
            absence: "no profile/\(text)")
        return profile
    }

    /// Entitlements of an identity, to a profile, or all, in the order of the log.
    package func entitlements(
        of reference: ObjectReference?, to profile: String?, by caller: AuthenticatedCaller
    ) throws(LifecycleError) -> [Entitlement] {
        let snapshot = self.snapshot
        let facts = try administrationFacts(caller, in: snapshot)
        var found = snapshot.entitlements
        if let reference { found = snapshot.entitlements(of: try snapshot.known(reference).id) }
        if let profile {
            let wanted = try snapshot.knownProfile(profile).id
            found = found.filter { $0.profile == wanted }
        }
        return found.filter { allows(.entitlementRead, on: snapshot.facts(ofIdentity: $0.identity), facts) }
    }

    /// One entitlement in its newest version.
    package func entitlement(
        _ id: EntitlementID, by caller: AuthenticatedCaller
    ) throws(LifecycleError) -> Entitlement {
        let snapshot = self.snapshot
        guard let entitlement = snapshot.entitlement(id) else { throw .notFound("no entitlement/\(id)") }
        _ = try permit(
            .entitlementRead, on: snapshot.facts(ofIdentity: entitlement.identity), by: caller, in: snapshot,
            absence: "no entitlement/\(id)")
        return entitlement
    }
}
