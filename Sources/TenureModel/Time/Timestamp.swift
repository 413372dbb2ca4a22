/// An instant: whole milliseconds since 1970-01-01T00:00:00Z, without leap seconds, up to the end of the year 9999.
///
/// Credentials and the wire use whole seconds, audit entries milliseconds (FORMATS, section 1).
package struct Timestamp: Hashable, Sendable, Comparable {
    package static let millisecondsMax: Int64 = 253_402_300_799_999
    package static let distantFuture = Timestamp(clampingMilliseconds: millisecondsMax)
    package let milliseconds: Int64

    /// The nearest instant within range.
    package init(clampingMilliseconds milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, 0), Self.millisecondsMax)
    }

    /// The nearest instant within range, of whole seconds.
    package init(clampingSeconds seconds: Int64) {
        let bounded = min(max(seconds, 0), Self.millisecondsMax / 1000)
        self.init(clampingMilliseconds: bounded * 1000)
    }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 { milliseconds / 1000 }

    /// The same instant rounded down to a whole second.
    package var wholeSecond: Timestamp { Timestamp(clampingSeconds: seconds) }

    /// Saturates at both ends of the range.
    package func adding(seconds: Int64) -> Timestamp {
        let bounded = min(max(seconds, -Self.millisecondsMax / 1000), Self.millisecondsMax / 1000)
        return Timestamp(clampingMilliseconds: milliseconds + bounded * 1000)
    }

    /// Saturates at both ends of the range.
    package func adding(milliseconds: Int64) -> Timestamp {
        // defence: T1 becomes: let bounded = milliseconds
        let bounded = min(max(milliseconds, -Self.millisecondsMax), Self.millisecondsMax)
        return Timestamp(clampingMilliseconds: self.milliseconds + bounded)
    }

    package static func < (one: Self, other: Self) -> Bool { one.milliseconds < other.milliseconds }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T14:00:00.000Z`.
    package var description: String { CivilTime(self).text(milliseconds: true) }

    /// RFC 3339 in UTC with whole seconds: `2026-11-23T14:00:00Z`.
    package var secondsText: String { CivilTime(self).text(milliseconds: false) }
}

extension Timestamp {
    /// Parses RFC 3339 in UTC, `2026-11-23T14:00:00Z` with an optional fraction of exactly three digits.
    package init(rfc3339 text: String) throws(TimestampError) {
        self = try CivilTime.parse(Array(text.utf8))
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(rfc3339: try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds % 1000 == 0 ? secondsText : description)
    }
}

/// Why a text is no instant.
package enum TimestampError: Error, Equatable {
    case malformed
}
