internal import AuditLog
internal import Authorization
internal import Storage
internal import TenureModel

extension Broker {
    /// What an offboarding under this caller's key did, if one was recorded: as its own answer said, and of one that
    /// was done in steps what has become of it.
    func earlierOffboarding(
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> OffboardingOutcome? {
        guard let earlier = try await earlierAct([.offboardingCreate], by: caller, in: call) else { return nil }
        guard let text = earlier.operation.object, let id = try? CaseID(text) else {
            throw .unavailable(.init("\(earlier.operation.id) is no offboarding"))
        }
        let history = try await history(of: id)
        let plan = OffboardingPlan(of: history, in: snapshot)
        guard let applied = history.applied else {
            return OffboardingOutcome(id: id, state: .approved, plan: plan, counts: nil, recorded: earlier.recorded)
        }
        let counts = try await countLive(
            hangingOn: plan.cutReferences, upTo: applied.last, at: earlier.entry.at, before: earlier.before)
        return OffboardingOutcome(id: id, state: .applied, plan: plan, counts: counts, recorded: earlier.recorded)
    }
}
