internal import AuditLog
package import Authorization
package import Storage
package import TenureModel

/// What an offboarding did, or would do.
package struct OffboardingOutcome: Sendable {
    /// Nil of a dry run.
    package let id: CaseID?
    package let state: OffboardingCase.State
    package let plan: OffboardingPlan
    /// The live credentials that end with it.
    package let counts: CredentialCounts
    package let recorded: Recorded?
}

extension Broker {
    /// Ends an identity and, of a person or team, everything that it owns now and that does not pass to `heir`, in one
    /// transaction (P3). Once this returns, nothing is recorded for any of them again.
    package func offboard(
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
        let id: CaseID = try makeID()
        let time = now()
        let heirAtLock = heirID
        let result = await recorder.act(
            operation(.offboardingCreate, call, by: caller.identity, object: id.text), priority: .kill
        ) { [self] (snapshot: Snapshot) throws(RecordingRefusal) in
            let permission = try permitInTransaction(
                .offboardingCreate, on: snapshot.facts(ofIdentity: identity.id), by: caller, in: snapshot)
            // To hand a workload on is to give somebody the say over it: more than ending it.
            if heirAtLock != nil {
                _ = try permitInTransaction(
                    .identityWrite, on: snapshot.facts(ofIdentity: identity.id), by: caller, in: snapshot)
            }
            let plan = try OffboardingPlan(of: identity.id, to: heirAtLock, in: snapshot, now: time)
            let entitlement = permission.entitlement?.versionText
            let opened = OffboardingCase(
                id: id, version: 1, state: .applied, target: identity.id, transferTo: heirAtLock, reason: reason,
                ends: plan.ends.map(\.id), passes: plan.passes.map(\.id))
            let entry = AuditEntry(
                at: time, act: .offboardingCreate, actor: caller.actor, object: id.text, entitlement: entitlement,
                source: call.source,
                details: [
                    .init("target", .text(identity.reference.description)), .init("reason", .text(reason.rawValue)),
                    .init("ends", .number(Int64(plan.ends.count))), .init("passes", .number(Int64(plan.passes.count))),
                ])
            let changes = plan.changes().map { change in
                change.pendingEntry(
                    by: caller.actor, source: call.source, at: time, under: entitlement, reason: reason)
            }
            let entries = [PendingEntry(entry: entry, rows: [CaseTable.row(for: opened)])] + changes
            return ActOutcome(
                value: Acted(plan: plan, before: snapshot), entries: entries,
                presentation: presentation(of: caller, in: time))
        }
        let (acted, recorded) = try await unwrap(result, of: call)
        let references = acted.plan.cutReferences
        await publishLists(touching: references)
        let last = recorded.firstIndex + Int64(acted.plan.ends.count + acted.plan.passes.count)
        let counts = try await countLive(hangingOn: references, upTo: last, at: time, before: acted.before)
        return OffboardingOutcome(id: id, state: .applied, plan: acted.plan, counts: counts, recorded: recorded)
    }

    private struct Acted: Sendable {
        let plan: OffboardingPlan
        let before: Snapshot
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
}
