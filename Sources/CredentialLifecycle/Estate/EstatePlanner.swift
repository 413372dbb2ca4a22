internal import Federation
internal import Storage
internal import TenureModel

/// Compares what is wanted with one snapshot: a pure function but for the ids of new objects. A dry run shows its
/// result, and applying carries out the same (P7).
struct EstatePlanner {
    let snapshot: Snapshot
    let now: Timestamp
    /// Who wants it; the granter of new entitlements.
    let granter: Grantor
    let makeUUID: () throws(PlanRefusal) -> (high: UInt64, low: UInt64)
    let makeRing: (EnvironmentName) throws(PlanRefusal) -> KeyVersion
    private(set) var changes: [PlannedChange] = []
    private var identities: [ObjectReference: Identity] = [:]
    private var newNames: [IdentityID: ObjectReference] = [:]
    /// The same as `identities`, by their ids.
    private var planned: [IdentityID: Identity] = [:]
    private var profiles: [Name: Profile] = [:]

    init(
        snapshot: Snapshot, now: Timestamp, granter: Grantor,
        makeUUID: @escaping () throws(PlanRefusal) -> (high: UInt64, low: UInt64),
        makeRing: @escaping (EnvironmentName) throws(PlanRefusal) -> KeyVersion
    ) {
        self.snapshot = snapshot
        self.now = now
        self.granter = granter
        self.makeUUID = makeUUID
        self.makeRing = makeRing
    }

    /// Adds the changes that lead from the snapshot to `desired`, in an order in which each rests on what is there.
    mutating func plan(_ desired: DesiredState) throws(PlanRefusal) {
        for identity in desired.identities { try plan(identity) }
        for profile in desired.profiles { try plan(profile) }
        for trust in desired.trusts { try plan(trust) }
        for entitlement in desired.entitlements { try plan(entitlement) }
    }

    // MARK: Identities

    private mutating func plan(_ desired: DesiredIdentity) throws(PlanRefusal) {
        let reference = ObjectReference(kind: .init(desired.kind), name: desired.name.text)
        if identities[reference] != nil {
            throw .fault(FieldFault(desired.path, "\(reference) is there twice"))
        }
        let old = snapshot.identity(kind: desired.kind, name: desired.name)
        if let old, old.state == .ended {
            throw .conflict("\(reference) has ended, and its name is taken for ever")
        }
        // An end takes with it what the identity owns, in one transaction: that is offboarding, and nothing else (P3).
        if desired.state == .ended { throw .conflict("\(reference) ends by being offboarded") }
        if old != nil, desired.mustBeNew { throw .conflict("\(reference) is there already") }
        try Self.refuseUnseen(old?.version, desired.seenVersion)
        var new: Identity
        if let old {
            new = old
            new.version += 1
            new.state = desired.state ?? old.state
            new.body = try body(of: desired, over: old.body)
        } else {
            new = Identity(
                id: try makeIdentityID(desired.kind), number: -1, version: 1, name: desired.name, state: .active,
                body: try body(of: desired, over: nil))
        }
        identities[reference] = new
        planned[new.id] = new
        newNames[new.id] = reference
        if let old, old.state == new.state, old.body == new.body {
            identities[reference] = old
            planned[old.id] = old
            return
        }
        let fields = FieldDifference.of(old, new, name: nameOf)
        append(.identity(from: old, to: new), reference.description, fields)
    }

    private func makeIdentityID(_ kind: IdentityKind) throws(PlanRefusal) -> IdentityID {
        let (high, low) = try makeUUID()
        switch kind {
        case .person: return .person(PersonID(high: high, low: low))
        case .team: return .team(TeamID(high: high, low: low))
        case .workload: return .workload(WorkloadID(high: high, low: low))
        }
    }

    private func body(of desired: DesiredIdentity, over old: IdentityBody?) throws(PlanRefusal) -> IdentityBody {
        let read = FieldReader(path: desired.path.isEmpty ? "" : desired.path + ".")
        switch desired.kind {
        case .person:
            return .person
        case .team:
            guard let members = desired.members else { return old ?? .team(members: []) }
            var ids: [PersonID] = []
            for (place, member) in members.enumerated() {
                guard case .person(let id) = try living(member, read, "members[\(place)]").id else {
                    throw .fault(read.fault("members[\(place)]", "a team's members are people"))
                }
                if !ids.contains(id) { ids.append(id) }
            }
            return .team(members: ids.sorted())
        case .workload:
            return .workload(try workload(desired, old, read))
        }
    }

