/// An instant as year, month, day and time of day in UTC, by the proleptic Gregorian calendar.
package struct CivilTime: Hashable, Sendable {
    package let year: Int64
    package let month: Int64
    package let day: Int64
    package let hour: Int64
    package let minute: Int64
    package let second: Int64
    package let millisecond: Int64

    /// Days to civil date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years start in March.
    package init(_ time: Timestamp) {
        let secondOfDay = time.seconds % 86_400
        let shifted = time.seconds / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        millisecond = time.milliseconds % 1000
    }

    /// RFC 3339 in UTC, with three digits of a second or none.
    package func text(milliseconds: Bool) -> String {
        var characters: [UInt8] = []
        characters.reserveCapacity(24)
        Self.append(year, digits: 4, to: &characters)
        for (separator, value) in zip("--T::".utf8, [month, day, hour, minute, second]) {
            characters.append(separator)
            Self.append(value, digits: 2, to: &characters)
        }
        if milliseconds {
            characters.append(UInt8(ascii: "."))
            Self.append(millisecond, digits: 3, to: &characters)
        }
        characters.append(UInt8(ascii: "Z"))
        return String(decoding: characters, as: UTF8.self)
    }

    static func parse(_ utf8: [UInt8]) throws(TimestampError) -> Timestamp {
        guard utf8.count == 20 || utf8.count == 24, utf8.last == UInt8(ascii: "Z") else { throw .malformed }
        for (place, separator) in zip([4, 7, 10, 13, 16], "--T::".utf8) where utf8[place] != separator {
            throw .malformed
        }
        let year = try number(utf8[0..<4])
        let month = try number(utf8[5..<7])
        let day = try number(utf8[8..<10])
        let hour = try number(utf8[11..<13])
        let minute = try number(utf8[14..<16])
        let second = try number(utf8[17..<19])
        var millisecond: Int64 = 0
        if utf8.count == 24 {
            guard utf8[19] == UInt8(ascii: ".") else { throw .malformed }
            millisecond = try number(utf8[20..<23])
        }
        guard year >= 1970, (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 60 else {
            throw .malformed
        }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        let time = Timestamp(clampingMilliseconds: seconds * 1000 + millisecond)
        // 30 February comes back as 1 or 2 March.
        guard CivilTime(time).day == day, CivilTime(time).month == month else { throw .malformed }
        return time
    }

    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func number(_ digits: ArraySlice<UInt8>) throws(TimestampError) -> Int64 {
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { throw .malformed }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func append(_ value: Int64, digits: Int, to characters: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            characters.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}
