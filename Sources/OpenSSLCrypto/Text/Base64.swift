/// Base64 as PEM has it (RFC 4648, section 4), byte by byte, so that secrets need no array in between.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Hands each character of the encoding to `sink`.
    @inline(__always)
    static func encode(_ bytes: Span<UInt8>, _ sink: (UInt8) -> Void) {
        let alphabet = alphabet.span
        var index = 0
        while bytes.count - index >= 3 {
            let bits = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            sink(alphabet[bits >> 18])
            sink(alphabet[bits >> 12 & 63])
            sink(alphabet[bits >> 6 & 63])
            sink(alphabet[bits & 63])
            index += 3
        }
        switch bytes.count - index {
        case 1:
            sink(alphabet[Int(bytes[index]) >> 2])
            sink(alphabet[Int(bytes[index]) << 4 & 63])
            sink(UInt8(ascii: "="))
            sink(UInt8(ascii: "="))
        case 2:
            let bits = Int(bytes[index]) << 8 | Int(bytes[index + 1])
            sink(alphabet[bits >> 10])
            sink(alphabet[bits >> 4 & 63])
            sink(alphabet[bits << 2 & 63])
            sink(UInt8(ascii: "="))
        default: break
        }
    }

    /// Hands each decoded byte to `sink` and skips white space. Returns whether the text was the one encoding of what
    /// it encodes: padded, and without stray bits.
    @inline(__always)
    static func decode(_ text: Span<UInt8>, _ sink: (UInt8) -> Void) -> Bool {
        let values = values.span
        var (bits, characterCount, paddingCount): (UInt32, Int, Int) = (0, 0, 0)
        var index = 0
        while index < text.count {
            // Nearly all of a text are groups of four characters that stand together.
            if text.count - index >= 4, characterCount.isMultiple(of: 4), paddingCount == 0 {
                let (first, second) = (values[Int(text[index])], values[Int(text[index + 1])])
                let (third, fourth) = (values[Int(text[index + 2])], values[Int(text[index + 3])])
                if first | second | third | fourth < 64 {
                    sink(first << 2 | second >> 4)
                    sink(second << 4 | third >> 2)
                    sink(third << 6 | fourth)
                    characterCount += 4
                    index += 4
                    continue
                }
            }
            let character = text[index]
            index += 1
            if isWhiteSpace(character) { continue }
            if character == UInt8(ascii: "=") {
                paddingCount += 1
                continue
            }
            let value = values[Int(character)]
            guard paddingCount == 0, value < 64 else { return false }
            bits = bits << 6 | UInt32(value)
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

    /// What each byte stands for; 0xFF of what is not in the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
