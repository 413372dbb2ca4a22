internal import PostgreSQLServer

// Rounds on a real PostgreSQL, which each run starts for itself.
extension ChaosRounds {
    private enum Sort {
        case cluster(ClusterRounds.Fault)
        case anyCommit, anyBackend
        case clock, promotion, powerLoss
    }

    /// Of thirteen rounds.
    private static let order: [Sort] = [
        .cluster(.nodeKill), .cluster(.serverKill), .anyCommit, .cluster(.nodesKill), .cluster(.nodeStop), .promotion,
        .cluster(.serverKill), .anyBackend, .anyCommit, .clock, .cluster(.serverSync), .cluster(.serverDisk),
        .powerLoss,
    ]
    private static let kills: [Sort] = [
        .cluster(.nodeKill), .cluster(.serverKill), .cluster(.nodesKill), .cluster(.backendKill),
    ]
    /// How many power-loss states of one recorded server are reopened.
    private static let statesOfRound = 20
    /// How many rounds one installation goes through: its sessions live an hour.
    private static let roundsOfCluster = 60

    func runOnPostgreSQL(_ count: Int, killsOnly: Bool) async throws(ChaosFault) -> ChaosReport {
        var generator = SeededChoices(seed: seed)
        var total = RoundOutcome()
        var cluster: ClusterRounds?
        var promotions = 0
        for round in 0..<count {
            if round % Self.roundsOfCluster == 0 {
                if let ended = cluster.take() { total.add(try await finish(ended)) }
                cluster = try await ClusterRounds(in: run, name: "cluster-\(round)")
            }
            let sorts = killsOnly ? Self.kills : Self.order
            switch sorts[round % sorts.count] {
            case .cluster(let fault): try await strike(fault, round, &cluster, using: &generator)
            case .anyCommit:
                let faults: [ClusterRounds.Fault] = [.commitLost, .commitUnheard, .commitCut]
                let fault = faults.randomElement(using: &generator) ?? .commitCut
                try await strike(fault, round, &cluster, using: &generator)
            case .anyBackend:
                let fault: ClusterRounds.Fault = Bool.random(using: &generator) ? .backendKill : .backendEnd
                try await strike(fault, round, &cluster, using: &generator)
            case .powerLoss: total.add(try await losePower(round, using: &generator))
            case .clock: total.add(try await moveClock(round, using: &generator))
            case .promotion:
                promotions += 1
                let isSynchronous = promotions % 2 == 0
                let findings = try await PromotionRound.run(
                    in: run, name: "promotion-\(round)", isSynchronous: isSynchronous, using: &generator)
                say("round \(round + 1): \(findings.text)")
                total.add(findings.outcome)
            }
        }
        if let cluster { total.add(try await finish(cluster)) }
        return ChaosReport(rounds: count, of: total)
    }

    private func strike(
        _ fault: ClusterRounds.Fault, _ round: Int, _ cluster: inout ClusterRounds?,
        using generator: inout SeededChoices
    ) async throws(ChaosFault) {
        let answers = Int.random(in: 8...200, using: &generator)
        say("round \(round + 1): \(fault.kind) after \(answers) answers")
        try await cluster?.run(fault, answersBefore: answers, using: &generator)
    }

    private func finish(_ cluster: ClusterRounds) async throws(ChaosFault) -> RoundOutcome {
        var cluster = cluster
        return try await cluster.finish()
    }

    private func losePower(
        _ round: Int, using generator: inout SeededChoices
    ) async throws(ChaosFault) -> RoundOutcome {
        say("round \(round + 1): the server's power goes")
        let recorded = try await ServerPowerLoss.record(
            tokens: Int.random(in: 20...80, using: &generator), clients: Int.random(in: 1...16, using: &generator),
            in: run, name: "power-\(round)")
        let findings = try await recorded.replay(states: Self.statesOfRound, seed: generator.next())
        var outcome = RoundOutcome()
        outcome.acknowledged = recorded.answerCount
        outcome.count("server_power_loss", findings.states)
        outcome.violations = findings.violations
        return outcome
    }

    private func moveClock(
        _ round: Int, using generator: inout SeededChoices
    ) async throws(ChaosFault) -> RoundOutcome {
        let seconds = [-3_600, -86_400, 3_600, 365 * 86_400].randomElement(using: &generator) ?? 3_600
        say("round \(round + 1): a node's clock drifts, then moves by \(seconds) s")
        let server = try await ChaosBroker.offPool("starting PostgreSQL") { try PostgreSQLServer() }
        var clocks = try await ClockRounds(in: run, name: "clock-\(round)", on: server)
        try await clocks.drift()
        try await clocks.jump(seconds: Int64(seconds))
        let outcome = try await clocks.finish()
        try await ChaosBroker.offPool("stopping PostgreSQL") { server.stop() }
        return outcome
    }
}
