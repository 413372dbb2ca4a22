internal import Authorization
internal import Storage
internal import TenureModel

/// Whether a new version of an entitlement is active at once, and who approved it then (DESIGN, section 2).
struct ApprovalOutcome {
    let state: Entitlement.State
    let approver: Grantor?

    init(of profile: Profile, for holder: Identity, by granter: Grantor, in snapshot: Snapshot, now: Timestamp) {
        switch profile.approval {
        case .none:
            state = .active
            approver = .policy("\(profile.name)@\(profile.version)")
        case .other where profile.body.kind == .administration && snapshot.approvers(at: now).count < 2:
            // There is nobody yet who could approve beside the granter; it stands in every receipt.
            state = .active
            approver = .policy("first-administrator")
        case .owner:
            let approves = Self.ownerApproves(holder, granter, snapshot)
            state = approves ? .active : .requested
            approver = approves ? granter : nil
        case .other:
            state = .requested
            approver = nil
        }
    }

    private static func ownerApproves(_ holder: Identity, _ granter: Grantor, _ snapshot: Snapshot) -> Bool {
        guard case .identity(let person) = granter, let owner = snapshot.owner(of: holder) else { return false }
        let teams = snapshot.teams(of: person)
        let facts = ApprovalRule.Facts(
            mode: .owner, granter: granter, holder: holder.id, owner: owner.id, approver: person, granterTeams: teams,
            approverTeams: teams)
        do throws(Denial) {
            try ApprovalRule.check(facts)
            return true
        } catch {
            return false
        }
    }
}
