package import Authorization
internal import Foundation
internal import Storage
package import TenureAPI
package import TenureModel

/// A plan that was shown and may be applied.
package struct EstatePlan: Sendable {
    /// Nil of a dry run.
    package let id: PlanID?
    package let estate: String
    package let outcome: ChangeOutcome
    package let expires: Timestamp?
}

// A plan is kept as the estate it was made of, with what it would change: applying plans anew, inside the transaction,
// and does exactly that or refuses (P7; THREATS, T36).
extension Broker {
    /// How long a plan may be applied.
    package static let planSeconds: Int64 = 3_600

    /// Plans an estate. Nothing changes.
    package func plan(
        _ estate: EstateDocument, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> EstatePlan {
        var dry = call
        dry.isDryRun = true
        let outcome = try await change(to: try desired(estate), as: .planApply, by: caller, in: dry)
        guard !call.isDryRun else {
            return EstatePlan(id: nil, estate: estate.estate, outcome: outcome, expires: nil)
        }
        let id: PlanID = try makeID()
        let expires = now().adding(seconds: Self.planSeconds)
        let kept = KeptPlan(
            estate: estate, planner: caller.identity, changes: outcome.changes.map(KeptPlan.Change.init))
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let document = String(decoding: try encoder.encode(kept), as: UTF8.self)
            // An ended plan is kept while its application may be asked for again.
            try await ledger.store(
                StoredPlan(id: id, baseVersion: outcome.baseVersion, document: document, expires: expires),
                now: now().adding(seconds: -OperationTable.keyLifetimeSeconds))
        } catch {
            throw .unavailable(.init("the plan could not be kept"))
        }
        return EstatePlan(id: id, estate: estate.estate, outcome: outcome, expires: expires)
    }

    /// Carries out exactly the plan that was shown.
    ///
    /// - Throws: `stale` where the world has moved, `expiredPlan`, `notFound` for a plan of somebody else.
    package func apply(
        _ id: PlanID, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> EstatePlan {
        let earlier = try await earlierChange(as: .planApply, by: caller, in: call)
        let kept: KeptPlan
        let expires: Timestamp
        do {
            guard let stored = try await ledger.plan(id) else { throw LifecycleError.notFound("no plan/\(id)") }
            kept = try JSONDecoder().decode(KeptPlan.self, from: Data(stored.document.utf8))
            expires = stored.expires
        } catch let error as LifecycleError {
            throw error
        } catch {
            throw .unavailable(.init("the plan could not be read"))
        }
        guard kept.planner == caller.identity else { throw .notFound("no plan/\(id)") }
        if let earlier { return EstatePlan(id: id, estate: kept.estate.estate, outcome: earlier, expires: expires) }
        guard now() < expires else { throw .expiredPlan }
        let outcome = try await change(
            to: try desired(kept.estate), expecting: kept.changes, as: .planApply, by: caller, in: call)
        return EstatePlan(id: id, estate: kept.estate.estate, outcome: outcome, expires: expires)
    }

    private func desired(_ estate: EstateDocument) throws(LifecycleError) -> DesiredState {
        do throws(FieldFault) {
            return try DesiredState(estate)
        } catch {
            throw .invalid(field: error.field, detail: error.detail)
        }
    }
}

/// A plan as it is kept.
struct KeptPlan: Codable {
    var estate: EstateDocument
    var planner: IdentityID
    var changes: [Change]

    /// What a change means to whoever read the plan: ids of what is new are not part of it.
    struct Change: Codable, Hashable {
        var object: String
        var action: String
        var fields: [[String?]]

        init(_ planned: PlannedChange) {
            object = planned.object
            action = planned.action.rawValue
            fields = planned.fields.map { [$0.field, $0.from, $0.to] }
        }
    }
}
