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

        package init(
            mode: ApprovalMode, granter: Grantor, holder: IdentityID, owner: IdentityID, approver: IdentityID,
            granterTeams: [TeamID], approverTeams: [TeamID]
        ) {
            self.mode = mode
            self.granter = granter
            self.holder = holder
            self.owner = owner
            self.approver = approver
            self.granterTeams = granterTeams
            self.approverTeams = approverTeams
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
            if facts.granter == .identity(facts.approver) {
                throw Denial(.denied, "who granted an entitlement cannot approve it")
            }
            if facts.holder == facts.approver { throw Denial(.denied, "nobody approves what they would hold") }
            if ownsIt { throw Denial(.denied, "the owner of the identity cannot approve this profile") }
            if facts.granterTeams.contains(where: { facts.approverTeams.contains($0) }) {
                throw Denial(.denied, "granter and approver are in one team: somebody from another one approves")
            }
        }
    }

    private static func isOrSpeaksFor(_ owner: IdentityID, _ person: IdentityID, _ teams: [TeamID]) -> Bool {
        if owner == person { return true }
        if case .team(let team) = owner { return teams.contains(team) }
        return false
    }
}
