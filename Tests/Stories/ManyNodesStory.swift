internal import Foundation
internal import Glibc
internal import PostgreSQLServer
internal import Synchronization
internal import TenureAPI
internal import TenureClient
internal import Testing

@Suite("Story: three nodes on one database")
struct ManyNodesStory {
    @Test("P3 what is offboarded through one node is refused at once by all, and a node that is killed is succeeded")
    func offboarding() async throws {
        try await Cluster.run { cluster in
            let proof = try await cluster.proof(of: "worker-0")
            var tokens: [String] = []
            for client in try cluster.clients(token: proof) {
                let body = IssueTokenBody(profile: "ci-token", audience: "registry")
                tokens.append(try #require(try await client.issueToken(body).token))
            }
            let admins = try cluster.clients(token: cluster.admin)
            for admin in admins {
                for token in tokens { #expect(try await admin.introspect(IntrospectionForm(token: token)).active) }
            }
            let answer = try await admins[1].offboard(
                OffboardingBody(target: "workload/worker-0", reason: "affiliationChanged"))
            #expect(answer.state == "applied")
            for admin in admins {
                for token in tokens {
                    let isAlive = try await admin.introspect(IntrospectionForm(token: token)).active
                    #expect(!isAlive)
                }
            }
            for client in try cluster.clients(token: proof) {
                await #expect(throws: ClientError.self) {
                    try await client.issueToken(IssueTokenBody(profile: "ci-token", audience: "registry"))
                }
            }
            // The one that has the duty of scheduled work is killed; the case is closed all the same.
            let holder = try #require(try await cluster.holderOfDuty())
            let rest = admins.indices.first { $0 != holder }
            let survivor = admins[try #require(rest)]
            cluster.running[holder].end(SIGKILL)
            let next = try await survivor.offboard(
                OffboardingBody(target: "workload/worker-1", reason: "affiliationChanged"))
            let id = try #require(next.id)
            var state = next.state
            for _ in 0..<1_000 where state != "closed" {
                state = try await survivor.offboarding(id).state
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(state == "closed")
        }
    }

    @Test("F9 a node stopped while it holds the head row delays an offboarding elsewhere by three seconds at most")
    func stopped() async throws {
        try await Cluster.run { cluster in
            let proof = try await cluster.proof(of: "worker-0")
            let admin = try cluster.clients(token: cluster.admin)[1]
            let load = Load(try cluster.clients(token: proof)[0])
            let clients = Task { await load.run() }
            defer { clients.cancel() }
            for round in 1...3 {
                try await cluster.stopHolding(0)
                let begun = ContinuousClock.now
                let answer = try await admin.offboard(
                    OffboardingBody(target: "workload/worker-\(round)", reason: "affiliationChanged"))
                let took = begun.duration(to: .now)
                cluster.running[0].signal(SIGCONT)
                #expect(answer.state == "applied")
                #expect(took < .seconds(3), "\(took)")
            }
            load.end()
            await clients.value
            #expect(load.issued > 0)
        }
    }
}

/// Clients that ask one node for tokens without a pause.
private final class Load: Sendable {
    private let client: TenureClient
    private let state = Mutex((issued: 0, isOver: false))

    init(_ client: TenureClient) { self.client = client }

    var issued: Int { state.withLock { $0.issued } }

    func end() { state.withLock { $0.isOver = true } }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    while !self.state.withLock({ $0.isOver }) {
                        do {
                            _ = try await self.client.issueToken(
                                IssueTokenBody(profile: "ci-token", audience: "registry"))
                            self.state.withLock { $0.issued += 1 }
                        } catch {
                            // The node stood still, or its transaction was ended meanwhile: asked again.
                            await Task.yield()
                        }
                    }
                }
            }
        }
    }
}

/// Three nodes that run, an issuer of OIDC tokens, and workloads that it vouches for.
private final class Cluster: Sendable {
    let installation: ServedInstallation
    let running: [RunningNode]
    let admin: String
    private let made = Mutex<[TenureClient]>([])

    private init(_ installation: ServedInstallation, _ running: [RunningNode], admin: String) {
        self.installation = installation
        self.running = running
        self.admin = admin
    }

    static func run(_ body: (Cluster) async throws -> Void) async throws {
        let installation = try ServedInstallation(nodes: 3)
        defer { installation.remove() }
        _ = try await installation.found().checked("init")
        var running: [RunningNode] = []
        for node in installation.nodes { running.append(try await installation.serve(node)) }
        defer {
            for node in running {
                node.signal(SIGCONT)
                node.end(SIGKILL)
            }
        }
        let cluster = Cluster(installation, running, admin: try await installation.administrator())
        try await cluster.applyEstate()
        do {
            try await body(cluster)
            try await cluster.shutDown()
        } catch {
            try await cluster.shutDown()
            let logs = installation.nodes.map { (try? String(contentsOf: $0.log, encoding: .utf8)) ?? "" }
            throw StoryFailure("\(error)\n\(logs.joined(separator: "\n"))")
        }
    }

    /// One client for each node.
    func clients(token: String) throws -> [TenureClient] {
        let clients = try installation.nodes.map { node in
            try TenureClient(
                ClientSettings(address: node.url, caFile: installation.rootFile, token: .file(token)))
        }
        made.withLock { $0 += clients }
        return clients
    }

    private func shutDown() async throws {
        for client in made.withLock({ $0 }) { try await client.shutdown() }
    }

    // MARK: Who asks

    private func applyEstate() async throws {
        let (_, estate) = try await StoryIssuer.make(
            in: installation.folder, workloads: (0..<4).map { "worker-\($0)" }, profile: "ci-token")
        _ = try await installation.tenure(installation.first, token: admin, ["apply", "-f", estate, "--yes"])
            .checked("apply")
    }

    /// An OIDC token of the issuer, in a file.
    func proof(of subject: String) async throws -> String {
        try await StoryIssuer(folder: installation.folder).proof(of: subject)
    }

    // MARK: What the database sees

    /// Which node has the duty of scheduled work, by what it said last.
    func holderOfDuty() async throws -> Int? {
        for _ in 0..<500 {
            for (place, node) in installation.nodes.enumerated() {
                let log = try String(contentsOf: node.log, encoding: .utf8)
                if log.contains("this node does the scheduled work") { return place }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    /// Stops a node by SIGSTOP at a moment when it holds the lock under which the head row is written.
    func stopHolding(_ place: Int) async throws {
        for _ in 0..<200 {
            running[place].signal(SIGSTOP)
            // What was under way at the server comes to its end, and the lock stays with who stands still.
            if try installation.isLocked(), try installation.isLocked() { return }
            running[place].signal(SIGCONT)
            try await Task.sleep(for: .milliseconds(5))
        }
        throw StoryFailure("the node was never stopped while it held the lock")
    }
}
