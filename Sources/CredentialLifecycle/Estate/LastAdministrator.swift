internal import Storage
internal import TenureModel

extension Snapshot {
    /// Refuses changes after which nobody could grant the role of an administrator any more, by whatever path: an end,
    /// a suspension, an entitlement that ends, a profile that loses the act (THREATS, T42).
    func refuseLosingAdministrators(
        _ changes: [ObjectChange], at now: Timestamp
    ) throws(RecordingRefusal) {
        // Whoever can log in is needed, while there is somebody who can; a single-use secret is no way to come back.
        let all = administrators(at: now)
        let able = all.filter { canLogIn($0) }
        let before = able.isEmpty ? all : able
        guard !before.isEmpty else { return }
        var lost = Set<IdentityID>()
        var changedTrusts: [TrustID: Trust] = [:]
        var lostEntitlements = Set<EntitlementID>()
        var changedProfiles: [ProfileID: Profile] = [:]
        for change in changes {
            switch change {
            case .identity(_?, let new) where new.state != .active: lost.insert(new.id)
            case .entitlement(let old?, let new) where !new.stillAdministers(after: old, at: now):
                lostEntitlements.insert(new.id)
            case .profile(_?, let new): changedProfiles[new.id] = new
            case .trust(_?, let new): changedTrusts[new.id] = new
            case .identity, .trust, .profile, .entitlement, .keyVersion: break
            }
        }
        guard !lost.isEmpty || !lostEntitlements.isEmpty || !changedProfiles.isEmpty || !changedTrusts.isEmpty else {
            return
        }
        let remain = before.contains { identity in
            !lost.contains(identity) && (able.isEmpty || canLogIn(identity, after: changedTrusts))
                && entitlements(of: identity).contains { entitlement in
                    guard !lostEntitlements.contains(entitlement.id), entitlement.administers(at: now),
                        let profile = changedProfiles[entitlement.profile] ?? profile(entitlement.profile)
                    else { return false }
                    return profile.makesAdministrators
                }
        }
        // defence: T42
        guard remain else {
            throw .denied(
                code: "conflict", detail: "this would leave no administrator: make another one first", field: nil)
        }
    }
}

extension Snapshot {
    /// Whether a person has a trust that an issuer vouches for, with which they can log in whenever they want.
    fileprivate func canLogIn(_ identity: IdentityID, after changed: [TrustID: Trust] = [:]) -> Bool {
        trusts(of: identity).contains { trust in
            let trust = changed[trust.id] ?? trust
            return trust.state == .active && trust.oidc != nil
        }
    }
}

extension Entitlement {
    /// In force, and without a constraint that a role over everything does not know: with one it reaches nothing.
    func administers(at now: Timestamp) -> Bool {
        let constraints = terms.constraints
        return isInForce(at: now) && constraints.scopes == nil && constraints.audiences == nil
            && constraints.names == nil
    }

    /// The same of a changed one. An end, or networks, that it did not have may lock its holder out tomorrow.
    func stillAdministers(after old: Entitlement, at now: Timestamp) -> Bool {
        administers(at: now) && (terms.ends == nil || terms.ends == old.terms.ends)
            && (terms.constraints.networks == nil || terms.constraints.networks == old.terms.constraints.networks)
    }
}

extension Profile {
    /// Whether who holds the role may ask for and approve roles over everything. Who may only approve could approve
    /// nothing, once nobody asks.
    var makesAdministrators: Bool { reachesEverything(with: [.entitlementRequest, .entitlementApprove]) }

    /// Whether who holds the role may approve what an administrator asks for.
    var makesApprovers: Bool { reachesEverything(with: [.entitlementApprove]) }

    private func reachesEverything(with acts: [Act]) -> Bool {
        guard state == .active, case .administration(let role) = body else { return false }
        return role.scope == .everything && acts.allSatisfy { role.acts.contains($0) }
    }
}
