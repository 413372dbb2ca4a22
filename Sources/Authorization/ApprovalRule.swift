package import TenureModel

/// Who may approve an entitlement (DESIGN, section 2; THREATS, T42).
package enum ApprovalRule {
    /// What the rule looks at.
    package struct Facts: Sendable {
        package var mode: ApprovalMode
        package var granter: Grantor
        /// The identity that the entitlement is for, and who owns it; a person owns themselves.
        package var holder: IdentityID
        package var owner: IdentityID
        package var approver: IdentityID
        /// The teams of granter and approver.
        package var granterTeams: [TeamID]
        package var approverTeams: [TeamID]
        /// Who owns the granter where that is a workload: what a program asked for, its owner asked for.
        package var granterOwner: IdentityID?

        package init(
            mode: ApprovalMode, granter: Grantor, holder: IdentityID, owner: IdentityID, approver: IdentityID,
            granterTeams: [TeamID], approverTeams: [TeamID], granterOwner: IdentityID? = nil
        ) {
            self.mode = mode
            self.granter = granter
            self.holder = holder
            self.owner = owner
            self.approver = approver
            self.granterTeams = granterTeams
            self.approverTeams = approverTeams
            self.granterOwner = granterOwner
        }
    }

    /// Throws where the approver may not approve; the sentence says who could.
    package static func check(_ facts: Facts) throws(Denial) {
        let ownsIt = isOrSpeaksFor(facts.owner, facts.approver, facts.approverTeams)
        switch facts.mode {
        case .none:
            return
        case .owner:
            guard ownsIt else { throw Denial(.denied, "the owner of the identity approves this profile") }
        case .other:
            // A workload would approve for whoever owns it.
            // defence: T42
            guard facts.approver.kind == .person else { throw Denial(.denied, "a person approves this profile") }
            let granters = [facts.granterOwner, identity(of: facts.granter)].compactMap { $0 }
            // defence: T42
            if granters.contains(where: { isOrSpeaksFor($0, facts.approver, facts.approverTeams) }) {
                throw Denial(.denied, "who granted an entitlement cannot approve it")
            }
            // defence: T42
            if isOrSpeaksFor(facts.holder, facts.approver, facts.approverTeams) {
                throw Denial(.denied, "nobody approves what they would hold")
            }
            // defence: T42
            if ownsIt { throw Denial(.denied, "the owner of the identity cannot approve this profile") }
            // defence: T42
            if facts.granterTeams.contains(where: { facts.approverTeams.contains($0) }) {
                throw Denial(.denied, "granter and approver are in one team: somebody from another one approves")
            }
        }
    }

    private static func identity(of grantor: Grantor) -> IdentityID? {
        if case .identity(let id) = grantor { id } else { nil }
    }

    private static func isOrSpeaksFor(_ owner: IdentityID, _ person: IdentityID, _ teams: [TeamID]) -> Bool {
        if owner == person { return true }
        if case .team(let team) = owner { return teams.contains(team) }
        return false
    }
}
