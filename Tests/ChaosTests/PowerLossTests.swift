internal import Testing

@testable internal import Chaos

@Suite("F3 power loss and syncs")
struct PowerLossTests {
    @Test("F3 whatever the power loses, each answer that a client held is in a log that verifies and folds")
    func replayed() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        let recorded = try await RecordedRun.record(
            RecordedRun.Extent(tokensPerLife: 24, clients: 4), in: run, name: "recorded")
        let findings = try await PowerLossReplay(run: recorded).replay(states: 105, restarts: 2, seed: 1)
        #expect(findings.states == 105)
        #expect(findings.heldCount > 1_000)
        #expect(findings.violations == [])

        let syncs = SyncCount(recorded.records)
        #expect(syncs.answers >= 72)
        #expect(syncs.unsynced == [], "answers without a sync between commit and acknowledgement")
        #expect(syncs.syncs >= syncs.commits)

        // The same journal with its syncs disbelieved is that of a program which never syncs: the oracle sees it.
        let without = try await PowerLossReplay(run: recorded, believesSyncs: false)
            .replay(states: 8, restarts: 0, seed: 2)
        #expect(without.violations.contains { $0.contains("was acknowledged") })
        let bare = SyncCount(recorded.records.filter { if case .syncEnd = $0.event { false } else { true } })
        #expect(bare.unsynced.count == bare.answers)
    }

    @Test("F2 F3 what a failed sync was to cover may be gone, and no answer rests on it")
    func failedSyncs() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        let recorded = try await RecordedRun.record(
            RecordedRun.Extent(tokensPerLife: 16, clients: 4, failsSyncs: true), in: run, name: "failing")
        #expect(recorded.records.count { if case .syncFailed = $0.event { true } else { false } } == 3)
        let findings = try await PowerLossReplay(run: recorded).replay(states: 45, restarts: 1, seed: 3)
        #expect(findings.violations == [])
        #expect(SyncCount(recorded.records).unsynced == [])
    }

    @Test("many clients share a sync, and still none is answered without one")
    func shared() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        let recorded = try await RecordedRun.record(
            RecordedRun.Extent(tokensPerLife: 200, clients: 64), in: run, name: "shared")
        let syncs = SyncCount(recorded.records)
        #expect(syncs.answers >= 600)
        #expect(syncs.unsynced == [])
        // How many share one depends on the machine; the benchmark says.
        #expect(syncs.syncs < syncs.answers)
    }
}