    private func workload(
        _ desired: DesiredIdentity, _ old: IdentityBody?, _ read: FieldReader
    ) throws(PlanRefusal) -> Workload {
        var known: Workload?
        if case .workload(let workload)? = old { known = workload }
        if let known, let environment = desired.environment, environment != known.environment {
            throw .conflict("the environment of workload/\(desired.name) never changes: make another workload")
        }
        var owner = known?.owner
        if let wanted = desired.owner { owner = try ownerID(wanted, read, "owner") }
        var backup = known?.backupOwner
        if let wanted = desired.backupOwner { backup = try ownerID(wanted, read, "backup_owner") }
        // What lives longer than its owner is what an offboarding in steps has still to end, or to pass on (P3).
        if let known, let owner, owner != known.owner, snapshot.identity(known.owner)?.state == .ended {
            throw .conflict(
                "the owner of workload/\(desired.name) is being offboarded: it ends, or passes on, with that case")
        }
        guard let workloadClass = desired.workloadClass ?? known?.workloadClass else { throw missing("class", read) }
        guard let owner else { throw missing("owner", read) }
        guard let purpose = desired.purpose ?? known?.purpose else { throw missing("purpose", read) }
        guard let environment = desired.environment ?? known?.environment else { throw missing("environment", read) }
        return Workload(
            workloadClass: workloadClass, owner: owner, backupOwner: backup == owner ? nil : backup, purpose: purpose,
            environment: environment)
    }

    private func missing(_ field: String, _ read: FieldReader) -> PlanRefusal {
        .fault(read.fault(field, "is missing"))
    }

    private func ownerID(
        _ reference: ObjectReference, _ read: FieldReader, _ field: String
    ) throws(PlanRefusal) -> IdentityID {
        let owner = try living(reference, read, field)
        guard owner.workload == nil else { throw .fault(read.fault(field, "a person or a team owns, not a workload")) }
        guard snapshot.livingOwner(owner, beside: planned) != nil else {
            throw .noLivingOwner(read.fault(field, "nobody lives in \(reference)"))
        }
        return owner.id
    }

    /// An identity that is there or is made by this plan, and lives.
    private func living(
        _ reference: ObjectReference, _ read: FieldReader, _ field: String
    ) throws(PlanRefusal) -> Identity {
        guard let identity = identity(reference) else { throw .fault(read.fault(field, "no \(reference)")) }
        guard identity.state == .active else {
            throw .noLivingOwner(read.fault(field, "must be a living person or team"))
        }
        return identity
    }

    /// `person/ada` of an identity that is there or is made by this plan.
    private func nameOf(_ id: IdentityID) -> String {
        snapshot.identity(id)?.reference.description ?? newNames[id]?.description ?? id.text
    }

    private func identity(_ reference: ObjectReference) -> Identity? {
        if let planned = identities[reference] { return planned }
        return try? snapshot.known(reference)
    }

    // MARK: Profiles

    private mutating func plan(_ desired: DesiredProfile) throws(PlanRefusal) {
        if profiles[desired.name] != nil {
            throw .fault(FieldFault(desired.path, "profile/\(desired.name) is there twice"))
        }
        let old = snapshot.profile(named: desired.name)
        if let old, old.body.kind != desired.body.kind || old.environment != desired.environment {
            throw .conflict("profile/\(desired.name) keeps its kind and environment: make another profile")
        }
        if old != nil, desired.mustBeNew { throw .conflict("profile/\(desired.name) is there already") }
        try Self.refuseUnseen(old?.version, desired.seenVersion)
        try refuseForeignAudience(of: desired)
        if let old, old.state == .ended, desired.state == .active {
            throw .conflict("profile/\(desired.name) has ended, and its name is taken for ever")
        }
        var new: Profile
        if let old {
            new = old
            new.version += 1
            new.state = desired.state
            new.approval = desired.approval
            new.body = desired.body
        } else {
            let (high, low) = try makeUUID()
            new = Profile(
                id: ProfileID(high: high, low: low), number: -1, version: 1, name: desired.name, state: .active,
                environment: desired.environment, approval: desired.approval, body: desired.body)
        }
        if let old, old.state == new.state, old.approval == new.approval, old.body == new.body {
            profiles[desired.name] = old
            return
        }
        profiles[desired.name] = new
        try planRing(for: new)
        append(.profile(from: old, to: new), "profile/\(desired.name)", FieldDifference.of(old, new))
    }

