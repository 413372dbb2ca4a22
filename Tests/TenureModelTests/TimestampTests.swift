internal import Foundation
internal import TenureModel
internal import Testing

/// An instant in both forms; seconds since 1970 as `date -u -d TEXT +%s` gives them.
struct KnownInstant: Sendable {
    let text: String
    let seconds: Int64

    static let all: [KnownInstant] = [
        KnownInstant(text: "1970-01-01T00:00:00Z", seconds: 0),
        KnownInstant(text: "1972-02-29T00:00:00Z", seconds: 68_169_600),
        KnownInstant(text: "1999-12-31T23:59:59Z", seconds: 946_684_799),
        KnownInstant(text: "2000-02-29T12:34:56Z", seconds: 951_827_696),
        KnownInstant(text: "2001-09-09T01:46:40Z", seconds: 1_000_000_000),
        KnownInstant(text: "2026-11-23T14:00:00Z", seconds: 1_795_442_400),
        KnownInstant(text: "2038-01-19T03:14:08Z", seconds: 2_147_483_648),
        KnownInstant(text: "2100-02-28T23:59:59Z", seconds: 4_107_542_399),
        KnownInstant(text: "2100-03-01T00:00:00Z", seconds: 4_107_542_400),
        KnownInstant(text: "2400-02-29T00:00:00Z", seconds: 13_574_563_200),
        KnownInstant(text: "9999-12-31T23:59:59Z", seconds: 253_402_300_799),
    ]
}

@Suite("Timestamps")
struct TimestampTests {
    @Test("known instants are printed and parsed (RFC 3339)", arguments: KnownInstant.all)
    func known(instant: KnownInstant) throws {
        let time = Timestamp(clampingSeconds: instant.seconds)
        #expect(time.secondsText == instant.text)
        #expect(time.seconds == instant.seconds)
        #expect(try Timestamp(rfc3339: instant.text) == time)
        #expect(time.description == instant.text.dropLast() + ".000Z")
        #expect(try Timestamp(rfc3339: time.description) == time)
    }

    @Test("milliseconds are kept in the long form and cut in the short one")
    func milliseconds() throws {
        let time = Timestamp(clampingMilliseconds: 1_795_442_400_007)
        #expect(time.description == "2026-11-23T14:00:00.007Z")
        #expect(time.secondsText == "2026-11-23T14:00:00Z")
        #expect(try Timestamp(rfc3339: "2026-11-23T14:00:00.007Z") == time)
        #expect(time.wholeSecond == Timestamp(clampingSeconds: 1_795_442_400))
        #expect(try Timestamp(rfc3339: "9999-12-31T23:59:59.999Z") == .distantFuture)
    }

