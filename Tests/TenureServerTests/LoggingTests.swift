internal import TenureModel
internal import Testing

@testable internal import TenureServer

@Suite("Log lines and clocks")
struct LoggingTests {
    private func line(_ value: String) -> LogLine {
        LogLine(
            at: "2026-11-24T00:00:00.000Z", level: "info", label: "tenured", message: "a message",
            values: [(key: "name", value: value)])
    }

    @Test(
        "T41 a value forges no second line, no colour and no direction",
        arguments: [
            ("a\nb", "a\\u000ab"), ("a\r\nb", "a\\u000d\\u000ab"), ("\u{1B}[31m", "\\u001b[31m"),
            ("\u{202E}abc", "\\u202eabc"), ("a\u{2028}b", "a\\u2028b"), ("\u{0}", "\\u0000"), ("\"x\"", "\\\"x\\\""),
            ("\\", "\\\\"), ("\u{E0041}", "\\udb40\\udc41"), ("é", "é"),
        ])
    func escapes(_ value: String, _ shown: String) {
        #expect(line(value).json.hasSuffix("\"name\":\"\(shown)\"}"))
        #expect(line(value).text.hasSuffix(" name=\"\(shown)\""))
    }

    @Test("T41 a value of a mebibyte is cut")
    func cut() {
        let shown = line(String(repeating: "\n", count: 1 << 20)).json
        #expect(shown.utf8.count < 8_192)
        #expect(shown.contains("…"))
    }

    @Test("a clock that jumps, forward or back, is a fault until it is back", arguments: [31_000, -31_000])
    func jump(_ milliseconds: Int64) {
        let start = Timestamp(clampingMilliseconds: 1_000_000_000)
        var guardian = ClockGuard(
            limits: ServerConfiguration.Limits(), wall: start, uptimeMilliseconds: 5_000)
        #expect(guardian.check(wall: start.adding(seconds: 1), uptimeMilliseconds: 6_000, lastEntry: start) == nil)
        let jumped = start.adding(milliseconds: 2_000 + milliseconds)
        #expect(
            guardian.check(wall: jumped, uptimeMilliseconds: 7_000, lastEntry: Timestamp(clampingSeconds: 0))
                == .jumped(seconds: milliseconds / 1_000))
        #expect(guardian.check(wall: start.adding(seconds: 3), uptimeMilliseconds: 8_000, lastEntry: start) == nil)
    }

    @Test("F10 a clock that drifts as clocks do is none, either way", arguments: [100, -100, 500, -500])
    func drift(_ millisecondsPerSecond: Int64) {
        var guardian = Self.guardian()
        for second in Int64(1)...1_000 {
            let wall = Self.start.adding(milliseconds: second * (1_000 + millisecondsPerSecond))
            #expect(guardian.check(wall: wall, uptimeMilliseconds: second * 1_000, lastEntry: Self.past) == nil)
        }
    }

    @Test(
        "F10 a clock that goes faster or slower than one is corrected is found once it is 30 s off", arguments: [1, -1])
    func runningAway(_ direction: Int64) {
        var guardian = Self.guardian()
        // 600 ms a second: the first second off by more than 30 s is the 51st.
        let faults = (Int64(1)...60).filter { second in
            let wall = Self.start.adding(milliseconds: second * (1_000 + direction * 600))
            return guardian.check(wall: wall, uptimeMilliseconds: second * 1_000, lastEntry: Self.past) != nil
        }
        #expect(faults == Array(51...60))
    }

    private static let start = Timestamp(clampingMilliseconds: 1_000_000_000)
    private static let past = Timestamp(clampingSeconds: 0)

    private static func guardian() -> ClockGuard {
        ClockGuard(limits: ServerConfiguration.Limits(), wall: start, uptimeMilliseconds: 0)
    }

    @Test("a clock more than five seconds behind the last entry is a fault")
    func behind() {
        let start = Timestamp(clampingMilliseconds: 1_000_000_000)
        var guardian = ClockGuard(limits: ServerConfiguration.Limits(), wall: start, uptimeMilliseconds: 0)
        #expect(guardian.check(wall: start, uptimeMilliseconds: 0, lastEntry: start.adding(seconds: 5)) == nil)
        #expect(
            guardian.check(wall: start, uptimeMilliseconds: 0, lastEntry: start.adding(seconds: 6))
                == .behind(seconds: 6))
    }
}