    /// An audience belongs to one environment (FORMATS, section 1): its keys are made of that one's ring.
    private func refuseForeignAudience(of desired: DesiredProfile) throws(PlanRefusal) {
        guard case .token(let wanted) = desired.body else { return }
        for profile in snapshot.profiles + Array(profiles.values) where profile.environment != desired.environment {
            guard case .token(let token) = profile.body,
                let audience = wanted.audiences.first(where: { token.audiences.contains($0) })
            else { continue }
            throw .conflict("audience/\(audience) belongs to the environment of profile/\(profile.name)")
        }
    }

    /// The first token profile of an environment makes its key ring.
    private mutating func planRing(for profile: Profile) throws(PlanRefusal) {
        guard case .token = profile.body, let environment = profile.environment else { return }
        guard snapshot.keyVersions(for: .tokenRing(environment)).isEmpty else { return }
        let isPlanned = changes.contains { planned in
            if case .keyVersion(_, let key) = planned.change { key.purpose == .tokenRing(environment) } else { false }
        }
        guard !isPlanned else { return }
        let ring = try makeRing(environment)
        append(.keyVersion(from: nil, to: ring), "key/token-ring/\(environment)", [])
    }

    // MARK: Trusts

    private mutating func plan(_ desired: DesiredTrust) throws(PlanRefusal) {
        let read = FieldReader(path: desired.path.isEmpty ? "" : desired.path + ".")
        guard let identity = identity(desired.identity), identity.state != .ended else {
            throw .fault(
                read.fault(desired.identity.kind == .workload ? "workload" : "identity", "no \(desired.identity)"))
        }
        var warnings: [PlannedChange.Warning] = []
        if case .oidc(let oidc) = desired.method, desired.state == .active {
            warnings = try Self.warnings(of: oidc, path: desired.path)
        }
        let old = snapshot.trust(named: desired.name)
        if let old, old.state == .ended || old.identity != identity.id || desired.mustBeNew {
            throw .conflict(
                old.state == .ended
                    ? "trust/\(desired.name) has ended, and its name is taken for ever"
                    : "trust/\(desired.name) is there already")
        }
        try Self.refuseUnseen(old?.version, desired.seenVersion)
        try refuseEqual(desired, of: identity)
        var new: Trust
        if let old {
            new = old
            new.version += 1
            new.state = desired.state
            new.method = desired.method
        } else {
            let (high, low) = try makeUUID()
            new = Trust(
                id: TrustID(high: high, low: low), number: -1, version: 1, name: desired.name, identity: identity.id,
                state: .active, method: desired.method)
        }
        if let old, old.state == new.state, old.method == new.method { return }
        append(.trust(from: old, to: new), "trust/\(desired.name)", FieldDifference.of(old, new), warnings)
    }

    /// The same token would fit two identities, and log in as neither: whoever may write a trust of their own could so
    /// keep another's from working.
    private func refuseEqual(_ desired: DesiredTrust, of identity: Identity) throws(PlanRefusal) {
        guard case .oidc(let oidc) = desired.method, desired.state == .active else { return }
        let planned = changes.compactMap { planned -> Trust? in
            if case .trust(_, let trust) = planned.change { trust } else { nil }
        }
        let isTaken = (snapshot.trusts(issuer: oidc.issuer) + planned).contains { other in
            other.state == .active && other.identity != identity.id && other.oidc?.fitsTheSame(as: oidc) ?? false
                // As the plan leaves it.
                && !planned.contains { $0.id == other.id && $0 != other }
        }
        guard !isTaken else { throw .conflict("another identity has a trust with the same conditions") }
    }

