internal import Authorization
internal import Storage
internal import TenureModel

// Who answers for what is owned, and what is left alone when they go.
extension Snapshot {
    /// The identity that answers for another: a workload's owner, a person or team itself.
    func owner(of identity: Identity) -> Identity? {
        guard let workload = identity.workload else { return identity }
        return self.identity(workload.owner)
    }

    /// An owner with the first person who answers for them; nil where the owner is gone, or is a team in which nobody
    /// lives.
    ///
    /// - Parameter changed: what is about to replace what the snapshot holds.
    func livingOwner(_ owner: Identity, beside changed: [IdentityID: Identity] = [:]) -> LivingOwner? {
        guard case .team(let members) = owner.body else { return LivingOwner(owner, answeredForBy: owner) }
        for member in members {
            let person = changed[.person(member)] ?? identity(.person(member))
            if let living = LivingOwner(owner, answeredForBy: person) { return living }
        }
        return nil
    }

    /// The workloads that get nothing any more once `changes` are made: nobody answers for them then, and somebody does
    /// now.
    func losingOwner(by changes: [ObjectChange]) -> [Identity] {
        var changed: [IdentityID: Identity] = [:]
        var owners: [IdentityID] = []
        for case .identity(let old, let new) in changes {
            changed[new.id] = new
            guard old != nil, new.workload == nil else { continue }
            for id in [new.id] + teams(of: new.id).map({ .team($0) }) where !owners.contains(id) { owners.append(id) }
        }
        return owners.flatMap { id -> [Identity] in
            guard let owner = identity(id), livingOwner(owner) != nil,
                livingOwner(changed[id] ?? owner, beside: changed) == nil
            else { return [] }
            return workloads(ownedBy: id).filter { workload in
                let next = changed[workload.id] ?? workload
                return next.state != .ended && next.workload?.owner == id
            }
        }
    }

    /// The same changes, and beside the last of identities, that some workloads lose their owner by them all.
    func warnings(of changes: [PlannedChange]) -> [PlannedChange] {
        let lost = losingOwner(by: changes.map(\.change))
        let place = changes.lastIndex { if case .identity(_?, _) = $0.change { true } else { false } }
        guard !lost.isEmpty, let place else { return changes }
        var shown = lost.prefix(20).map(\.reference.description).joined(separator: ", ")
        if lost.count > 20 { shown += " and \(lost.count - 20) more" }
        var warned = changes
        warned[place].warnings.append(
            .init(code: "no-living-owner", detail: "nothing is issued any more to \(shown): nobody answers for them"))
        return warned
    }

    /// The living workloads of the teams of a person in which nobody lives.
    func workloadsLeft(byTeamsOf person: IdentityID) -> [Identity] {
        teams(of: person).flatMap { team -> [Identity] in
            guard let owner = identity(.team(team)), livingOwner(owner) == nil else { return [] }
            return workloads(ownedBy: owner.id).filter { $0.state != .ended }
        }
    }
}
