internal import Testing

@testable internal import Chaos

@Suite("F4 a disk that is full")
struct FullDiskTests {
    @Test("F4 issuing is refused at once and says why, an offboarding commits, and room is enough to go on")
    func full() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        let findings = try await FullDiskRound.run(in: run, name: "full")
        #expect(findings.outcome.violations == [])
        #expect(findings.outcome.acknowledged > 20)
        #expect(findings.outcome.faults.count == 3)
    }
}
