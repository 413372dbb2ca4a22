/// A name: `[a-z0-9][a-z0-9-]{0,62}`, unique per kind for ever (FORMATS, section 1). ASCII alone, so that Swift's
/// equality of strings, the database's and the bytes' are the same.
package struct Name: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// Parses a name, and nothing that only looks like one.
    package init(_ text: String) throws(NameError) {
        let utf8 = text.utf8
        guard (1...63).contains(utf8.count), utf8.first != UInt8(ascii: "-") else { throw .malformed }
        // defence: T3
        guard utf8.allSatisfy({ ASCII.isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }) else { throw .malformed }
        self.text = text
    }

    package var description: String { text }

    package static func < (one: Self, other: Self) -> Bool { one.text.utf8.lexicographicallyPrecedes(other.text.utf8) }
}

/// Why a text is no name.
package enum NameError: Error, Equatable {
    case malformed
}

/// An environment is a name, made by the first profile that uses it; it has no id.
package typealias EnvironmentName = Name

/// Whom a token is for: 1 to 128 of `[a-z0-9.:/_-]`; belongs to one environment (FORMATS, section 1).
package struct Audience: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// Parses an audience.
    package init(_ text: String) throws(NameError) {
        guard (1...128).contains(text.utf8.count) else { throw .malformed }
        let punctuation = Set(".:/_-".utf8)
        guard text.utf8.allSatisfy({ ASCII.isLowerAlphanumeric($0) || punctuation.contains($0) }) else {
            throw .malformed
        }
        self.text = text
    }

    package var description: String { text }

    package static func < (one: Self, other: Self) -> Bool { one.text.utf8.lexicographicallyPrecedes(other.text.utf8) }
}

/// One scope of a token: 1 to 128 visible ASCII characters but `"` and `\` (RFC 6749, section 3.3).
package struct Scope: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// Parses a scope.
    package init(_ text: String) throws(NameError) {
        guard (1...128).contains(text.utf8.count) else { throw .malformed }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else { throw .malformed }
        self.text = text
    }

    package var description: String { text }

    package static func < (one: Self, other: Self) -> Bool { one.text.utf8.lexicographicallyPrecedes(other.text.utf8) }
}

/// A sentence for people, such as a purpose or a justification: 1 to 500 bytes of UTF-8 in one line, not all of them
/// spaces.
///
/// Control characters and bidirectional overrides are refused, so that it can be shown in a terminal and a log (T41).
package struct Sentence: Hashable, Sendable, CustomStringConvertible {
    package static let bytesMax = 500
    package let text: String

    /// Parses a sentence.
    package init(_ text: String) throws(NameError) {
        guard (1...Self.bytesMax).contains(text.utf8.count) else { throw .malformed }
        // defence: T41
        guard text.unicodeScalars.allSatisfy(Self.isPrintable) else { throw .malformed }
        // A reason that nobody can see is none (P1).
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { throw .malformed }
        self.text = text
    }

    package var description: String { text }

    package static func == (one: Self, other: Self) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

enum ASCII {
    static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

// Each of these is one JSON string.

extension Name: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Audience: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Scope: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Sentence: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
