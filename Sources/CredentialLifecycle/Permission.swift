internal import AuditLog
internal import Authorization
internal import Storage
internal import TenureModel

extension Broker {
    /// Decides on an administrative act on one snapshot.
    ///
    /// - Parameter absence: what is said of an object that is not there. What the caller may not know of is refused in
    ///   the same words (THREATS, T7).
    func permit(
        _ act: Act, on object: ObjectFacts, by caller: AuthenticatedCaller, in snapshot: Snapshot,
        absence: String? = nil
    ) throws(LifecycleError) -> AuthorizedAct {
        try snapshot.refuseDead(caller)
        do {
            return try Authorizer.authorize(act, on: object, by: try administrationFacts(caller, in: snapshot))
        } catch let denial as Denial {
            // defence: T7
            if denial.code == .notFound, let absence { throw .notFound(absence) }
            throw .denied(denial)
        } catch let error as LifecycleError {
            throw error
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// The same inside a recording transaction, on the snapshot after the lock: what was allowed a moment ago may not
    /// be.
    func permitInTransaction(
        _ act: Act, on object: ObjectFacts, by caller: AuthenticatedCaller, in snapshot: Snapshot,
        absence: String? = nil
    ) throws(RecordingRefusal) -> AuthorizedAct {
        for reference in caller.proof.references {
            guard let mark = snapshot.mark(reference), mark.changedIndex >= caller.proof.floor else { continue }
            throw .changed(reference)
        }
        do {
            return try permit(act, on: object, by: caller, in: snapshot, absence: absence)
        } catch .denied(let denial) {
            throw .denied(code: denial.code.rawValue, detail: denial.detail, field: denial.field)
        } catch .notFound(let detail) {
            throw .denied(code: "not-found", detail: detail, field: nil)
        } catch .unauthenticated {
            throw .denied(code: "denied", detail: "the caller may not do this any more", field: nil)
        } catch {
            throw .undecided("\(error)")
        }
    }

    /// Refuses a caller who may do this on nothing at all, before anything that is there is looked at for them: else
    /// what is wrong with a request would tell strangers what there is (THREATS, T7).
    func permitSomewhere(
        _ act: Act, by caller: AuthenticatedCaller, in snapshot: Snapshot
    ) throws(LifecycleError) {
        try snapshot.refuseDead(caller)
        let facts = try administrationFacts(caller, in: snapshot)
        var reached: [ObjectFacts] = [.everything]
        for held in facts.roles {
            let constraints = held.entitlement.terms.constraints
            reached += held.teams.map { ObjectFacts(identity: .team($0)) }
            reached += (constraints.audiences ?? []).map { ObjectFacts(audience: $0) }
            reached += (constraints.names ?? []).compactMap { text in
                (try? EnvironmentName(text)).map { ObjectFacts(environment: $0) }
            }
        }
        guard reached.contains(where: { allows(act, on: $0, facts) }) else {
            throw .denied(Denial(.denied, "your roles do not include \(act.rawValue)"))
        }
    }

    func allows(_ act: Act, on object: ObjectFacts, _ facts: AdministrationFacts) -> Bool {
        do throws(Denial) {
            _ = try Authorizer.authorize(act, on: object, by: facts)
            return true
        } catch {
            return false
        }
    }

    /// Loads the caller's roles, teams and relations from one snapshot.
    func administrationFacts(
        _ caller: AuthenticatedCaller, in snapshot: Snapshot
    ) throws(LifecycleError) -> AdministrationFacts {
        guard let identity = snapshot.identity(caller.identity) else { throw .unauthenticated(nil) }
        let roles = snapshot.entitlements(of: identity.id).compactMap { entitlement -> HeldRole? in
            guard let profile = snapshot.profile(entitlement.profile), case .administration(let role) = profile.body
            else { return nil }
            let teams = (entitlement.terms.constraints.names ?? []).compactMap { text -> TeamID? in
                guard let name = try? Name(text), let team = snapshot.identity(kind: .team, name: name),
                    case .team(let id) = team.id
                else { return nil }
                return id
            }
            return HeldRole(entitlement: entitlement, profile: profile, role: role, teams: teams)
        }
        return AdministrationFacts(
            caller: caller, identity: identity, roles: roles, memberships: snapshot.teams(of: identity.id),
            relations: relations, now: now())
    }
}

extension Snapshot {
    /// Refuses a caller whose authentication was cut after it was verified. Whoever decides on this snapshot, or
    /// decides anew on a later one, looks here first: the mark lies below the new floor, and recording would not see
    /// it.
    func refuseDead(_ caller: AuthenticatedCaller) throws(LifecycleError) {
        let proof = caller.proof
        let isDead = proof.references.contains { reference in
            mark(reference).map { $0.cutIndex >= proof.floor } ?? false
        }
        guard !isDead else { throw .denied(Denial(.denied, "what you authenticated with was revoked")) }
    }
}
