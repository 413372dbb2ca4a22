package import TenureModel

/// An owner with somebody who answers for what it owns: a person, or a team and one of its members, both active. A team
/// that nobody is left in owns nothing any more (P1).
package struct LivingOwner: Hashable, Sendable {
    package let owner: Identity
    /// The owner, or a living member of the team.
    package let person: Identity

    /// Nil where the owner is gone, or `person` does not answer for them.
    package init?(_ owner: Identity?, answeredForBy person: Identity?) {
        guard let owner, owner.state == .active, let person, person.state == .active else { return nil }
        if case .team(let members) = owner.body {
            guard case .person(let id) = person.id, members.contains(id) else { return nil }
        } else {
            guard owner.id == person.id else { return nil }
        }
        self.owner = owner
        self.person = person
    }
}
