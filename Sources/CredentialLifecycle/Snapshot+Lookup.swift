internal import Authorization
internal import Storage
internal import TenureModel

// How acts find what a request names: by name or id, or `notFound`.
extension Snapshot {
    func known(_ reference: ObjectReference) throws(LifecycleError) -> Identity {
        let found: Identity?
        switch reference.kind {
        case .person:
            found = identity(.person, reference.name) { (text) throws(IdentifierError) in .person(try .init(text)) }
        case .team: found = identity(.team, reference.name) { (text) throws(IdentifierError) in .team(try .init(text)) }
        case .workload:
            found = identity(.workload, reference.name) { (text) throws(IdentifierError) in .workload(try .init(text)) }
        default: throw .invalid(field: "target", detail: "\(reference) is no person, team or workload")
        }
        guard let found else { throw .notFound("no \(reference)") }
        return found
    }

    func knownProfile(_ text: String) throws(LifecycleError) -> Profile {
        if let id = try? ProfileID(text), let profile = profile(id) { return profile }
        guard let name = try? Name(text), let profile = profile(named: name) else {
            throw .notFound("no profile/\(text)")
        }
        return profile
    }

    func knownTrust(_ text: String) throws(LifecycleError) -> Trust {
        if let id = try? TrustID(text), let trust = trust(id) { return trust }
        guard let name = try? Name(text), let trust = trust(named: name) else { throw .notFound("no trust/\(text)") }
        return trust
    }

    private func identity(
        _ kind: IdentityKind, _ text: String, id: (String) throws(IdentifierError) -> IdentityID
    ) -> Identity? {
        if let id = try? id(text) { return identity(id) }
        guard let name = try? Name(text) else { return nil }
        return identity(kind: kind, name: name)
    }

    // MARK: What policy looks at

    /// An identity, its owner and its environment. While the owner is gone, or is a team in which nobody lives, the
    /// backup owner stands in.
    func facts(of identity: Identity) -> ObjectFacts {
        guard let workload = identity.workload else { return ObjectFacts(identity: identity.id, owner: identity.id) }
        var owner = workload.owner
        if let backup = workload.backupOwner, let first = self.identity(owner), isGone(first) { owner = backup }
        return ObjectFacts(identity: identity.id, owner: owner, environment: workload.environment)
    }

    /// A person who is suspended may come back, and keeps the say meanwhile.
    private func isGone(_ owner: Identity) -> Bool {
        if case .team = owner.body { return livingOwner(owner) == nil }
        return owner.state == .ended
    }

    func facts(ofIdentity id: IdentityID) -> ObjectFacts {
        guard let identity = identity(id) else { return ObjectFacts(identity: id) }
        return facts(of: identity)
    }

    func facts(of credential: Credential) -> ObjectFacts {
        var facts = facts(ofIdentity: credential.identity)
        facts.environment = credential.environment
        if case .token(let audience, _, _) = credential.body { facts.audience = audience }
        return facts
    }

    /// The teams of which the person is a member.
    func teams(of person: IdentityID) -> [TeamID] {
        guard case .person(let id) = person else { return [] }
        return teams(ofMember: id)
    }
}

extension ObjectFacts {
    /// The same without the relation of an identity to itself.
    var withoutIdentity: ObjectFacts {
        var facts = self
        facts.identity = nil
        return facts
    }
}
