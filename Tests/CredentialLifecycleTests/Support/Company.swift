internal import Authorization
internal import CredentialLifecycle
internal import PostgreSQLEngine
internal import Storage
internal import TenureModel

/// Three brokers on one PostgreSQL, each of which follows the others as `tenured serve` does.
final class Company: Sendable {
    let installation: TestInstallation
    let nodes: [Node]
    private let following: [Task<Void, Never>]

    /// - Parameter announces: whether nodes tell each other of commits (NOTIFY); else they look four times a second.
    init(announces: Bool = true, keepsRootKey: Bool = false) async throws {
        let installation = try await TestInstallation.start(
            keepsRootKey: keepsRootKey, on: .postgreSQL(announces: announces))
        self.installation = installation
        nodes = [installation.node, try await installation.otherNode(), try await installation.otherNode()]
        let address = try TestStore.address(of: installation.folder)
        following = nodes.map { node in
            let watch = CommitWatch(address) { 0 }
            return Task {
                while !Task.isCancelled {
                    do {
                        try await watch.wait(atMost: 250)
                        try await node.broker.follow()
                    } catch {
                        await Task.yield()
                    }
                }
            }
        }
    }

    /// Ends what runs; nothing is left of it afterwards.
    func stop() async {
        for task in following { task.cancel() }
        for node in nodes { await node.stop() }
        for task in following { await task.value }
    }

    /// Runs a test on three nodes and ends them, whatever became of it.
    static func run(
        announces: Bool = true, keepsRootKey: Bool = false, _ body: (Company) async throws -> Void
    ) async throws {
        let company = try await Company(announces: announces, keepsRootKey: keepsRootKey)
        do {
            try await body(company)
        } catch {
            await company.stop()
            throw error
        }
        await company.stop()
    }

    /// Makes workloads that log in by their name, and may have tokens and certificates.
    func makeWorkloads(_ names: [String]) async throws {
        var desired = DesiredState()
        for name in names {
            var identity = DesiredIdentity(path: "", kind: .workload, name: try Name(name))
            identity.workloadClass = .service
            identity.owner = try ObjectReference("person/owner")
            identity.purpose = try Sentence("Runs a race")
            identity.environment = try Name("production")
            desired.identities.append(identity)
            desired.trusts.append(try installation.trust(of: "workload/" + name, subject: name))
            for profile in ["ci-token", "service-tls"] {
                desired.entitlements.append(
                    DesiredEntitlement(
                        path: "", identity: try ObjectReference("workload/" + name), profile: try Name(profile),
                        justification: try Sentence("It runs a race"), constraints: .unconstrained))
            }
        }
        _ = try await installation.broker.change(
            to: desired, as: .planApply, by: try await installation.caller("admin"), in: try installation.call())
    }

    /// A new session, opened at one node and good at all.
    func session(_ subject: String, at node: Node) async throws -> String {
        try await node.broker.catchUp()
        let proof = try await node.broker.authenticate(
            .bearer(try await installation.oidcToken(subject)), source: TestInstallation.source)
        return try await node.broker.login(proof, in: try installation.call()).text()
    }

    /// Whoever has a session, as a request at a node finds them.
    func caller(
        _ session: String, at node: Node, source: String = TestInstallation.source
    ) async throws -> AuthenticatedCaller {
        try await node.broker.catchUp()
        return try await node.broker.authenticate(.bearer(session), source: source)
    }

    /// Ends a workload at one node.
    func offboard(_ reference: String, at node: Node, by session: String) async throws -> OffboardingOutcome {
        try await node.broker.offboard(
            try ObjectReference(reference), to: nil, reason: .affiliationChanged,
            by: try await caller(session, at: node), in: try installation.call())
    }

    /// What a node answers when it is asked about a token.
    func isAlive(_ token: HeldToken, at node: Node, by session: String) async throws -> Bool {
        let caller = try await caller(session, at: node)
        return try await node.broker.introspect(token.text, by: caller) != nil
    }
}
