/// Times of X.509 (RFC 5280, section 4.1.2.5) as whole seconds since 1970, UTC, without leap seconds.
package enum DERTime {
    /// The seconds that these forms can say: the years 0000 to 9999.
    package static let allowed: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// UTCTime says the years 1950 to 2049.
    private static let utcTimeRange: Range<Int64> = -631_152_000..<2_524_608_000

    /// Which form a time has: UTCTime from 1950 to 2049, else GeneralizedTime.
    static func tag(of seconds: Int64) -> DERTag {
        utcTimeRange.contains(seconds) ? .utcTime : .generalizedTime
    }

    /// Returns tag, length and content for a time within `allowed`; what lies outside is a bug of the caller.
    package static func encoded(_ seconds: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(17)
        append(seconds, to: &bytes)
        return bytes
    }

    /// Appends tag, length and content for a time within `allowed`; what lies outside is a bug of the caller.
    package static func append(_ seconds: Int64, to bytes: inout [UInt8]) {
        precondition(allowed.contains(seconds), "a time that X.509 cannot say")
        let days = (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400
        let secondOfDay = seconds - days * 86_400
        let date = civilDate(days: days)
        let tag = tag(of: seconds)
        bytes.append(tag.octet)
        bytes.append(tag == .utcTime ? 13 : 15)
        if tag == .generalizedTime { appendTwoDigits(date.year / 100, to: &bytes) }
        appendTwoDigits(date.year % 100, to: &bytes)
        appendTwoDigits(date.month, to: &bytes)
        appendTwoDigits(date.day, to: &bytes)
        appendTwoDigits(secondOfDay / 3600, to: &bytes)
        appendTwoDigits(secondOfDay / 60 % 60, to: &bytes)
        appendTwoDigits(secondOfDay % 60, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Reads the content of a time: digits down to seconds, then Z. Nil for anything else, or for a day that is none.
    static func seconds(_ tag: DERTag, _ content: Span<UInt8>) -> Int64? {
        let yearDigits = tag == .utcTime ? 2 : 4
        guard content.count == yearDigits + 11, content[content.count - 1] == UInt8(ascii: "Z") else { return nil }
        var fields: [Int64] = []
        fields.reserveCapacity(7)
        var index = 0
        while index < content.count - 1 {
            let (tens, ones) = (content[index], content[index + 1])
            guard (0x30...0x39).contains(tens), (0x30...0x39).contains(ones) else { return nil }
            fields.append(Int64(tens - 0x30) * 10 + Int64(ones - 0x30))
            index += 2
        }
        let year: Int64
        if tag == .utcTime {
            year = fields[0] + (fields[0] < 50 ? 2000 : 1900)
        } else {
            year = fields[0] * 100 + fields[1]
            fields.removeFirst()
        }
        guard (1...12).contains(fields[1]), fields[2] >= 1, fields[2] <= daysInMonth(fields[1], of: year),
            fields[3] < 24, fields[4] < 60, fields[5] < 60
        else { return nil }
        return (daysFrom1970(year, fields[1], fields[2]) * 24 + fields[3]) * 3600 + fields[4] * 60 + fields[5]
    }

    private static func appendTwoDigits(_ value: Int64, to bytes: inout [UInt8]) {
        bytes.append(UInt8(0x30 + value / 10))
        bytes.append(UInt8(0x30 + value % 10))
    }

    private static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1 January 1970 in the Gregorian calendar, counted from 1 March of year 0 on, so that the leap day
    /// ends a year and a cycle of 400 years has 146,097 days.
    private static func daysFrom1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let cycle = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfCycle = marchYear - cycle * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * 146_097 + dayOfCycle - 719_468
    }

    /// The inverse of `daysFrom1970`.
    private static func civilDate(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
