internal import AuditLog
package import Authorization
internal import Storage
package import TenureModel

/// What can be done with an entitlement that is there.
package enum EntitlementDecision: Hashable, Sendable {
    /// Of the version that the approver saw; any other is `stale` (THREATS, T42).
    case approve
    case end(RevocationReason)
    /// Other terms: a new version, which is approved anew.
    case amend(EntitlementTerms)
}

extension EntitlementDecision {
    /// What the caller must be allowed to do.
    var act: Act {
        switch self {
        case .approve: .entitlementApprove
        case .end: .entitlementEnd
        case .amend: .entitlementRequest
        }
    }

    var needsVersion: Bool { act != .entitlementEnd }
}

extension Broker {
    /// Approves, ends or amends one entitlement.
    ///
    /// - Parameter expectedVersion: the version that the caller looked at; nil only for an end.
    package func decide(
        _ decision: EntitlementDecision, on id: EntitlementID, expectedVersion: Int64?,
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> (Entitlement, ChangeOutcome) {
        try await once(call) { () async throws(LifecycleError) in
            try await earlierDecision(decision, by: caller, in: call)
        } act: { () async throws(LifecycleError) in
            try await carryOut(decision, on: id, expectedVersion: expectedVersion, by: caller, in: call)
        }
    }

    private func carryOut(
        _ decision: EntitlementDecision, on id: EntitlementID, expectedVersion: Int64?,
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> (Entitlement, ChangeOutcome) {
        let before = snapshot
        let granterTeams = try await granterTeams(of: id, version: expectedVersion)
        let preview: ObjectChange
        do throws(RecordingRefusal) {
            preview = try change(decision, on: id, expectedVersion, granterTeams, by: caller, in: before)
        } catch {
            throw LifecycleError(.refused(error), operation: call.operation)
        }
        guard case .entitlement(_, let next) = preview else { preconditionFailure("the change is of an entitlement") }
        let planned = PlannedChange(
            change: preview, object: "entitlement/\(id)", fields: FieldDifference.of(before.entitlement(id), next),
            warnings: [])
        guard !call.isDryRun else {
            let counts = try await countLive(
                hangingOn: Self.cuts([planned]), upTo: before.size - 1, at: now(), before: before)
            return (
                next, ChangeOutcome(changes: [planned], counts: counts, baseVersion: before.size, recorded: nil)
            )
        }
        let time = now()
        let isEnd = preview.act == .entitlementEnd
        let result = await recorder.act(
            operation(preview.act, call, by: caller.identity, object: id.text), priority: isEnd ? .kill : .change
        ) { [self] (snapshot: Snapshot) throws(RecordingRefusal) in
            let change = try change(decision, on: id, expectedVersion, granterTeams, by: caller, in: snapshot)
            let entry = change.pendingEntry(
                by: caller.actor, source: call.source, at: time, reason: .privilegeWithdrawn)
            return ActOutcome(
                value: Decided(change: change, before: snapshot), entries: [entry],
                presentation: presentation(of: caller, in: time))
        }
        let (decided, recorded) = try unwrap(result, call.operation)
        guard case .entitlement(_, let now) = decided.change else {
            preconditionFailure("the change is of an entitlement")
        }
        let references = decided.change.marks(reason: .unspecified).filter(\.cuts).map(\.reference)
        await publishLists(touching: references)
        let counts = await countDead(
            hangingOn: references.map { HangingReference($0) }, upTo: recorded.firstIndex, of: recorded,
            before: decided.before)
        return (
            now,
            ChangeOutcome(
                changes: [planned], counts: counts, baseVersion: decided.before.size, recorded: recorded)
        )
    }

    private struct Decided: Sendable {
        let change: ObjectChange
        let before: Snapshot
    }

    /// The teams of the granter when they asked for this version: leaving one before it is approved lets nobody of that
    /// team approve it (THREATS, T42). A version never changes, so this may be read before the transaction.
    private func granterTeams(of id: EntitlementID, version: Int64?) async throws(LifecycleError) -> [TeamID] {
        guard let version else { return [] }
        do throws(StorageError) {
            guard case .identity(.person(let granter))? = try await ledger.entitlement(id, version: version)?.granter
            else { return [] }
            return try await ledger.teams(ofMember: granter, whenWritten: id, version: version)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func change(
        _ decision: EntitlementDecision, on id: EntitlementID, _ expectedVersion: Int64?, _ granterTeams: [TeamID],
        by caller: AuthenticatedCaller, in snapshot: Snapshot
    ) throws(RecordingRefusal) -> ObjectChange {
        guard let old = snapshot.entitlement(id), let profile = snapshot.profile(old.profile),
            let holder = snapshot.identity(old.identity)
        else { throw .denied(code: "not-found", detail: "no entitlement/\(id)", field: nil) }
        try permit(decision, on: old, by: caller, in: snapshot)
        if expectedVersion == nil, decision.needsVersion {
            throw .denied(code: "invalid", detail: "must name the version that you saw", field: "If-Match")
        }
        // defence: T42
        if let expectedVersion, expectedVersion != old.version {
            throw .denied(code: "stale", detail: "it is version \(old.version) now: look again", field: "If-Match")
        }
        guard old.state != .ended else {
            throw .denied(code: "conflict", detail: "\(old.versionText) has ended", field: nil)
        }
        var next = old
        next.version += 1
        switch decision {
        case .approve:
            guard old.state == .requested else {
                throw .denied(code: "conflict", detail: "\(old.versionText) is approved already", field: nil)
            }
            next.state = .active
            next.approver = .identity(caller.identity)
            try approve(old, profile, holder, granterTeams, by: caller, in: snapshot)
        case .end:
            next.state = .ended
        case .amend(let terms):
            next.terms = terms
            next.granter = .identity(caller.identity)
            let outcome = ApprovalOutcome(of: profile, for: holder, by: next.granter, in: snapshot, now: now())
            next.state = outcome.state
            next.approver = outcome.approver
        }
        let change = ObjectChange.entitlement(from: old, to: next)
        try snapshot.refuseLosingAdministrators([change], at: now())
        return change
    }

    /// By what is decided, not by what becomes of it: who may only approve changes no terms, even where policy approves
    /// them at once.
    func permit(
        _ decision: EntitlementDecision, on old: Entitlement, by caller: AuthenticatedCaller, in snapshot: Snapshot
    ) throws(RecordingRefusal) {
        let absence = "no entitlement/\(old.id)"
        for facts in snapshot.facts(of: .entitlement(from: old, to: old)) {
            do throws(RecordingRefusal) {
                _ = try permitInTransaction(decision.act, on: facts, by: caller, in: snapshot, absence: absence)
            } catch .denied {
                // That there is such a role is told to who may read of it.
                _ = try permitInTransaction(
                    .entitlementRead, on: snapshot.facts(ofIdentity: old.identity), by: caller, in: snapshot,
                    absence: absence)
                throw .denied(
                    code: "denied", detail: "your roles do not include \(decision.act.rawValue)", field: nil)
            }
        }
    }

    private func approve(
        _ entitlement: Entitlement, _ profile: Profile, _ holder: Identity, _ teamsThen: [TeamID],
        by caller: AuthenticatedCaller, in snapshot: Snapshot
    ) throws(RecordingRefusal) {
        guard let owner = snapshot.owner(of: holder), snapshot.livingOwner(owner) != nil else {
            throw .denied(code: "no-living-owner", detail: "the owner of \(holder.reference) is gone", field: nil)
        }
        var granterTeams = teamsThen
        var granterOwner: IdentityID?
        if case .identity(let granter) = entitlement.granter {
            granterTeams += snapshot.teams(of: granter)
            granterOwner = snapshot.identity(granter)?.workload?.owner
        }
        let facts = ApprovalRule.Facts(
            mode: profile.approval, granter: entitlement.granter, holder: holder.id, owner: owner.id,
            approver: caller.identity, granterTeams: granterTeams, approverTeams: snapshot.teams(of: caller.identity),
            granterOwner: granterOwner)
        do throws(Denial) {
            try ApprovalRule.check(facts)
        } catch {
            throw .denied(code: error.code.rawValue, detail: error.detail, field: error.field)
        }
    }
}
