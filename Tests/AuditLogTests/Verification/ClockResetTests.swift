internal import AuditLog
internal import TenureModel
internal import Testing

@Suite("Times that fall")
struct ClockResetTests {
    /// A log in which the entry at an index has fallen by an hour, and times go on from there.
    private func log(fallingAt index: Int, act: Act) throws -> StoredLog {
        var log = try StoredLog(count: 0, checkpointsAt: [])
        for number in 0..<6 {
            let body = try EntryEncoding.encode(
                AuditEntry(
                    at: Timestamp(clampingSeconds: 1_795_442_400 + Int64(number) - (number < index ? 0 : 3_600)),
                    act: number == index ? act : .tokenIssue, actor: .broker, object: nil, source: nil))
            log.entries.append(.init(index: Int64(number), body: body, leafHash: EntryEncoding.leafHash(of: body)))
        }
        return log
    }

    @Test("F10 times may fall at a clock.reset, which is shown")
    func reset() throws {
        let report = try log(fallingAt: 3, act: .clockReset).report()
        #expect(report.isWhole)
        let reset = try #require(report.clockResets.first)
        #expect(report.clockResets.count == 1 && reset.index == 3)
        #expect(reset.from == Timestamp(clampingSeconds: 1_795_442_402))
        #expect(reset.to == Timestamp(clampingSeconds: 1_795_438_803))
    }

    @Test("F10 times that fall at any other entry are a finding", arguments: [Act.tokenIssue, .revocationCreate])
    func other(_ act: Act) throws {
        let report = try log(fallingAt: 3, act: act).report()
        #expect(report.findings == [.timeFell(index: 3)])
        #expect(report.clockResets.isEmpty)
    }

    @Test("F10 after a clock.reset the next fall is a finding again")
    func once() throws {
        var log = try log(fallingAt: 3, act: .clockReset)
        log.entries.swapAt(4, 5)
        for place in log.entries.indices { log.entries[place].index = Int64(place) }
        #expect(log.report().findings.contains(.timeFell(index: 5)))
    }
}
