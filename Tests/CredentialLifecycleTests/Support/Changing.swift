internal import Authorization
internal import CredentialLifecycle
internal import Storage
internal import TenureModel

extension TestInstallation {
    /// Gives an entitlement other terms, as an administrator.
    func amend(
        _ identity: String, _ profile: String, by caller: AuthenticatedCaller? = nil,
        _ alter: (inout EntitlementTerms) -> Void
    ) async throws {
        let old = try entitlement(identity, profile)
        var terms = old.terms
        alter(&terms)
        let admin: AuthenticatedCaller
        if let caller { admin = caller } else { admin = try await self.caller("admin") }
        _ = try await broker.decide(
            .amend(terms), on: old.id, expectedVersion: old.version, by: admin, in: try call())
    }

    /// Makes or changes one identity, as an administrator.
    @discardableResult
    func change(
        _ wanted: DesiredIdentity, at node: Node? = nil, isDryRun: Bool = false
    ) async throws -> ChangeOutcome {
        var desired = DesiredState()
        desired.identities = [wanted]
        let node = node ?? self.node
        return try await node.broker.change(
            to: desired, as: .identityWrite, by: try await presenting("admin", at: node),
            in: try call(isDryRun: isDryRun))
    }

    /// Gives a team these members, and no others.
    @discardableResult
    func setMembers(
        of team: String, _ people: String..., at node: Node? = nil, isDryRun: Bool = false
    ) async throws -> ChangeOutcome {
        var wanted = DesiredIdentity(path: "", kind: .team, name: try Name(team))
        wanted.members = try people.map { try ObjectReference("person/" + $0) }
        return try await change(wanted, at: node, isDryRun: isDryRun)
    }

    @discardableResult
    func setState(
        _ reference: String, _ state: IdentityState, at node: Node? = nil, isDryRun: Bool = false
    ) async throws -> ChangeOutcome {
        let old = try identity(reference)
        var wanted = DesiredIdentity(path: "", kind: old.id.kind, name: old.name)
        wanted.state = state
        return try await change(wanted, at: node, isDryRun: isDryRun)
    }

    /// Gives a workload another owner.
    func own(_ workload: String, by owner: String) async throws {
        var wanted = DesiredIdentity(path: "", kind: .workload, name: try identity(workload).name)
        wanted.owner = try ObjectReference(owner)
        try await change(wanted)
    }

    /// Asks for an entitlement, as an administrator where nobody else is named.
    @discardableResult
    func entitle(
        _ identity: String, to profile: String, constraints: EntitlementConstraints = .unconstrained,
        by caller: AuthenticatedCaller? = nil
    ) async throws -> Entitlement {
        var desired = DesiredState()
        desired.entitlements = [
            DesiredEntitlement(
                path: "", identity: try ObjectReference(identity), profile: try Name(profile),
                justification: try Sentence("The test needs it"), constraints: constraints)
        ]
        let admin: AuthenticatedCaller
        if let caller { admin = caller } else { admin = try await self.caller("admin") }
        let outcome = try await broker.change(to: desired, as: .entitlementRequest, by: admin, in: try call())
        guard case .entitlement(_, let new)? = outcome.changes.first?.change else { throw Unexpected("no change") }
        guard let recorded = broker.snapshot.entitlement(new.id) else { throw Unexpected("no entitlement") }
        return recorded
    }
}
