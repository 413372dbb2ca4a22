/// How long a credential may live: 1 minute to 90 days, in whole seconds.
package struct Lifetime: Hashable, Sendable, Comparable {
    package static let allowed: ClosedRange<Int64> = 60...7_776_000
    package let seconds: Int64

    /// Takes a number of seconds within `allowed`.
    package init(seconds: Int64) throws(LifetimeError) {
        // defence: T1
        guard Self.allowed.contains(seconds) else { throw .outOfRange(seconds) }
        self.seconds = seconds
    }

    package static func < (one: Self, other: Self) -> Bool { one.seconds < other.seconds }
}

extension Lifetime: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(seconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }
}

/// Why a number of seconds is no lifetime.
package enum LifetimeError: Error, Equatable {
    case outOfRange(Int64)
}
