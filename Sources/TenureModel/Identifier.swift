/// What an identifier is of; gives the prefix of its text.
package protocol IdentifierKind: Sendable {
    /// Three lower-case letters, unique per kind (FORMATS, section 1).
    static var prefix: String { get }
}

/// A typed id: 16 bytes of a UUIDv7 (RFC 9562, section 5.7), shown as `prefix_` and 26 characters of lower-case
/// Crockford base32. An id of one kind neither compiles nor parses where another is wanted.
package struct Identifier<Kind: IdentifierKind>: Hashable, Sendable, Comparable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an id of the instant and ten random bytes.
    ///
    /// - Parameter random: at least ten bytes; the first ten are used.
    package init(at time: Timestamp, random: [UInt8]) {
        precondition(random.count >= 10, "an id takes ten random bytes")
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        let first = (UInt64(random[0]) << 8 | UInt64(random[1])) & 0x0FFF
        high = milliseconds << 16 | 0x7000 | first
        var rest: UInt64 = 0
        for byte in random[2..<10] { rest = rest << 8 | UInt64(byte) }
        low = rest & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// The id of 16 stored bytes, big-endian.
    package init(bytes: [UInt8]) throws(IdentifierError) {
        guard bytes.count == 16 else { throw .malformed }
        var words: [UInt64] = [0, 0]
        for (place, byte) in bytes.enumerated() { words[place / 8] = words[place / 8] << 8 | UInt64(byte) }
        self.init(high: words[0], low: words[1])
    }

    /// Parses the canonical text and nothing else: no upper case, no look-alike letters, no spare bits.
    package init(_ text: String) throws(IdentifierError) {
        let utf8 = Array(text.utf8)
        let prefix = Array(Kind.prefix.utf8)
        guard utf8.count == prefix.count + 27, utf8.starts(with: prefix), utf8[prefix.count] == UInt8(ascii: "_") else {
            throw .malformed
        }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (place, character) in utf8[(prefix.count + 1)...].enumerated() {
            guard let value = CrockfordBase32.value(of: character) else { throw .malformed }
            // 130 bits of text for 128 of id: the first character may use three bits only.
            // defence: T3
            if place == 0, value > 7 { throw .malformed }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        self.init(high: high, low: low)
    }

    /// The 16 bytes, big-endian, as they are stored.
    package var bytes: [UInt8] {
        (0..<16).map { place in
            let word = place < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (place % 8)))
        }
    }

    /// The canonical text.
    package var text: String {
        // Shown many times in a request: one array, one string.
        var characters = Array(Kind.prefix.utf8)
        characters.reserveCapacity(32)
        characters.append(UInt8(ascii: "_"))
        // The first digit has three bits, the other 25 have five.
        characters.append(CrockfordBase32.alphabet[Int(high >> 61)])
        var (high, low) = (high << 3 | low >> 61, low << 3)
        for _ in 1..<26 {
            characters.append(CrockfordBase32.alphabet[Int(high >> 59)])
            (high, low) = (high << 5 | low >> 59, low << 5)
        }
        return String(decoding: characters, as: UTF8.self)
    }

    package static func < (one: Self, other: Self) -> Bool {
        (one.high, one.low) < (other.high, other.low)
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String { text }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Why a text or bytes are no id of the wanted kind.
package enum IdentifierError: Error, Equatable {
    case malformed
}

/// Crockford's base32 in lower case, without its tolerance for look-alike letters.
enum CrockfordBase32 {
    static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    static func value(of character: UInt8) -> UInt8? {
        alphabet.firstIndex(of: character).map { UInt8($0) }
    }
}