    /// What is allowed and yet worth a thought in a trust that was recorded.
    static func warnings(of trust: Trust) -> [PlannedChange.Warning] {
        guard let oidc = trust.oidc, trust.state == .active else { return [] }
        do throws(PlanRefusal) {
            return try warnings(of: oidc, path: "")
        } catch {
            // It was recorded under other rules.
            return []
        }
    }

    private static func warnings(of trust: OIDCTrust, path: String) throws(PlanRefusal) -> [PlannedChange.Warning] {
        do throws(UnsafeTrust) {
            return try TrustRule.check(trust).map { warning in
                PlannedChange.Warning(code: warning.code.rawValue, detail: "\(warning.field): \(warning.detail)")
            }
        } catch {
            let reasons = error.findings.map { finding in
                let stranger = finding.stranger.map { "; a stranger with these claims would have got in: " + $0 } ?? ""
                return "\(finding.field): \(finding.detail)\(stranger)"
            }
            throw .unsafeTrust(path: path, reasons: reasons)
        }
    }

    // MARK: Entitlements

    private mutating func plan(_ desired: DesiredEntitlement) throws(PlanRefusal) {
        let read = FieldReader(path: desired.path.isEmpty ? "" : desired.path + ".")
        let holder = try living(desired.identity, read, "identity")
        guard let profile = profiles[desired.profile] ?? snapshot.profile(named: desired.profile),
            profile.state == .active
        else { throw .fault(read.fault("profile", "no profile/\(desired.profile)")) }
        if let workload = holder.workload, let environment = profile.environment, workload.environment != environment {
            throw .conflict(
                "\(desired.identity) lives in \(workload.environment), profile/\(profile.name) in \(environment)")
        }
        if let ends = desired.ends, ends <= now { throw .fault(read.fault("ends", "lies in the past")) }
        let old = snapshot.entitlements(of: holder.id).first { $0.profile == profile.id && $0.state != .ended }
        let terms = EntitlementTerms(
            justification: desired.justification, starts: desired.starts ?? old?.terms.starts ?? now.wholeSecond,
            ends: desired.ends, review: desired.review, constraints: desired.constraints)
        if let old, old.terms == terms { return }
        try refuseWithoutOwner(holder, read)
        let approval = ApprovalOutcome(
            of: profile, for: holder, by: granter, in: snapshot, now: now)
        var new: Entitlement
        if let old {
            new = old
            new.version += 1
        } else {
            let (high, low) = try makeUUID()
            new = Entitlement(
                id: EntitlementID(high: high, low: low), number: -1, version: 1, identity: holder.id,
                profile: profile.id, state: .requested, terms: terms, granter: granter, approver: nil)
        }
        new.terms = terms
        new.granter = granter
        new.state = approval.state
        new.approver = approval.approver
        append(
            .entitlement(from: old, to: new), "entitlement/\(desired.identity.name)→\(profile.name)",
            FieldDifference.of(old, new))
    }

    /// What nobody answers for is granted nothing.
    private func refuseWithoutOwner(_ holder: Identity, _ read: FieldReader) throws(PlanRefusal) {
        var owner: Identity? = holder
        if let workload = holder.workload { owner = planned[workload.owner] ?? snapshot.identity(workload.owner) }
        guard let owner, snapshot.livingOwner(owner, beside: planned) != nil else {
            throw .noLivingOwner(read.fault("identity", "the owner of \(holder.reference) is gone"))
        }
    }

    /// Planned once more inside the transaction, this holds `If-Match` at the moment of the record.
    private static func refuseUnseen(_ version: Int64?, _ seen: Int64?) throws(PlanRefusal) {
        guard let seen, seen != version else { return }
        throw .stale("it is version \(version ?? 0) now: look again")
    }

    private mutating func append(
        _ change: ObjectChange, _ object: String, _ fields: [PlannedChange.FieldChange],
        _ warnings: [PlannedChange.Warning] = []
    ) {
        changes.append(PlannedChange(change: change, object: object, fields: fields, warnings: warnings))
    }
}

extension OIDCTrust {
    /// Whether every token that fits the one fits the other.
    fileprivate func fitsTheSame(as other: OIDCTrust) -> Bool {
        issuer.utf8.elementsEqual(other.issuer.utf8) && audience.utf8.elementsEqual(other.audience.utf8)
            && Set(conditions) == Set(other.conditions)
    }
}
