package import Storage
package import TenureModel

/// What an offboarding does, worked out on one snapshot: who ends, which workloads pass on, and why it may not happen.
///
/// The same value is shown by a dry run and carried out inside the recording transaction (P7).
package struct OffboardingPlan: Hashable, Sendable {
    /// The most identities of one transaction; beyond it the owner goes first and the workloads follow in batches.
    package static let identitiesMax = 1_000
    /// The workloads of one such batch: with the entry of the case no large act, so no other one delays it.
    package static let batchMax = 250

    /// The target first, then every workload that ends with it.
    package let ends: [Identity]
    /// Workloads that pass to `heir`.
    package let passes: [Identity]
    package let heir: Identity?
    /// Workloads of a team that nobody is left in: they stay, and get nothing until somebody answers for them.
    package let strands: [Identity]

    /// - Throws: `denied` where the heir cannot take over, where the target has ended, or where nobody could administer
    ///   any more.
    package init(
        of target: IdentityID, to heir: IdentityID?, in snapshot: Snapshot, now: Timestamp
    ) throws(RecordingRefusal) {
        guard let identity = snapshot.identity(target) else {
            throw .denied(code: "not-found", detail: "no such identity", field: "target")
        }
        guard identity.state != .ended else {
            throw .denied(code: "conflict", detail: "\(identity.reference) has been offboarded before", field: "target")
        }
        self.heir = try Self.living(heir, insteadOf: identity, in: snapshot)
        let owned = identity.workload == nil ? Array(snapshot.workloads(ownedBy: target)) : []
        let living = owned.filter { $0.state != .ended }.sorted { $0.number < $1.number }
        passes = self.heir == nil ? [] : living
        ends = [identity] + (self.heir == nil ? living : [])
        let changes = Self.changes(of: Step(ends: ends, passes: passes), to: self.heir)
        strands = snapshot.losingOwner(by: changes)
        try snapshot.refuseLosingAdministrators(changes, at: now)
    }

    /// The plan of a case as it was carried out so far, with what is left of it.
    init(of history: CaseHistory, in snapshot: Snapshot) {
        let rest = history.newest.step.state == .approved ? Self.rest(of: history, in: snapshot) : Step()
        ends = history.ends.compactMap { snapshot.identity($0) } + rest.ends
        passes = history.passes.compactMap { snapshot.identity($0) } + rest.passes
        heir = history.first.step.transferTo.flatMap { snapshot.identity($0) }
        strands = snapshot.workloadsLeft(byTeamsOf: history.first.step.target)
    }

    /// What one transaction does.
    struct Step: Hashable, Sendable {
        var ends: [Identity] = []
        var passes: [Identity] = []

        var count: Int { ends.count + passes.count }
    }

    /// Whether it is too much for one transaction.
    var isStaged: Bool { ends.count + passes.count > Self.identitiesMax }

    /// What is done at once: all of it, or the end of the target, which stops issuance for all that it owns.
    var firstStep: Step { isStaged ? Step(ends: Array(ends.prefix(1))) : Step(ends: ends, passes: passes) }

    /// What a case that has ended its target has still to do: what the target owns by now and what lives. Where the
    /// heir has gone meanwhile, nothing passes on.
    static func rest(of history: CaseHistory, in snapshot: Snapshot) -> Step {
        let owned = snapshot.workloads(ownedBy: history.first.step.target).filter { $0.state != .ended }
        let heir = history.first.step.transferTo.flatMap { snapshot.identity($0) }
        return heir.flatMap { snapshot.livingOwner($0) } != nil ? Step(passes: owned) : Step(ends: owned)
    }

    /// The changes in the order in which they are recorded: those that end, the target first, then those that pass on.
    func changes(of step: Step) -> [ObjectChange] { Self.changes(of: step, to: heir) }

    static func changes(of step: Step, to heir: Identity?) -> [ObjectChange] {
        let ended = step.ends.map { identity in
            var next = identity
            next.version += 1
            next.state = .ended
            return ObjectChange.identity(from: identity, to: next)
        }
        let passed = step.passes.compactMap { identity -> ObjectChange? in
            guard let heir, var workload = identity.workload else { return nil }
            var next = identity
            workload.owner = heir.id
            if workload.backupOwner == heir.id { workload.backupOwner = nil }
            next.version += 1
            next.body = .workload(workload)
            return .identity(from: identity, to: next)
        }
        return ended + passed
    }

    private static func living(
        _ heir: IdentityID?, insteadOf target: Identity, in snapshot: Snapshot
    ) throws(RecordingRefusal) -> Identity? {
        guard let heir else { return nil }
        guard target.workload == nil else {
            throw .denied(code: "invalid", detail: "a workload owns nothing to transfer", field: "transfer_to")
        }
        var gone = target
        gone.state = .ended
        guard heir != target.id, let identity = snapshot.identity(heir), identity.workload == nil,
            // A team in which the leaver alone lives leaves with them.
            snapshot.livingOwner(identity, beside: [target.id: gone]) != nil
        else {
            throw .denied(
                code: "no-living-owner",
                detail: "transfer_to must be another, living person, or a team in which another person lives",
                field: "transfer_to")
        }
        return identity
    }
}

extension Snapshot {
    /// The living people who may ask for and approve roles over everything.
    func administrators(at now: Timestamp) -> [IdentityID] { people(at: now, with: \.makesAdministrators) }

    /// The living people who may approve what another one asks for.
    func approvers(at now: Timestamp) -> [IdentityID] { people(at: now, with: \.makesApprovers) }

    /// The living people with a role in force. A team may be empty, and a
    /// program approves nothing for which somebody else is asked: neither takes a person's place.
    private func people(at now: Timestamp, with isWanted: (Profile) -> Bool) -> [IdentityID] {
        var found: [IdentityID] = []
        for profile in profiles where isWanted(profile) {
            for entitlement in entitlements(to: profile.id) where entitlement.administers(at: now) {
                guard entitlement.identity.kind == .person, identity(entitlement.identity)?.state == .active else {
                    continue
                }
                if !found.contains(entitlement.identity) { found.append(entitlement.identity) }
            }
        }
        return found
    }
}

extension Entitlement {
    /// Active, begun and not over.
    package func isInForce(at now: Timestamp) -> Bool {
        state == .active && terms.starts <= now && (terms.ends.map { now < $0 } ?? true)
    }
}
