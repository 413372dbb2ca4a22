/// Base64 as PEM has it (RFC 4648, section 4), byte by byte, so that secrets need no array in between.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Hands each character of the encoding to `sink`.
    @inline(__always)
    static func encode(_ bytes: Span<UInt8>, _ sink: (UInt8) -> Void) {
        var index = 0
        while index < bytes.count {
            let group = min(3, bytes.count - index)
            var bits: UInt32 = 0
            for offset in 0..<3 {
                bits = bits << 8 | (offset < group ? UInt32(bytes[index + offset]) : 0)
            }
            for place in 0..<4 {
                sink(place <= group ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
            }
            index += group
        }
    }

    /// Hands each decoded byte to `sink` and skips white space. Returns whether the text was the one encoding of what
    /// it encodes: padded, and without stray bits.
    @inline(__always)
    static func decode(_ text: Span<UInt8>, _ sink: (UInt8) -> Void) -> Bool {
        var (bits, characterCount, paddingCount): (UInt32, Int, Int) = (0, 0, 0)
        for index in text.indices {
            let character = text[index]
            if isWhiteSpace(character) { continue }
            if character == UInt8(ascii: "=") {
                paddingCount += 1
                continue
            }
            guard paddingCount == 0, let value = value(of: character) else { return false }
            bits = bits << 6 | value
            characterCount += 1
            if characterCount.isMultiple(of: 4) {
                sink(UInt8(bits >> 16 & 0xFF))
                sink(UInt8(bits >> 8 & 0xFF))
                sink(UInt8(bits & 0xFF))
                bits = 0
            }
        }
        switch (characterCount % 4, paddingCount) {
        case (0, 0): return true
        case (2, 2) where bits & 0x0F == 0:
            sink(UInt8(bits >> 4 & 0xFF))
            return true
        case (3, 1) where bits & 0x03 == 0:
            sink(UInt8(bits >> 10 & 0xFF))
            sink(UInt8(bits >> 2 & 0xFF))
            return true
        default: return false
        }
    }

    /// Whether this is a space, a tab, or part of a line end.
    static func isWhiteSpace(_ character: UInt8) -> Bool {
        character == 0x20 || character == 0x09 || character == 0x0A || character == 0x0D
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
