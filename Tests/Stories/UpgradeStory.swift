internal import Foundation
internal import Synchronization
internal import TenureAPI
internal import TenureClient
internal import Testing

@Suite("Story: nodes are upgraded one after another, over a step of the schema")
struct UpgradeStory {
    /// The step that the next release could take, as its first node does when it starts: in one transaction, under the
    /// lock that all writing takes. It supports programs of this release.
    private static func nextStep(after version: Int) -> String {
        """
        BEGIN; SET LOCAL client_min_messages = error;
        SELECT pg_advisory_xact_lock(hashtextextended('tenure ' || current_schema()::text, 0));
        CREATE TABLE hint (id BIGINT PRIMARY KEY, number BIGINT NOT NULL);
        ALTER TABLE credential ADD COLUMN hint TEXT;
        CREATE INDEX credential_hint ON credential (hint);
        INSERT INTO schema_version (version) VALUES (\(version + 1));
        INSERT INTO schema_support (version, oldest) VALUES (\(version + 1), \(version));
        COMMIT; SELECT max(version) FROM schema_version
        """
    }

    @Test("no request fails, though each node is stopped and started, and the schema goes forward beneath the other")
    func rolling() async throws {
        try await Cluster.run(nodes: 2) { cluster in
            let installation = cluster.installation
            let proofs = try cluster.clients(token: try await cluster.proof(of: "worker-0"))
            let load = BalancedLoad(proofs)
            let working = Task { await load.run() }
            var running = cluster.running
            defer { for node in running { node.end(SIGKILL) } }
            try await load.goOn()
            let version = try #require(Int(try installation.ask("SELECT max(version) FROM schema_version")))

            running[0].end()
            try await load.goOn()
            let newer = try installation.ask(Self.nextStep(after: version))
            #expect(newer.hasSuffix("\(version + 1)"), "\(newer)")
            // The other node goes on with what it knows of the schema.
            try await load.goOn()
            running[0] = try await installation.serve(installation.nodes[0])
            try await load.goOn()
            running[1].end()
            try await load.goOn()
            running[1] = try await installation.serve(installation.nodes[1])
            try await load.goOn()
            load.end()
            await working.value
            #expect(load.failures == [])
            #expect(load.given.allSatisfy { $0 > 0 }, "\(load.given)")
            for node in installation.nodes { _ = try await installation.tenured("verify", node).checked("verify") }
        }
    }
}

/// Clients that ask for tokens as through a load balancer: where a connection is refused or closed, the next node is
/// asked.
private final class BalancedLoad: Sendable {
    private struct State {
        var given: [Int]
        var failures: [String] = []
        var isOver = false
    }

    private static let clientCount = 16
    private let nodes: [TenureClient]
    private let state: Mutex<State>

    init(_ nodes: [TenureClient]) {
        self.nodes = nodes
        state = Mutex(State(given: nodes.map { _ in 0 }))
    }

    /// By which node.
    var given: [Int] { state.withLock { $0.given } }
    var failures: [String] { state.withLock { $0.failures } }

    func end() { state.withLock { $0.isOver = true } }

    /// Returns once so many more tokens were given that none of them was asked for before the call.
    func goOn() async throws {
        let enough = given.reduce(0, +) + 4 * Self.clientCount
        for _ in 0..<6_000 {
            if given.reduce(0, +) >= enough || !failures.isEmpty { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw StoryFailure("no more tokens are given: \(given), \(failures)")
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<Self.clientCount {
                group.addTask {
                    var place = client
                    while !self.state.withLock({ $0.isOver }) { place = await self.ask(from: place) }
                }
            }
        }
    }

    /// Asks the nodes in turn, from one of them on; returns where the next request begins.
    private func ask(from place: Int) async -> Int {
        var said = ""
        for step in 0..<nodes.count {
            let node = (place + step) % nodes.count
            do {
                _ = try await nodes[node].issueToken(IssueTokenBody(profile: "ci-token", audience: "registry"))
                state.withLock { $0.given[node] += 1 }
                return node + 1
            } catch ClientError.unreachable(let reason) {
                said += " \(reason)"
            } catch {
                said += " \(error)"
                break
            }
        }
        let failure = said
        state.withLock { $0.failures.append(failure) }
        return place
    }
}
