internal import AuditLog
internal import OpenSSLCrypto
internal import Storage
package import TenureModel

/// A profile as it stands in a file, with the version that the file says it is.
package struct ProfileEdition: Sendable {
    package let profile: DesiredProfile
    package let version: Int64

    package init(_ profile: DesiredProfile, version: Int64) {
        self.profile = profile
        self.version = version
    }
}

/// What became of the profile files of a start.
package struct ProfileAdoption: Sendable {
    /// The names of profiles of which a new version was recorded.
    package let adopted: [Name]
    /// Profiles whose file says something else than what is in force, and is not its next version.
    package let heldBack: [HeldBack]

    /// One of them: its name, and which version each of the two is.
    package struct HeldBack: Hashable, Sendable {
        package let name: Name
        package let inForce: Int64
        package let inFile: Int64
    }
}

extension Broker {
    /// Records what the profile files say and the record does not: new profiles, and next versions of known ones. The
    /// broker itself acts.
    ///
    /// A file is the next version only where its `version` is one above the version in force: else a change that was
    /// made by a call would be undone at the next start by the file that it was made on.
    package func adopt(_ editions: [ProfileEdition]) async throws(LifecycleError) -> ProfileAdoption {
        do throws(LifecycleError) {
            return try await adoptOnce(editions)
        } catch .conflict where recorder.isShared {
            // Another node started at the same time, with the same files: what is left to do now?
            try await catchUp()
            return try await adoptOnce(editions)
        }
    }

    private func adoptOnce(_ editions: [ProfileEdition]) async throws(LifecycleError) -> ProfileAdoption {
        var desired = DesiredState()
        var heldBack: [ProfileAdoption.HeldBack] = []
        let before = snapshot
        for edition in editions {
            guard let known = before.profile(named: edition.profile.name) else {
                desired.profiles.append(edition.profile)
                continue
            }
            let isSame = known.body == edition.profile.body && known.approval == edition.profile.approval
            if known.state == .ended || isSame { continue }
            if edition.version == known.version + 1 {
                desired.profiles.append(edition.profile)
            } else {
                heldBack.append(.init(name: known.name, inForce: known.version, inFile: edition.version))
            }
        }
        if !desired.profiles.isEmpty { try await record(desired) }
        return ProfileAdoption(adopted: desired.profiles.map(\.name), heldBack: heldBack)
    }

    private func record(_ desired: DesiredState) async throws(LifecycleError) {
        let time = now()
        let operation: OperationID = try makeID()
        let record = OperationRecord(
            id: operation, act: .profileWrite, identity: nil, idempotencyKey: nil,
            requestHash: SHA256.hash([UInt8]()), object: nil)
        let result = await recorder.act(record, priority: .change) {
            [self] (snapshot: Snapshot) throws(RecordingRefusal) in
            let changes = try profileChanges(desired, in: snapshot, at: time)
            guard !changes.isEmpty else {
                throw .denied(code: "conflict", detail: "another node adopted the same profiles", field: nil)
            }
            let entries = changes.map { $0.change.pendingEntry(by: .broker, source: nil, at: time) }
            return ActOutcome(value: changes, entries: entries)
        }
        let (changes, _) = try unwrap(result, operation)
        try reloadKeysIfNeeded(changes)
    }

    private func profileChanges(
        _ desired: DesiredState, in snapshot: Snapshot, at time: Timestamp
    ) throws(RecordingRefusal) -> [PlannedChange] {
        var planner = EstatePlanner(
            snapshot: snapshot, now: time, granter: .policy("configuration"),
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
            throw RecordingRefusal(LifecycleError(error))
        }
        return planner.changes
    }
}
