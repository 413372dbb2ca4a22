internal import Storage
internal import TenureModel

extension Snapshot {
    /// Refuses what would spare an administrator the second person that a profile asks for: a lower approval, a role of
    /// their own making, more acts in a role, another way to log in as somebody who administers (THREATS, T42).
    ///
    /// While one administrator lives there is no second person, and all of it is theirs to arrange. Later the next
    /// version of a profile comes from its file, which is the host's to change, and is seen in the log.
    func refuseSparingSecondPerson(
        _ changes: [ObjectChange], by caller: IdentityID, at now: Timestamp
    ) throws(RecordingRefusal) {
        guard approvers(at: now).count >= 2 else { return }
        for change in changes {
            switch change {
            case .profile(let old?, let new): try refuseLoosening(old, to: new)
            case .profile(nil, let new) where new.body.kind == .administration && new.approval != .other:
                throw Self.denied("a role asks for the approval of another: make it with `approval: other`", "approval")
            case .trust(_, let new)
            where new.state == .active && new.identity != caller && administers(new.identity, at: now):
                throw Self.denied(
                    "a trust of somebody who administers lets whoever passes it in as them: only they add it",
                    "identity")
            case .identity, .trust, .profile, .entitlement, .keyVersion: break
            }
        }
    }

    private func refuseLoosening(_ old: Profile, to new: Profile) throws(RecordingRefusal) {
        guard new.approval.strictness >= old.approval.strictness else {
            throw Self.denied(
                "profile/\(old.name) asks for approval by \(old.approval): nobody lowers that alone, "
                    + "its next version comes with the file in `ca.profiles`", "approval")
        }
        guard case .administration(let before) = old.body, case .administration(let after) = new.body else { return }
        let isNarrower = after.scope == before.scope && after.acts.allSatisfy { before.acts.contains($0) }
        guard new.state != .active || isNarrower else {
            throw Self.denied(
                "nobody widens a role alone: its next version comes with the file in `ca.profiles`", "acts")
        }
    }

    private func administers(_ identity: IdentityID, at now: Timestamp) -> Bool {
        entitlements(of: identity).contains { entitlement in
            entitlement.isInForce(at: now) && profile(entitlement.profile)?.body.kind == .administration
        }
    }

    private static func denied(_ detail: String, _ field: String) -> RecordingRefusal {
        .denied(code: "denied", detail: detail + " (two administrators live)", field: field)
    }
}

extension ApprovalMode {
    /// How much stands between a wish and its being in force.
    fileprivate var strictness: Int {
        switch self {
        case .none: 0
        case .owner: 1
        case .other: 2
        }
    }
}
