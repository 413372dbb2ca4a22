internal import Foundation
internal import Glibc
internal import PostgreSQLServer

/// Two nodes on one PostgreSQL whose processes are killed, stopped and cut off while clients ask both for tokens
/// (THREATS, F1, F6, F8), and whose server's disk fails (F2, F4).
struct ClusterRounds: Sendable {
    /// What happens in a round.
    enum Fault: CaseIterable, Sendable {
        /// One node, or both at once.
        case nodeKill, nodesKill
        /// Every process of the database's server.
        case serverKill
        /// One process of the server, whereupon that begins anew; or one connection that an administrator ends.
        case backendKill, backendEnd
        /// The connection on which a COMMIT is sent: before it, after it, and before its answer.
        case commitLost, commitUnheard, commitCut
        /// A node stands still while it holds the lock of the log.
        case nodeStop
        /// One sync of the server's fails; its disk is full.
        case serverSync, serverDisk

        /// As reports count it.
        var kind: String {
            switch self {
            case .nodeKill: "node_kill"
            case .nodesKill: "nodes_kill"
            case .serverKill: "server_kill"
            case .backendKill: "backend_kill"
            case .backendEnd: "backend_end"
            case .commitLost: "commit_lost"
            case .commitUnheard: "commit_unheard"
            case .commitCut: "commit_cut"
            case .nodeStop: "node_stop_holding_lock"
            case .serverSync: "server_sync_once"
            case .serverDisk: "server_disk_full"
            }
        }
    }

    private static let clientsPerNode = 32
    /// How many tokens each node must give once the fault is over.
    private static let tokensAfter = 3
    /// For how long something is waited for that takes a moment: 60 s.
    private static let triesMax = 6_000
    private static let tryMilliseconds = 10

    private(set) var cluster: ChaosCluster
    private var account = ClusterAccount()
    private let control: FaultControl

    init(in run: ChaosRun, name: String) async throws(ChaosFault) {
        cluster = try await ChaosCluster(in: run, name: name)
        control = try FaultControl(sharing: cluster.server.folder + "/faults")
    }

    /// One fault after so many answers, in the midst of 64 clients.
    mutating func run(
        _ fault: Fault, answersBefore: Int, using generator: inout SeededChoices
    ) async throws(ChaosFault) {
        let load = try await ClusterLoad(cluster)
        async let clients: Void = load.run(clientsPerNode: Self.clientsPerNode)
        defer { load.end() }
        if try await !eventually({ load.given.reduce(0, +) >= answersBefore }) {
            account.violate("\(fault): no \(answersBefore) answers came")
        }
        try await inject(fault, load, using: &generator)
        account.count(fault.kind)
        try await awaitTokens("\(fault)", load)
        load.end()
        do { try await clients } catch { throw error as? ChaosFault ?? ChaosFault("\(error)") }
        try await account.settle("\(fault)", load, at: cluster, using: &generator)
    }

    /// Ends everything and holds what clients have against the log.
    mutating func finish() async throws(ChaosFault) -> RoundOutcome {
        cluster.stop()
        let outcome = try await account.finish(cluster, at: cluster.server)
        try await cluster.remove()
        return outcome
    }

    private mutating func inject(
        _ fault: Fault, _ load: ClusterLoad, using generator: inout SeededChoices
    ) async throws(ChaosFault) {
        let node = Int.random(in: 0..<cluster.brokers.count, using: &generator)
        let server = cluster.server
        switch fault {
        case .nodeKill: account.restarted(within: try await cluster.restart(node))
        case .nodesKill:
            for broker in cluster.brokers { broker.kill() }
            for node in cluster.brokers.indices { account.restarted(within: try await cluster.restart(node)) }
        case .serverKill:
            let pause = Int.random(in: 0..<400, using: &generator)
            server.crash()
            try await ChaosBroker.pause(milliseconds: pause)
            try await ChaosBroker.offPool("starting PostgreSQL again") { try server.start() }
        case .backendKill, .backendEnd:
            let all = try await ChaosBroker.offPool("backends") { try server.backends(of: "tenured") }
            guard let one = all.randomElement(using: &generator) else { throw ChaosFault("no node is connected") }
            _ = Glibc.kill(one, fault == .backendKill ? SIGKILL : SIGTERM)
        case .commitLost: try await cut(.before, using: &generator)
        case .commitUnheard: try await cut(.after, using: &generator)
        case .commitCut: try await cut(.during, using: &generator)
        case .nodeStop: try await stop(node, load)
        case .serverSync:
            try control.fail(.sync, after: Int64.random(in: 0...20, using: &generator), forEver: false)
            try await awaitFailure()
            try control.heal()
        case .serverDisk:
            try control.limitDisk(freeBytes: 0)
            try await awaitFailure()
            try await ChaosBroker.pause(milliseconds: Int.random(in: 0..<400, using: &generator))
            try control.heal()
        }
    }

    /// Several in a row, each at a COMMIT of the second node.
    private func cut(_ cut: CuttingProxy.Cut, using generator: inout SeededChoices) async throws(ChaosFault) {
        guard let proxy = cluster.proxy else { throw ChaosFault("no proxy stands before the server") }
        for _ in 0..<3 {
            let before = proxy.cutCount
            proxy.cutNext(cut, after: Int.random(in: 0..<4, using: &generator))
            guard try await eventually({ proxy.cutCount > before }) else { throw ChaosFault("no COMMIT came to cut") }
        }
    }

    /// The other node must be able to record within seconds.
    private mutating func stop(_ node: Int, _ load: ClusterLoad) async throws(ChaosFault) {
        let broker = cluster.brokers[node]
        defer { broker.signal(SIGCONT) }
        for _ in 0..<200 {
            broker.signal(SIGSTOP)
            // What was under way at the server comes to its end, and the lock stays with who stands still.
            if try await cluster.isLocked(), try await cluster.isLocked() { break }
            broker.signal(SIGCONT)
            try await ChaosBroker.pause(milliseconds: 5)
        }
        broker.signal(SIGSTOP)
        let other = 1 - node
        let before = load.given[other]
        if try await !eventually({ load.given[other] >= before + Self.tokensAfter }) {
            account.violate("a node that stands still keeps the other one from recording")
        }
    }

    private mutating func awaitFailure() async throws(ChaosFault) {
        let control = control
        let before = try control.failedCount()
        let hasFailed = try await eventually { () throws(ChaosFault) in try control.failedCount() > before }
        if !hasFailed { account.violate("no call of the server failed") }
    }

    private mutating func awaitTokens(_ name: String, _ load: ClusterLoad) async throws(ChaosFault) {
        let before = load.given
        let isWell = try await eventually {
            zip(load.given, before).allSatisfy { $0 >= $1 + Self.tokensAfter }
        }
        guard !isWell else { return }
        let last = load.hearings.map { $0.refusals.last.map { "\($0)" } ?? "nothing" }
        account.violate("\(name): not every node issues again: \(load.given) after \(before); \(last)")
    }

    private func eventually(_ isSo: () throws(ChaosFault) -> Bool) async throws(ChaosFault) -> Bool {
        for _ in 0..<Self.triesMax {
            if try isSo() { return true }
            try await ChaosBroker.pause(milliseconds: Self.tryMilliseconds)
        }
        return false
    }
}
