internal import Glibc

/// A number of rounds, each of another sort of fault in turn: kills, calls of the disk that fail, power loss, a full
/// disk, a clock that jumps. Those on PostgreSQL stand in `ChaosRounds+PostgreSQL`.
package struct ChaosRounds: Sendable {
    /// What the brokers store in.
    package enum Store: String, CaseIterable, Sendable {
        case sqlite, postgresql
    }

    private enum Sort {
        case kill, faultyDisk, powerLoss, powerLossAfterFailedSyncs, clock, fullDisk
    }

    /// Of ten rounds.
    private static let order: [Sort] = [
        .kill, .faultyDisk, .powerLoss, .kill, .faultyDisk, .clock, .kill, .faultyDisk, .powerLossAfterFailedSyncs,
        .fullDisk,
    ]

    /// How many power-loss states of one recorded run are reopened.
    private static let statesOfRound = 100
    private static let restartsOfRound = 2

    let run: ChaosRun
    let seed: UInt64
    let say: @Sendable (String) -> Void

    /// - Parameters:
    ///   - seed: of all choices; the moments at which processes are met by a fault are the machine's.
    ///   - say: is told of each round, in a line.
    package init(_ run: ChaosRun, seed: UInt64, say: @escaping @Sendable (String) -> Void) {
        self.run = run
        self.seed = seed
        self.say = say
    }

    /// Runs them all, and holds everything that clients have against the logs.
    ///
    /// - Parameter killsOnly: every round kills something: a node, or the database's server.
    package func run(_ count: Int, on store: Store, killsOnly: Bool) async throws(ChaosFault) -> ChaosReport {
        switch store {
        case .sqlite: try await runOnSQLite(count, killsOnly: killsOnly)
        case .postgresql: try await runOnPostgreSQL(count, killsOnly: killsOnly)
        }
    }

    private func runOnSQLite(_ count: Int, killsOnly: Bool) async throws(ChaosFault) -> ChaosReport {
        var generator = SeededChoices(seed: seed)
        var total = RoundOutcome()
        var kills = try await KillRounds(in: run, name: "kills")
        var disks = try await FaultyDiskRounds(in: run, name: "disks")
        var clocks = try await ClockRounds(in: run, name: "clocks")
        for round in 0..<count {
            let sort = killsOnly ? .kill : Self.order[round % Self.order.count]
            switch sort {
            case .kill:
                let answers = Int.random(in: 8...400, using: &generator)
                say("round \(round + 1): kill -9 after \(answers) answers")
                try await kills.run(answersBeforeKill: answers, using: &generator)
            case .faultyDisk:
                let fault = Self.fault(using: &generator)
                say("round \(round + 1): \(fault)")
                try await disks.run(fault)
            case .clock:
                let seconds = [-3_600, -86_400, 3_600, 365 * 86_400].randomElement(using: &generator) ?? 3_600
                say("round \(round + 1): the clock drifts, then moves by \(seconds) s")
                try await clocks.drift()
                try await clocks.jump(seconds: Int64(seconds))
            case .fullDisk:
                say("round \(round + 1): the disk fills")
                total.add(try await fillDisk(round))
            case .powerLoss, .powerLossAfterFailedSyncs:
                let fails = sort == .powerLossAfterFailedSyncs
                say("round \(round + 1): the power goes\(fails ? ", and syncs had failed" : "")")
                total.add(try await losePower(round, failsSyncs: fails, using: &generator))
            }
        }
        total.add(try await kills.finish())
        total.add(try await disks.finish())
        total.add(try await clocks.finish())
        return ChaosReport(rounds: count, of: total)
    }

    private func fillDisk(_ round: Int) async throws(ChaosFault) -> RoundOutcome {
        let name = "full-\(round)"
        let outcome = try await FullDiskRound.run(in: run, name: name).outcome
        if outcome.violations.isEmpty { try run.remove(name) }
        return outcome
    }

    private func losePower(
        _ round: Int, failsSyncs: Bool, using generator: inout SeededChoices
    ) async throws(ChaosFault) -> RoundOutcome {
        let extent = RecordedRun.Extent(
            tokensPerLife: Int.random(in: 10...60, using: &generator),
            clients: Int.random(in: 1...16, using: &generator), failsSyncs: failsSyncs)
        let name = "power-\(round)"
        let recorded = try await RecordedRun.record(extent, in: run, name: name)
        let findings = try await PowerLossReplay(run: recorded).replay(
            states: Self.statesOfRound, restarts: Self.restartsOfRound, seed: generator.next())
        var outcome = RoundOutcome()
        outcome.acknowledged = recorded.answers(upTo: recorded.records.count).count
        outcome.count("power_loss", findings.states)
        outcome.violations = findings.violations
        outcome.violations += SyncCount(recorded.records).unsynced.map { "\($0.id) was answered without a sync" }
        if outcome.violations.isEmpty { try run.remove(name) }
        return outcome
    }

    private static func fault(using generator: inout SeededChoices) -> FaultyDiskRounds.Fault {
        let site = FaultControl.Site.allCases.randomElement(using: &generator) ?? .sync
        // Truncations are few: a start has some.
        let whileStarting = site == .truncate || Int.random(in: 0..<4, using: &generator) == 0
        let skippedMax: Int64 =
            switch site {
            case .sync: whileStarting ? 12 : 30
            case .write: whileStarting ? 60 : 400
            case .truncate: 2
            }
        return FaultyDiskRounds.Fault(
            site: site, skipped: Int64.random(in: 0...skippedMax, using: &generator),
            forEver: Bool.random(using: &generator),
            error: Int.random(in: 0..<4, using: &generator) == 0 ? ENOSPC : EIO, whileStarting: whileStarting)
    }
}
