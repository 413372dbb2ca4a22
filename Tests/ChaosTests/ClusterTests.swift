internal import PostgreSQLServer
internal import Testing

@testable internal import Chaos

@Suite("Two nodes on one PostgreSQL under faults")
struct ClusterTests {
    @Test(
        "F1 F6 F8 nodes, the server and connections in a COMMIT are killed: each answer stands, and both nodes go on",
        arguments: [
            [ClusterRounds.Fault.nodeKill, .serverKill, .commitUnheard],
            [.nodesKill, .backendKill, .commitLost, .nodeStop],
        ])
    func killed(_ faults: [ClusterRounds.Fault]) async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        var generator = SeededChoices(seed: 6)
        var rounds = try await ClusterRounds(in: run, name: "cluster")
        for fault in faults { try await rounds.run(fault, answersBefore: 30, using: &generator) }
        let outcome = try await rounds.finish()
        #expect(outcome.violations == [])
        #expect(outcome.acknowledged > 30 * faults.count)
        #expect(outcome.faults == Dictionary(grouping: faults, by: \.kind).mapValues(\.count))
    }

    @Test("F2 F4 a sync of the server's fails, and its disk is full: nothing is told that is not recorded")
    func disks() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        var generator = SeededChoices(seed: 2)
        var rounds = try await ClusterRounds(in: run, name: "disks")
        for fault in [ClusterRounds.Fault.serverSync, .serverDisk] {
            try await rounds.run(fault, answersBefore: 20, using: &generator)
        }
        let outcome = try await rounds.finish()
        #expect(outcome.violations == [])
        #expect(outcome.acknowledged > 40)
    }

    @Test("F3 whatever the power takes from the server's disk, each answer that a client held is there after recovery")
    func powerLost() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        let recorded = try await ServerPowerLoss.record(tokens: 30, clients: 4, in: run, name: "power")
        #expect(recorded.answerCount >= 30)
        let findings = try await recorded.replay(states: 9, seed: 1)
        #expect(findings.states == 9 && findings.heldCount > 30)
        #expect(findings.violations == [])
        // The same record with its syncs disbelieved is that of a server which never syncs: the oracle sees it.
        let without = try await recorded.replay(states: 3, believesSyncs: false, seed: 2)
        #expect(without.violations != [])
    }

    @Test("T38 F7 a standby that was behind is promoted: every node notices, records nothing, and does not start on it")
    func promoted() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        var generator = SeededChoices(seed: 7)
        let findings = try await PromotionRound.run(
            in: run, name: "lagging", isSynchronous: false, using: &generator)
        #expect(findings.outcome.violations == [])
        #expect(findings.entriesBehind >= 20)
        // The oracle itself sees what is missing there.
        #expect(findings.answersMissing >= 20)
    }

    @Test("F7 with a synchronous standby a promotion loses no answer, and the nodes go on with it")
    func failedOver() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        var generator = SeededChoices(seed: 8)
        let findings = try await PromotionRound.run(
            in: run, name: "synchronous", isSynchronous: true, using: &generator)
        #expect(findings.outcome.violations == [])
        #expect(findings.outcome.acknowledged > 40)
    }

    @Test("F10 a node whose clock jumps issues nothing, though the database's clock is right, and kills go on")
    func clock() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        let server = try PostgreSQLServer()
        defer { server.stop() }
        var rounds = try await ClockRounds(in: run, name: "clock", on: server)
        try await rounds.drift()
        for seconds: Int64 in [-3_600, 86_400] { try await rounds.jump(seconds: seconds) }
        let outcome = try await rounds.finish()
        #expect(outcome.violations == [])
        #expect(outcome.acknowledged == 13 + 6)
    }
}
