internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import Storage
internal import TenureAPI
internal import TenureClient

/// What the clients of a cluster hold, and what they were told: held against its nodes after each fault, and against
/// its log at the end.
struct ClusterAccount: Sendable {
    /// How many of a round's tokens are asked for at each node.
    private static let asked = 40

    private var held: [GivenAnswer] = []
    /// What was recorded at which index, as clients were told at once or when they asked.
    private var tokens: [Int64: String] = [:]
    private var lostCount = 0
    private(set) var outcome = RoundOutcome()

    mutating func count(_ fault: String, _ times: Int = 1) { outcome.count(fault, times) }

    mutating func restarted(within duration: Duration) { outcome.restarts.append(duration) }

    mutating func violate(_ what: String) { outcome.violations.append(what) }

    /// After a round: each answer was yes, no, or *unknown* with an operation of which every node says the same; what
    /// is revoked through one node is dead at all of them.
    mutating func settle(
        _ name: String, _ load: ClusterLoad, at cluster: ChaosCluster, using generator: inout SeededChoices
    ) async throws(ChaosFault) {
        var given: [GivenAnswer] = []
        var texts: [(answer: GivenAnswer, text: String)] = []
        for hearings in load.hearings {
            for what in hearings.wrong { violate("\(name): \(what)") }
            for problem in hearings.refusals where problem.status != 503 { violate("\(name): refused: \(problem)") }
            lostCount += hearings.lostCount
            for case .yes(let answer, let text) in hearings.all {
                given.append(answer)
                texts.append((answer, text))
                note(name, answer.index, answer.id)
            }
            try await settle(name, unknown: hearings.unknown, at: cluster)
        }
        held += given
        guard let victim = given.randomElement(using: &generator) else { return }
        let node = Int.random(in: 0..<cluster.brokers.count, using: &generator)
        held.append(try await cluster.brokers[node].revokeEventually(victim))
        texts.shuffle(using: &generator)
        texts = texts.filter { $0.answer.id == victim.id } + texts.prefix(Self.asked)
        for (place, broker) in cluster.brokers.enumerated() {
            let wrong = try await introspect(texts, dead: victim.id, at: broker)
            outcome.violations += wrong.map { "\(name): node \(place + 1) says that \($0)" }
        }
    }

    /// Holds everything against the database of a server, which no node has open.
    mutating func finish(
        _ cluster: ChaosCluster, at server: PostgreSQLServer
    ) async throws(ChaosFault) -> RoundOutcome {
        let oracle = try LogOracle(verifierKey: cluster.brokers[0].ready.auditVkey)
        let database = try await cluster.database(at: server)
        outcome.acknowledged = held.count
        do throws(StorageError) {
            outcome.violations += try await oracle.violations(of: database, holding: held)
            let logged = try await oracle.tokens(of: database)
            for (index, id) in tokens.sorted(by: { $0.key < $1.key }) where logged[index] != id {
                violate("token \(id) was recorded at index \(index), and is not there")
            }
            let untold = logged.filter { tokens[$0.key] != $0.value }
            if untold.count > lostCount {
                violate("\(untold.count) tokens are in the log that nobody was told of: \(untold)")
            }
        } catch {
            violate("the database cannot be used: \(error)")
        }
        await database.close()
        return outcome
    }

    /// How many answers that clients received a server does not have.
    func missing(
        _ load: ClusterLoad, at server: PostgreSQLServer, of cluster: ChaosCluster
    ) async throws(ChaosFault) -> Int {
        let oracle = try LogOracle(verifierKey: cluster.brokers[0].ready.auditVkey)
        let database = try await cluster.database(at: server)
        let result: Result<[String], StorageError>
        do throws(StorageError) {
            result = .success(
                try await oracle.violations(of: database, holding: load.hearings.flatMap(\.given)))
        } catch {
            result = .failure(error)
        }
        await database.close()
        return try ChaosFault.wrap("the log of a standby") {
            try result.get().count { $0.contains("was acknowledged at index") }
        }
    }

    private mutating func settle(
        _ name: String, unknown operations: [String], at cluster: ChaosCluster
    ) async throws(ChaosFault) {
        guard !operations.isEmpty else { return }
        outcome.unknown += operations.count
        var told: [[String: OperationAnswer]] = []
        for broker in cluster.brokers { told.append(try await broker.outcomes(of: operations)) }
        if Set(told).count > 1 { violate("\(name): nodes do not say the same of operations: \(told)") }
        for (operation, answer) in told[0] {
            switch (answer.outcome, answer.index, answer.id) {
            case ("recorded", let index?, let id?): note(name, index, id)
            case ("not_recorded", nil, _): continue
            default: violate("\(name): operation \(operation) is said to be \(answer)")
            }
        }
    }

    private mutating func note(_ name: String, _ index: Int64, _ id: String) {
        if let other = tokens.updateValue(id, forKey: index), other != id {
            violate("\(name): index \(index) was given to \(other) and to \(id)")
        }
    }

    private func introspect(
        _ texts: [(answer: GivenAnswer, text: String)], dead: String, at broker: ChaosBroker
    ) async throws(ChaosFault) -> [String] {
        try await broker.eventually("introspection") { (client) throws(ClientError) in
            var wrong: [String] = []
            for (answer, text) in texts {
                let isActive = try await client.introspect(IntrospectionForm(token: text)).active
                if isActive == (answer.id == dead) { wrong.append("token \(answer.id) is active: \(isActive)") }
            }
            return wrong
        }
    }
}
