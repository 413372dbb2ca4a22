internal import AuditLog
package import Authorization
internal import OpenSSLCrypto
package import Storage
package import TenureModel

/// What a change of identities, trusts, profiles or entitlements did, or would do.
package struct ChangeOutcome: Sendable {
    package let changes: [PlannedChange]
    /// The live credentials that end with it.
    package let counts: CredentialCounts
    /// The size of the log on which it was decided.
    package let baseVersion: Int64
    package let recorded: Recorded?
    /// Whether an earlier request under the same key did it.
    package let isRepeated: Bool

    init(
        changes: [PlannedChange], counts: CredentialCounts, baseVersion: Int64, recorded: Recorded?,
        isRepeated: Bool = false
    ) {
        self.changes = changes
        self.counts = counts
        self.baseVersion = baseVersion
        self.recorded = recorded
        self.isRepeated = isRepeated
    }
}

extension Broker {
    /// Brings about what is wanted, wholly or not at all, in one transaction with an entry for each object.
    ///
    /// - Throws: the first fault, conflict or denial; nothing is done then.
    package func change(
        to desired: DesiredState, as act: Act, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> ChangeOutcome {
        try await change(to: desired, expecting: nil, as: act, by: caller, in: call)
    }

    /// The same, but only if it is what was shown.
    func change(
        to desired: DesiredState, expecting expected: [KeptPlan.Change]?, as act: Act,
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> ChangeOutcome {
        try await once(call) { () async throws(LifecycleError) in
            guard let earlier = try await earlierChange(as: act, by: caller, in: call) else { return nil }
            try permitLooking(desired, as: act, by: caller, in: snapshot)
            return earlier
        } act: { () async throws(LifecycleError) in
            let outcome = try await make(desired, expecting: expected, as: act, by: caller, in: call)
            // Nothing was left to do: its twin may just have done it.
            guard outcome.recorded == nil, !call.isDryRun, call.idempotencyKey != nil else { return outcome }
            return try await earlierChange(as: act, by: caller, in: call) ?? outcome
        }
    }

    private func make(
        _ desired: DesiredState, expecting expected: [KeptPlan.Change]?, as act: Act,
        by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> ChangeOutcome {
        let before = snapshot
        let changes = try planned(desired, as: act, by: caller, in: before)
        if let expected { try Self.refuseStale(changes, expected) }
        guard !call.isDryRun, !changes.isEmpty else {
            let counts = try await countLive(
                hangingOn: Self.cuts(changes), upTo: before.size - 1, at: now(), before: before)
            return ChangeOutcome(
                changes: before.warnings(of: changes), counts: counts, baseVersion: before.size, recorded: nil)
        }
        let time = now()
        let result = await recorder.act(
            operation(act, call, by: caller.identity, object: nil), priority: .change
        ) { [self] (snapshot: Snapshot) throws(RecordingRefusal) in
            let changes: [PlannedChange]
            do throws(LifecycleError) {
                changes = try planned(desired, as: act, by: caller, in: snapshot)
                if let expected { try Self.refuseStale(changes, expected) }
            } catch {
                throw RecordingRefusal(error)
            }
            let entries = changes.map { planned in
                planned.change.pendingEntry(
                    by: caller.actor, source: call.source, at: time, reason: .privilegeWithdrawn)
            }
            return ActOutcome(
                value: Changed(changes: changes, before: snapshot), entries: entries,
                presentation: presentation(of: caller, in: time))
        }
        let (changed, recorded) = try unwrap(result, call.operation)
        try reloadKeysIfNeeded(changed.changes)
        let references = Self.cuts(changed.changes)
        await publishLists(touching: references)
        let last = recorded.firstIndex + Int64(changed.changes.count) - 1
        let counts = await countDead(
            hangingOn: references.map { HangingReference($0) }, upTo: last, of: recorded, before: changed.before)
        return ChangeOutcome(
            changes: changed.changes, counts: counts, baseVersion: changed.before.size, recorded: recorded)
    }

    private struct Changed: Sendable {
        let changes: [PlannedChange]
        let before: Snapshot
    }

    /// Plans on one snapshot, and asks policy about each change.
    private func planned(
        _ desired: DesiredState, as act: Act, by caller: AuthenticatedCaller, in snapshot: Snapshot
    ) throws(LifecycleError) -> [PlannedChange] {
        try permitLooking(desired, as: act, by: caller, in: snapshot)
        var planner = EstatePlanner(
            snapshot: snapshot, now: now(), granter: .identity(caller.identity),
            makeUUID: { () throws(PlanRefusal) in
                guard let id: OperationID = try? self.makeID() else { throw .conflict("no randomness") }
                return (id.high, id.low)
            },
            makeRing: { (environment) throws(PlanRefusal) in
                guard let ring = try? self.newRing(.tokenRing(environment), isFirst: true) else {
                    throw .conflict("no key ring could be made for \(environment)")
                }
                return ring
            })
        do throws(PlanRefusal) {
            try planner.plan(desired)
        } catch {
            throw LifecycleError(error)
        }
        let made = MadeObjects(planner.changes)
        for planned in planner.changes {
            for facts in snapshot.facts(of: planned.change, beside: made) {
                _ = try permit(planned.change.act, on: facts, by: caller, in: snapshot)
            }
        }
        do throws(RecordingRefusal) {
            let wanted = planner.changes.map(\.change)
            try snapshot.refuseLosingAdministrators(wanted, at: now())
            try snapshot.refuseSparingSecondPerson(wanted, by: caller.identity, at: now())
        } catch {
            throw LifecycleError(.refused(error), operation: OperationID(high: 0, low: 0))
        }
        return planner.changes
    }

    /// Before faults are told: who may write nowhere learns nothing, and who asks for one identity must reach it.
    private func permitLooking(
        _ desired: DesiredState, as act: Act, by caller: AuthenticatedCaller, in snapshot: Snapshot
    ) throws(LifecycleError) {
        guard act == .entitlementRequest else { return try permitSomewhere(act, by: caller, in: snapshot) }
        for entitlement in desired.entitlements {
            let holder = try snapshot.known(entitlement.identity)
            _ = try permit(
                act, on: snapshot.facts(of: holder), by: caller, in: snapshot,
                absence: "no \(entitlement.identity)")
        }
    }

    private static func refuseStale(
        _ changes: [PlannedChange], _ expected: [KeptPlan.Change]
    ) throws(LifecycleError) {
        // defence: T36
        guard changes.map(KeptPlan.Change.init) == expected else {
            throw .stale("what the plan was made on has changed: plan again")
        }
    }

    static func cuts(_ changes: [PlannedChange]) -> [LineageReference] {
        changes.flatMap { $0.change.marks(reason: .unspecified) }.filter(\.cuts).map(\.reference)
    }
}

extension Snapshot {
    /// What policy looks at to judge a change: the object as it is and as it would be; each must be allowed.
    ///
    /// - Parameter made: what the same plan makes, and the snapshot does not know.
    func facts(of change: ObjectChange, beside made: MadeObjects = MadeObjects([])) -> [ObjectFacts] {
        switch change {
        case .identity(let old?, let new): return [facts(of: old), facts(of: new)]
        case .identity(nil, let new): return [facts(of: new)]
        case .trust(_, let new): return [facts(ofIdentity: new.identity, beside: made)]
        case .profile(_, let new): return [ObjectFacts(environment: new.environment)]
        case .entitlement(_, let new):
            // To give a role is to administer: no owner does that for what they own.
            let profile = profile(new.profile) ?? made.profiles[new.profile]
            if case .administration = profile?.body { return [.everything] }
            return [facts(ofIdentity: new.identity, beside: made)]
        // A ring comes with the profile that needs it, and is judged there.
        case .keyVersion: return []
        }
    }

    private func facts(ofIdentity id: IdentityID, beside made: MadeObjects) -> ObjectFacts {
        made.identities[id].map { facts(of: $0) } ?? facts(ofIdentity: id)
    }
}

/// Identities and profiles that a plan makes.
struct MadeObjects {
    private(set) var identities: [IdentityID: Identity] = [:]
    private(set) var profiles: [ProfileID: Profile] = [:]

    init(_ changes: [PlannedChange]) {
        for planned in changes {
            switch planned.change {
            case .identity(nil, let new): identities[new.id] = new
            case .profile(nil, let new): profiles[new.id] = new
            default: break
            }
        }
    }
}

extension LifecycleError {
    init(_ refusal: PlanRefusal) {
        switch refusal {
        case .fault(let fault): self = .invalid(field: fault.field, detail: fault.detail)
        case .conflict(let detail): self = .conflict(detail)
        case .stale(let detail): self = .stale(detail)
        case .noLivingOwner(let fault): self = .denied(Denial(.noLivingOwner, fault.detail, field: fault.field))
        case .unsafeTrust(let path, let reasons): self = .unsafeTrust(path: path, reasons: reasons)
        }
    }
}

extension RecordingRefusal {
    /// The same error, on its way out of a transaction.
    init(_ error: LifecycleError) {
        switch error {
        case .denied(let denial):
            self = .denied(code: denial.code.rawValue, detail: denial.detail, field: denial.field)
        case .invalid(let field, let detail): self = .denied(code: "invalid", detail: detail, field: field)
        case .conflict(let detail): self = .denied(code: "conflict", detail: detail, field: nil)
        case .stale(let detail): self = .denied(code: "stale", detail: detail, field: nil)
        case .notFound(let detail): self = .denied(code: "not-found", detail: detail, field: nil)
        case .unsafeTrust(let path, let reasons):
            self = .denied(code: "invalid", detail: reasons.joined(separator: "; "), field: path)
        case .limit(let detail, _): self = .denied(code: "limit", detail: detail, field: nil)
        case .unavailable(let cause): self = .undecided(cause.description)
        case .presentedTooOften: self = .presentedTooOften
        // None of them is thrown by what is decided inside a transaction.
        case .unauthenticated, .request, .busy, .expiredPlan, .unknownOutcome: self = .undecided("\(error)")
        }
    }
}
