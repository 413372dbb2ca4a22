internal import Glibc
internal import PostgreSQLServer
internal import TenureAPI
internal import TenureClient

/// Two nodes on a PostgreSQL with a standby, which is promoted when the primary is killed (THREATS, F7).
///
/// An asynchronous standby that was behind lacks acknowledged entries: both nodes must notice, record nothing there,
/// and refuse to start on it; once the primary is back everything is. A synchronous one lacks nothing: nodes go on.
struct PromotionRound: Sendable {
    private static let clientsPerNode = 16
    private static let triesMax = 6_000
    private static let tryMilliseconds = 10

    /// What was found.
    struct Findings: Sendable {
        var outcome = RoundOutcome()
        /// How many acknowledged entries the promoted standby lacks.
        var entriesBehind: Int64 = 0
        /// How many answers that clients hold are not there, as the oracle finds.
        var answersMissing = 0
        /// From the promotion until every node says that the log is another one.
        var alarmSeconds = 0.0

        /// As a line for people.
        var text: String {
            guard entriesBehind > 0 else { return "a standby was promoted that lacked nothing" }
            return "a standby was promoted that lacked \(entriesBehind) entries: noticed by every node after"
                + " \(alarmSeconds) s"
        }
    }

    private var cluster: ChaosCluster
    private let standby: PostgreSQLServer
    private var account = ClusterAccount()
    private var findings = Findings()

    private init(in run: ChaosRun, name: String) async throws(ChaosFault) {
        cluster = try await ChaosCluster(in: run, name: name, hasStandby: true)
        guard let standby = cluster.standby else { throw ChaosFault("there is no standby") }
        self.standby = standby
    }

    static func run(
        in run: ChaosRun, name: String, isSynchronous: Bool, using generator: inout SeededChoices
    ) async throws(ChaosFault) -> Findings {
        var round = try await PromotionRound(in: run, name: name)
        if isSynchronous {
            try await round.failOver(using: &generator)
        } else {
            try await round.loseEntries(using: &generator)
        }
        try await round.cluster.remove()
        return round.findings
    }

