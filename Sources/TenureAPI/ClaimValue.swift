/// The value of a claim condition: a string, a whole number or a truth value. None is converted into another.
package enum ClaimValue: Hashable, Sendable {
    case text(String)
    case number(Int64)
    case flag(Bool)
}

extension ClaimValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try Self.read({ try container.decode(String.self) }) {
            self = .text(text)
        } else if let flag = try Self.read({ try container.decode(Bool.self) }) {
            self = .flag(flag)
        } else {
            self = .number(try container.decode(Int64.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        }
    }

    /// Nil where the value is of another type; other errors stay.
    private static func read<Value>(_ decode: () throws -> Value) throws -> Value? {
        do {
            return try decode()
        } catch DecodingError.typeMismatch {
            return nil
        }
    }
}

/// How often one token may be presented for acts that record: a number, or a word of `once` and `until-expiry`.
package enum PresentationsValue: Hashable, Sendable {
    case count(Int64)
    case word(String)
}

extension PresentationsValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = .word(try container.decode(String.self))
        } catch DecodingError.typeMismatch {
            self = .count(try container.decode(Int64.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .count(let count): try container.encode(count)
        case .word(let word): try container.encode(word)
        }
    }
}
