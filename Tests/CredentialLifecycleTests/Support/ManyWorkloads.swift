internal import Authorization
internal import CredentialLifecycle
internal import TenureModel

extension TestInstallation {
    /// Gives `person/owner` so many workloads, `many-0` and on, in one large act.
    func ownMany(_ count: Int, at node: Node? = nil, by caller: AuthenticatedCaller? = nil) async throws {
        let node = node ?? self.node
        var desired = DesiredState()
        desired.identities = try (0..<count).map { place in
            var identity = DesiredIdentity(path: "", kind: .workload, name: try Name("many-\(place)"))
            identity.workloadClass = .service
            identity.owner = try ObjectReference("person/owner")
            identity.purpose = try Sentence("One of many")
            identity.environment = try Name("production")
            return identity
        }
        let admin: AuthenticatedCaller
        if let caller { admin = caller } else { admin = try await self.caller("admin") }
        _ = try await node.broker.change(to: desired, as: .identityWrite, by: admin, in: try call())
    }
}
