internal import AuditLog
internal import Storage
internal import TenureModel
internal import Testing

@Suite("A clock that was ahead")
struct ClockResetTests {
    private func entry(_ number: UInt64, _ act: Act, _ at: Timestamp) -> RecordingMember {
        var entry = Example.entry(act)
        entry.entry.at = at
        return RecordingMember(
            operation: Example.operation(number, act), floor: 0, references: [], entries: [entry])
    }

    @Test(
        "F10 an entry is never earlier than the last one, until a clock.reset says what time it is",
        arguments: TestEngine.allCases)
    func times(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(engine.open(in: folder))
        let ahead = Example.now.adding(seconds: 3_600)
        _ = try await log.recorder.record(entry(1, .statusRead, ahead)).get()
        _ = try await log.recorder.record(entry(2, .statusRead, Example.now)).get()
        #expect(log.recorder.head.lastTime == ahead)
        let right = Example.now.adding(seconds: 1)
        _ = try await log.recorder.record(entry(3, .clockReset, right)).get()
        #expect(log.recorder.head.lastTime == right)
        _ = try await log.recorder.record(entry(4, .statusRead, Example.now)).get()
        let times = try await log.ledger.entries(from: 0, limit: 10).map(\.at)
        #expect(times == [ahead, ahead, right, right])
        // The fold knows nothing of resets: it sees the one fall.
        #expect(try await LogFold.faults(log.engine) == ["the time falls at 2"])
    }
}
