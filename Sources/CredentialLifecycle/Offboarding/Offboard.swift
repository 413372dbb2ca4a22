internal import AuditLog
package import Authorization
package import Storage
package import TenureModel

/// What an offboarding did, or would do.
package struct OffboardingOutcome: Sendable {
    /// Nil of a dry run.
    package let id: CaseID?
    /// `applied`, or `approved` where the target has ended and the rest of it follows.
    package let state: OffboardingCase.State
    package let plan: OffboardingPlan
    /// The live credentials that end with it; nil while what it ends is not all ended.
    package let counts: CredentialCounts?
    package let recorded: Recorded?
}

extension Broker {
    /// Ends an identity and, of a person or team, everything that it owns now and that does not pass to `heir` (P3).
    ///
    /// Up to a thousand identities are one transaction: once this returns with `applied`, nothing is recorded for any
    /// of them again. Of more the target ends first, after which nothing is issued to what it owns; the rest follows by
    /// `workOnCases`.
    package func offboard(
        _ target: ObjectReference, to heir: ObjectReference?, reason: RevocationReason,
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> OffboardingOutcome {
        try await once(call) { () async throws(LifecycleError) in
            try await earlierOffboarding(by: caller, in: call)
        } act: { () async throws(LifecycleError) in
            try await end(target, to: heir, reason: reason, by: caller, in: call)
        }
    }

    private func end(
        _ target: ObjectReference, to heir: ObjectReference?, reason: RevocationReason,
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> OffboardingOutcome {
        let before = snapshot
        let identity = try before.known(target)
        var heirID: IdentityID?
        if let heir { heirID = try before.known(heir).id }
        _ = try permit(
            .offboardingCreate, on: before.facts(of: identity), by: caller, in: before, absence: "no \(target)")
        if heirID != nil {
            _ = try permit(.identityWrite, on: before.facts(of: identity), by: caller, in: before)
        }
        guard !call.isDryRun else { return try await preview(of: identity.id, to: heirID, in: before) }
        let wish = OffboardingWish(
            id: try makeID(), target: identity, heir: heirID, reason: reason, caller: caller, call: call, at: now())
        let result = await recorder.act(
            operation(.offboardingCreate, call, by: caller.identity, object: wish.id.text), priority: .kill
        ) { [self] (snapshot: Snapshot) throws(RecordingRefusal) in try open(wish, in: snapshot) }
        let (acted, recorded) = try unwrap(result, call.operation)
        cases.add(wish.id)
        guard !acted.plan.isStaged else {
            await publishLists(touching: acted.plan.firstCuts)
            return OffboardingOutcome(
                id: wish.id, state: .approved, plan: acted.plan, counts: nil, recorded: recorded)
        }
        let references = acted.plan.cutReferences
        await publishLists(touching: references)
        let last = recorded.firstIndex + Int64(acted.plan.ends.count + acted.plan.passes.count)
        let counts = await countDead(
            hangingOn: references.map { HangingReference($0) }, upTo: last, of: recorded, before: acted.before)
        return OffboardingOutcome(
            id: wish.id, state: .applied, plan: acted.plan, counts: counts, recorded: recorded)
    }

    private struct OffboardingWish: Sendable {
        let id: CaseID
        let target: Identity
        let heir: IdentityID?
        let reason: RevocationReason
        let caller: AuthenticatedCaller
        let call: Call
        let at: Timestamp
    }

    private struct Acted: Sendable {
        let plan: OffboardingPlan
        let before: Snapshot
    }

    /// Decides inside the transaction, and opens the case.
    private func open(
        _ wish: OffboardingWish, in snapshot: Snapshot
    ) throws(RecordingRefusal) -> ActOutcome<Acted> {
        let caller = wish.caller
        let facts = snapshot.facts(ofIdentity: wish.target.id)
        let permission = try permitInTransaction(.offboardingCreate, on: facts, by: caller, in: snapshot)
        // To hand a workload on is to give somebody the say over it: more than ending it.
        if wish.heir != nil { _ = try permitInTransaction(.identityWrite, on: facts, by: caller, in: snapshot) }
        let plan = try OffboardingPlan(of: wish.target.id, to: wish.heir, in: snapshot, now: wish.at)
        let entitlement = permission.entitlement?.versionText
        let step = plan.firstStep
        let opened = OffboardingCase(
            id: wish.id, version: 1, state: plan.isStaged ? .approved : .applied, target: wish.target.id,
            transferTo: wish.heir, reason: wish.reason, ends: step.ends.map(\.id), passes: step.passes.map(\.id))
        let entry = AuditEntry(
            at: wish.at, act: .offboardingCreate, actor: caller.actor, object: wish.id.text,
            entitlement: entitlement, source: wish.call.source,
            details: [
                .init("target", .text(wish.target.reference.description)),
                .init("reason", .text(wish.reason.rawValue)), .init("state", .text(opened.state.rawValue)),
                .init("ends", .number(Int64(plan.ends.count))), .init("passes", .number(Int64(plan.passes.count))),
            ])
        let changes = plan.changes(of: step).map { change in
            change.pendingEntry(
                by: caller.actor, source: wish.call.source, at: wish.at, under: entitlement, reason: wish.reason)
        }
        return ActOutcome(
            value: Acted(plan: plan, before: snapshot),
            entries: [PendingEntry(entry: entry, rows: [CaseTable.row(for: opened)])] + changes,
            presentation: presentation(of: caller, in: wish.at))
    }

    private func preview(
        of target: IdentityID, to heir: IdentityID?, in snapshot: Snapshot
    ) async throws(LifecycleError) -> OffboardingOutcome {
        let plan: OffboardingPlan
        do throws(RecordingRefusal) {
            plan = try OffboardingPlan(of: target, to: heir, in: snapshot, now: now())
        } catch {
            throw LifecycleError(.refused(error), operation: OperationID(high: 0, low: 0))
        }
        let counts = try await countLive(
            hangingOn: plan.cutReferences, upTo: snapshot.size - 1, at: now(), before: snapshot)
        return OffboardingOutcome(id: nil, state: .planned, plan: plan, counts: counts, recorded: nil)
    }
}

extension OffboardingPlan {
    /// What it cuts: every identity that ends.
    var cutReferences: [LineageReference] { ends.map { LineageReference(.identity, $0.number) } }

    /// What its first step cuts.
    var firstCuts: [LineageReference] { firstStep.ends.map { LineageReference(.identity, $0.number) } }
}
