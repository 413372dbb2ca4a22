internal import Foundation
internal import Glibc
internal import Synchronization
internal import TenureAPI
internal import TenureClient

/// Clients that ask one node for tokens without a pause.
final class IssuingLoad: Sendable {
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

/// Nodes that run, an issuer of OIDC tokens, and workloads that it vouches for.
final class Cluster: Sendable {
    let installation: ServedInstallation
    let running: [RunningNode]
    let admin: String
    private let made = Mutex<[TenureClient]>([])

    private init(_ installation: ServedInstallation, _ running: [RunningNode], admin: String) {
        self.installation = installation
        self.running = running
        self.admin = admin
    }

    /// - Parameter spare: how many nodes more are prepared and not served.
    static func run(nodes: Int = 3, spare: Int = 0, _ body: (Cluster) async throws -> Void) async throws {
        let installation = try ServedInstallation(nodes: nodes + spare)
        defer { installation.remove() }
        _ = try await installation.found().checked("init")
        var running: [RunningNode] = []
        for node in installation.nodes.prefix(nodes) { running.append(try await installation.serve(node)) }
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

    /// One client for each node that is served.
    func clients(token: String) throws -> [TenureClient] {
        try installation.nodes.prefix(running.count).map { try client(of: $0, token: token) }
    }

    /// A client of one node.
    func client(of node: ServedInstallation.Node, token: String) throws -> TenureClient {
        let client = try TenureClient(
            ClientSettings(address: node.url, caFile: installation.rootFile, token: .file(token)))
        made.withLock { $0.append(client) }
        return client
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