    /// With `synchronous_standby_names`: whatever was acknowledged is on the standby.
    private mutating func failOver(using generator: inout SeededChoices) async throws(ChaosFault) {
        let primary = cluster.server
        _ = try await cluster.ask(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
        _ = try await cluster.ask(primary, "SELECT pg_reload_conf()")
        try await wait(primary, "SELECT sync_state FROM pg_stat_replication", says: "sync")
        let load = try await ClusterLoad(cluster)
        async let clients: Void = load.run(clientsPerNode: Self.clientsPerNode)
        defer { load.end() }
        let answers = Int.random(in: 40...200, using: &generator)
        guard try await eventually({ load.given.reduce(0, +) >= answers }) else { throw ChaosFault("no tokens") }
        try await promote()
        account.count("failover_synchronous")
        let before = load.given
        if try await !eventually({ zip(load.given, before).allSatisfy { $0 > $1 + 2 } }) {
            account.violate("after a failover not every node issues again: \(load.hearings.map { $0.refusals.last })")
        }
        load.end()
        do { try await clients } catch { throw error as? ChaosFault ?? ChaosFault("\(error)") }
        try await account.settle("failover", load, at: cluster, using: &generator)
        cluster.stop()
        findings.outcome = try await account.finish(cluster, at: standby)
    }

    /// The standby receives nothing for a while, and is promoted all the same.
    private mutating func loseEntries(using generator: inout SeededChoices) async throws(ChaosFault) {
        let primary = cluster.server
        try await wait(primary, "SELECT state FROM pg_stat_replication", says: "streaming")
        let load = try await ClusterLoad(cluster)
        async let clients: Void = load.run(clientsPerNode: Self.clientsPerNode)
        defer { load.end() }
        guard try await eventually({ load.given.reduce(0, +) >= 20 }) else { throw ChaosFault("no tokens") }
        _ = try await cluster.ask(standby, "ALTER SYSTEM SET primary_conninfo = ''")
        _ = try await cluster.ask(standby, "SELECT pg_reload_conf()")
        try await wait(primary, "SELECT count(*) FROM pg_stat_replication", says: "0")
        let answers = load.given.reduce(0, +) + Int.random(in: 20...200, using: &generator)
        guard try await eventually({ load.given.reduce(0, +) >= answers }) else { throw ChaosFault("no more tokens") }
        try await promote()
        account.count("promotion_of_lagging_standby")
        let promoted = ContinuousClock.now
        let size = try await cluster.size(at: standby)
        for (place, broker) in cluster.brokers.enumerated() where try await !notices(broker) {
            account.violate("node \(place + 1) does not notice that the promoted standby lacks entries")
        }
        findings.alarmSeconds = Self.seconds(ContinuousClock.now - promoted)
        // Clients go on asking for a moment: nothing more is given.
        let given = load.given
        try await ChaosBroker.pause(milliseconds: 300)
        if load.given != given { account.violate("tokens were given on a log that lacks entries") }
        load.end()
        do { try await clients } catch { throw error as? ChaosFault ?? ChaosFault("\(error)") }
        if try await cluster.size(at: standby) != size {
            account.violate("something was recorded on the standby that lacks entries")
        }
        try await refuseToStart()
        findings.answersMissing = try await account.missing(load, at: standby, of: cluster)
        try await putBack()
        findings.entriesBehind = try await cluster.size(at: primary) - size
        try await account.settle("promotion", load, at: cluster, using: &generator)
        cluster.stop()
        findings.outcome = try await account.finish(cluster, at: primary)
    }

    /// A node that is started anew compares the log with its witness before it serves.
    private mutating func refuseToStart() async throws(ChaosFault) {
        cluster.stop(SIGKILL)
        for node in cluster.brokers.indices {
            switch try await cluster.attempt(node) {
            case .serving(let broker):
                broker.end(SIGKILL)
                account.violate("node \(node + 1) starts on a log that lacks entries")
            case .ended(_, let said):
                guard !said.contains("is an older copy"), !said.contains("holds another history") else { continue }
                account.violate("node \(node + 1) does not start, and says: \(said)")
            }
        }
    }

    /// The newest database, as docs/operations.md asks for it.
    private mutating func putBack() async throws(ChaosFault) {
        let (primary, standby) = (cluster.server, standby)
        try await ChaosBroker.offPool("starting the primary again") {
            standby.crash()
            try primary.start()
        }
        for node in cluster.brokers.indices { try await cluster.start(node) }
    }

    private func promote() async throws(ChaosFault) {
        let (primary, standby) = (cluster.server, standby)
        try await ChaosBroker.offPool("promoting the standby") {
            primary.crash()
            try standby.promote()
        }
    }

    /// Whether a node says that the log is not the one that it knows.
    private func notices(_ broker: ChaosBroker) async throws(ChaosFault) -> Bool {
        for _ in 0..<Self.triesMax / 10 {
            let answer = try await broker.asAdministrator { (client) throws(ClientError) in try await client.status() }
            if case .success(let status) = answer, status.state == "read_only" { return true }
            try await ChaosBroker.pause(milliseconds: Self.tryMilliseconds)
        }
        return false
    }

    private func wait(_ server: PostgreSQLServer, _ sql: String, says expected: String) async throws(ChaosFault) {
        for _ in 0..<Self.triesMax / 10 {
            if try await cluster.ask(server, sql) == expected { return }
            try await ChaosBroker.pause(milliseconds: Self.tryMilliseconds)
        }
        throw ChaosFault("\(sql) never said \(expected)")
    }

    private func eventually(_ isSo: () -> Bool) async throws(ChaosFault) -> Bool {
        for _ in 0..<Self.triesMax {
            if isSo() { return true }
            try await ChaosBroker.pause(milliseconds: Self.tryMilliseconds)
        }
        return false
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
