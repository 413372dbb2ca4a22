internal import Glibc
internal import Testing

@testable internal import Chaos

@Suite("F2 a disk that fails")
struct FaultyDiskTests {
    @Test("F2 however a call fails, each answer was yes, no, or unknown with an operation that tells the truth")
    func sites() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        var rounds = try await FaultyDiskRounds(in: run, name: "faulty")
        for fault in Self.faults { try await rounds.run(fault) }
        let outcome = try await rounds.finish()
        #expect(outcome.violations == [])
        #expect(outcome.acknowledged > 80)
        #expect(outcome.unknown > 0)
        let kinds = ["sync_once", "sync_for_ever", "write_once", "write_for_ever", "truncate_once"]
        #expect(kinds.filter { outcome.faults[$0] == nil } == [])
    }

    private static let faults: [FaultyDiskRounds.Fault] = [
        .init(site: .sync, skipped: 0, forEver: false),
        .init(site: .sync, skipped: 1, forEver: true),
        .init(site: .write, skipped: 7, forEver: false),
        .init(site: .write, skipped: 0, forEver: true),
        .init(site: .write, skipped: 60, forEver: true, error: ENOSPC),
        .init(site: .sync, skipped: 3, forEver: false, whileStarting: true),
        .init(site: .write, skipped: 10, forEver: true, whileStarting: true),
        .init(site: .truncate, skipped: 0, forEver: false, whileStarting: true),
    ]
}