    @Test("each day from 1970 to 2405 follows the last by the calendar")
    func everyDay() throws {
        var year: Int64 = 1970
        var month: Int64 = 1
        var day: Int64 = 1
        for count in 0..<Int64(159_000) {
            let civil = CivilTime(Timestamp(clampingSeconds: count * 86_400 + 86_399))
            try #require(civil.year == year && civil.month == month && civil.day == day, "day \(count)")
            try #require(civil.hour == 23 && civil.minute == 59 && civil.second == 59)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let days: Int64 = [4, 6, 9, 11].contains(month) ? 30 : month == 2 ? (isLeap ? 29 : 28) : 31
            day += 1
            if day > days { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(year == 2405)
    }

    @Test("text and instant lead back to each other", arguments: 0..<4 as Range<UInt64>)
    func roundTrips(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let milliseconds = Int64.random(in: 0...Timestamp.millisecondsMax, using: &generator)
            let time = Timestamp(clampingMilliseconds: milliseconds)
            #expect(try Timestamp(rfc3339: time.description) == time)
            #expect(try Timestamp(rfc3339: time.secondsText) == time.wholeSecond)
        }
    }

    @Test(
        "every other form is refused",
        arguments: [
            // Days that there are not.
            "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-02-30T00:00:00Z", "2024-02-30T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-00T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-13-01T00:00:00Z", "9999-12-32T00:00:00Z", "2026-01-99T00:00:00Z",
            // Times that there are not; leap seconds do not exist here.
            "2026-11-23T24:00:00Z", "2026-11-23T14:60:00Z", "2016-12-31T23:59:60Z", "2026-11-23T14:00:99Z",
            // Before the epoch.
            "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
            // Other spellings of an instant.
            "2026-11-23t14:00:00z", "2026-11-23 14:00:00Z", "2026-11-23T14:00:00+00:00", "2026-11-23T14:00:00",
            "2026-11-23T14:00Z", "2026-11-23T14:00:00.1Z", "2026-11-23T14:00:00.000000Z", "2026-11-23T14:00:00,000Z",
            "20261123T140000Z", "2026-1-23T14:00:00Z", "+026-11-23T14:00:00Z", "-026-11-23T14:00:00Z", "1795442400",
            "2026-11-23T14:00:0 Z", " 2026-11-23T14:00:00Z", "2026-11-23T14:00:00Z\n", "12026-11-23T14:00:00Z", "", "Z",
            // Digits of another script take more bytes; two bytes may be one character.
            "\u{662}026-11-23T14:00:00Z", "2026-11-23T14:00:\u{662}Z", "2026\u{2D}11-23T14:00:0\u{301}Z",
        ])
    func refused(text: String) {
        #expect(throws: TimestampError.malformed) { try Timestamp(rfc3339: text) }
    }

    @Test("T1 every number of seconds or milliseconds becomes the nearest instant, without a trap")
    func clamping() {
        #expect(Timestamp(clampingSeconds: .min) == Timestamp(clampingMilliseconds: 0))
        #expect(Timestamp(clampingSeconds: -1).milliseconds == 0)
        #expect(Timestamp(clampingMilliseconds: .min).milliseconds == 0)
        #expect(Timestamp(clampingMilliseconds: .max) == .distantFuture)
        #expect(Timestamp(clampingSeconds: .max) == Timestamp.distantFuture.wholeSecond)
        #expect(Timestamp(clampingSeconds: 253_402_300_800) == Timestamp.distantFuture.wholeSecond)
    }

    @Test(
        "T1 sums saturate at both ends, without a trap",
        arguments: [0, 1, 1_795_442_400_123, Timestamp.millisecondsMax] as [Int64])
    func saturation(start: Int64) {
        let time = Timestamp(clampingMilliseconds: start)
        let zero = Timestamp(clampingMilliseconds: 0)
        for amount in [.max, .max - 1, .max / 1000, .max / 1000 + 1] as [Int64] {
            #expect(time.adding(seconds: amount).seconds == Timestamp.distantFuture.seconds)
            #expect(time.adding(milliseconds: amount) == .distantFuture)
        }
        for amount in [.min, .min + 1, .min / 1000, .min / 1000 - 1] as [Int64] {
            #expect(time.adding(seconds: amount).seconds == zero.seconds)
            #expect(time.adding(milliseconds: amount) == zero)
        }
        #expect(time.adding(seconds: 0) == time)
        #expect(time.adding(milliseconds: 0) == time)
    }

    @Test("sums within the range are exact, and undo each other")
    func sums() {
        let time = Timestamp(clampingMilliseconds: 1_795_442_400_123)
        #expect(time.adding(seconds: 60).milliseconds == 1_795_442_460_123)
        #expect(time.adding(seconds: -60).adding(seconds: 60) == time)
        #expect(time.adding(milliseconds: 877).milliseconds == 1_795_442_401_000)
        #expect(time < time.adding(milliseconds: 1))
        #expect(time.adding(milliseconds: -1) < time)
    }

    @Test("JSON has the short form for whole seconds, the long one else, and refuses numbers")
    func json() throws {
        let whole = Timestamp(clampingSeconds: 1_795_442_400)
        let times = [whole, whole.adding(milliseconds: 5)]
        let json = try JSONEncoder().encode(times)
        #expect(json == Data(#"["2026-11-23T14:00:00Z","2026-11-23T14:00:00.005Z"]"#.utf8))
        #expect(try JSONDecoder().decode([Timestamp].self, from: json) == times)
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Timestamp].self, from: Data("[1e300]".utf8)) }
    }
}
