internal import Authorization
internal import Storage
internal import TenureModel

extension IssuanceFacts {
    /// Loads from one snapshot all that a decision about issuing `profile` to the caller may look at.
    ///
    /// - Throws: `denied` where the caller's authentication was cut meanwhile; `notFound` where the caller's identity
    ///   is not in the snapshot.
    init(
        _ caller: AuthenticatedCaller, profile name: Name, renewing renewed: EntitlementID?, in snapshot: Snapshot,
        now: Timestamp
    ) throws(LifecycleError) {
        try snapshot.refuseDead(caller)
        guard let identity = snapshot.identity(caller.identity) else { throw .notFound("the caller is unknown") }
        let profile = snapshot.profile(named: name)
        let entitlements = snapshot.entitlements(of: identity.id).filter { $0.profile == profile?.id }
        let owner = snapshot.owner(of: identity)
        self.init(
            caller: caller, identity: identity, owner: owner,
            ownerPerson: owner.flatMap { snapshot.livingOwner($0)?.person }, profile: profile,
            entitlements: entitlements, renewedEntitlement: renewed, now: now, floor: snapshot.size)
    }
}
