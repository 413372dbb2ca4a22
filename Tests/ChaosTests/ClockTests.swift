internal import Testing

@testable internal import Chaos

@Suite("F10 a clock that jumps")
struct ClockTests {
    @Test("F10 a clock that drifts as clocks do stops nothing, and the log's times do not fall with it")
    func drifts() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        var rounds = try await ClockRounds(in: run, name: "drift")
        try await rounds.drift()
        let outcome = try await rounds.finish()
        #expect(outcome.violations == [])
        #expect(outcome.acknowledged == 31)
    }

    @Test("F10 no token is issued by a wrong clock, kills go on, and a clock that was ahead is accepted by hand")
    func jumps() async throws {
        let run = try ChaosRun()
        defer { run.remove() }
        var rounds = try await ClockRounds(in: run, name: "clock")
        for seconds: Int64 in [-3_600, -86_400, 3_600, 365 * 86_400] { try await rounds.jump(seconds: seconds) }
        let outcome = try await rounds.finish()
        #expect(outcome.violations == [])
        #expect(outcome.faults == ["clock_jump": 4])
        #expect(outcome.acknowledged == 12)
    }
}
