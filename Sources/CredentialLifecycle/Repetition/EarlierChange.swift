internal import AuditLog
package import Authorization
internal import Storage
package import TenureModel

extension Broker {
    /// What a change under this caller's key did, if one was recorded.
    ///
    /// - Throws: as the change itself for who may make none any more.
    package func earlierChange(
        as act: Act, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> ChangeOutcome? {
        guard let earlier = try await earlierAct([act], by: caller, in: call) else { return nil }
        if act != .entitlementRequest { try permitSomewhere(act, by: caller, in: snapshot) }
        let names = snapshot
        return try await outcome(of: earlier) { PlannedChange($0, in: names) }
    }

    /// The same of a decision on one entitlement.
    func earlierDecision(
        _ decision: EntitlementDecision, by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> (Entitlement, ChangeOutcome)? {
        // An amendment that policy approves at once is recorded as an approval.
        let acts: [Act] = [.entitlementApprove, .entitlementEnd, .entitlementRequest]
        guard let earlier = try await earlierAct(acts, by: caller, in: call) else { return nil }
        if let text = earlier.operation.object, let id = try? EntitlementID(text), let now = snapshot.entitlement(id) {
            do throws(RecordingRefusal) {
                try permit(decision, on: now, by: caller, in: snapshot)
            } catch {
                throw LifecycleError(.refused(error), operation: call.operation)
            }
        }
        let outcome = try await outcome(of: earlier) { version in
            guard case .entitlement(let old, let new) = version else { return nil }
            return PlannedChange(
                change: .entitlement(from: old, to: new), object: "entitlement/\(new.id)",
                fields: FieldDifference.of(old, new), warnings: [])
        }
        guard case .entitlement(_, let new)? = outcome.changes.first?.change else {
            throw .unavailable(.init("\(earlier.operation.id) wrote no entitlement"))
        }
        return (new, outcome)
    }

    private func outcome(
        of earlier: EarlierAct, _ planned: (RecordedVersion) -> PlannedChange?
    ) async throws(LifecycleError) -> ChangeOutcome {
        let versions: [RecordedVersion]
        do throws(StorageError) {
            versions = try await ledger.versions(from: earlier.operation.index, upTo: earlier.end)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        let changes = versions.compactMap(planned)
        let counts = try await countLive(
            hangingOn: Self.cuts(changes), upTo: earlier.last, at: earlier.entry.at, before: earlier.before)
        return ChangeOutcome(
            changes: changes, counts: counts, baseVersion: earlier.operation.index, recorded: earlier.recorded,
            isRepeated: true)
    }
}

extension PlannedChange {
    /// The change that wrote a version, as the plan had it.
    init(_ version: RecordedVersion, in snapshot: Snapshot) {
        func name(_ id: IdentityID) -> String { snapshot.identity(id)?.reference.description ?? id.text }
        switch version {
        case .identity(let old, let new):
            self.init(
                change: .identity(from: old, to: new), object: new.reference.description,
                fields: FieldDifference.of(old, new, name: name), warnings: [])
        case .profile(let old, let new):
            self.init(
                change: .profile(from: old, to: new), object: "profile/\(new.name)",
                fields: FieldDifference.of(old, new), warnings: [])
        case .trust(let old, let new):
            self.init(
                change: .trust(from: old, to: new), object: "trust/\(new.name)",
                fields: FieldDifference.of(old, new), warnings: EstatePlanner.warnings(of: new))
        case .entitlement(let old, let new):
            let holder = snapshot.identity(new.identity)?.name.text ?? new.identity.text
            let profile = snapshot.profile(new.profile)?.name.text ?? new.profile.text
            self.init(
                change: .entitlement(from: old, to: new), object: "entitlement/\(holder)→\(profile)",
                fields: FieldDifference.of(old, new), warnings: [])
        case .keyVersion(let old, let new):
            self.init(
                change: .keyVersion(from: old, to: new), object: "key/\(new.purpose.text)", fields: [], warnings: [])
        }
    }
}
