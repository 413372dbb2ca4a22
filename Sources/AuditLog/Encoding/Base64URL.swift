/// Base64 with the URL-safe alphabet and without padding (RFC 4648, section 5, as JWS uses it: RFC 7515, section 2).
///
/// Decoding takes the one canonical spelling: no padding, no line ends, no bits beyond the last byte (T9).
package enum Base64URL {
    /// Appends the text of `bytes`.
    package static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        Base64Alphabet.url.append(bytes.span, padded: false, to: &output)
    }

    /// Returns the text of `bytes`.
    package static func text(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count * 4 + 2) / 3)
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Returns the bytes that `characters` stand for, or nil where it is not their canonical spelling.
    package static func decode(_ characters: ArraySlice<UInt8>) -> [UInt8]? {
        Base64Alphabet.url.decode(characters)
    }
}

/// Base64 with the standard alphabet and with padding (RFC 4648, section 4), as notes and verifier keys use it.
///
/// Decoding takes the one canonical spelling.
package enum Base64 {
    /// Returns the text of `bytes`.
    package static func text(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        Base64Alphabet.standard.append(bytes.span, padded: true, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Returns the bytes that `characters` stand for, or nil where it is not their canonical spelling.
    package static func decode(_ characters: ArraySlice<UInt8>) -> [UInt8]? {
        // defence: T9
        guard characters.count.isMultiple(of: 4) else { return nil }
        var content = characters
        while content.last == Base64Alphabet.padding, characters.count - content.count < 2 { content.removeLast() }
        return Base64Alphabet.standard.decode(content)
    }
}

/// One alphabet of RFC 4648 with its reverse.
private struct Base64Alphabet: Sendable {
    static let padding = UInt8(ascii: "=")
    static let standard = Base64Alphabet(last: "+/")
    static let url = Base64Alphabet(last: "-_")
    private static let noValue: UInt8 = 255

    private let characters: [UInt8]
    private let values: [UInt8]

    private init(last: String) {
        let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) + Array(last.utf8)
        var values = [UInt8](repeating: Self.noValue, count: 256)
        for (value, character) in characters.enumerated() { values[Int(character)] = UInt8(value) }
        self.characters = characters
        self.values = values
    }

    func append(_ bytes: Span<UInt8>, padded: Bool, to output: inout [UInt8]) {
        let characters = characters.span
        var place = 0
        while bytes.count - place >= 3 {
            let group = UInt32(bytes[place]) << 16 | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2])
            output.append(characters[Int(group >> 18)])
            output.append(characters[Int(group >> 12 & 63)])
            output.append(characters[Int(group >> 6 & 63)])
            output.append(characters[Int(group & 63)])
            place += 3
        }
        let rest = bytes.count - place
        guard rest > 0 else { return }
        let group = UInt32(bytes[place]) << 16 | (rest == 2 ? UInt32(bytes[place + 1]) << 8 : 0)
        output.append(characters[Int(group >> 18)])
        output.append(characters[Int(group >> 12 & 63)])
        if rest == 2 { output.append(characters[Int(group >> 6 & 63)]) }
        guard padded else { return }
        for _ in rest..<3 { output.append(Self.padding) }
    }

    func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        let values = values.span
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for character in text {
            let value = values[Int(character)]
            guard value != Self.noValue else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: group >> bits))
            }
        }
        // What is left of the last character must be zero, or one value would have several spellings.
        // defence: T9 becomes: return bytes
        return group & (1 << bits - 1) == 0 ? bytes : nil
    }
}
