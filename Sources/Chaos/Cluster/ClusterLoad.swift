internal import Synchronization

/// Clients that ask every node of a cluster for tokens, whatever becomes of nodes and database, until they are told to
/// stop.
final class ClusterLoad: Sendable {
    /// How long a client waits after anything but a token.
    private static let pauseMilliseconds = 20

    private let nodes: [IssuingLoad]
    private let isOver = Mutex(false)

    /// What each node's clients heard.
    let hearings: [Hearings]

    init(_ cluster: ChaosCluster) async throws(ChaosFault) {
        let tokens = try await cluster.jobTokens()
        var nodes: [IssuingLoad] = []
        for (broker, token) in zip(cluster.brokers, tokens) {
            nodes.append(try IssuingLoad(broker, token: token, hearings: Hearings()))
        }
        self.nodes = nodes
        hearings = nodes.map(\.hearings)
    }

    /// How many tokens each node's clients were given so far.
    var given: [Int] { hearings.map(\.givenCount) }

    func end() { isOver.withLock { $0 = true } }

    /// Runs until `end()`.
    func run(clientsPerNode: Int) async throws(ChaosFault) {
        let fault = await withTaskGroup(of: ChaosFault?.self) { group in
            for node in nodes {
                for _ in 0..<clientsPerNode {
                    group.addTask {
                        do throws(ChaosFault) {
                            try await self.ask(node)
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
            }
            var first: ChaosFault?
            for await fault in group { first = first ?? fault }
            return first
        }
        for node in nodes { await node.shutdown() }
        if let fault { throw fault }
    }

    private func ask(_ node: IssuingLoad) async throws(ChaosFault) {
        while !isOver.withLock({ $0 }) {
            let heard = try await node.ask()
            node.hearings.add(heard)
            guard case .yes = heard else {
                try await ChaosBroker.pause(milliseconds: Self.pauseMilliseconds)
                continue
            }
        }
    }
}
