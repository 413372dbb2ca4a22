internal import OpenSSLCrypto

// A leaf is built by appending to plain arrays: `DERWriter` moves bytes for every nested element, and its closures are
// not specialised across targets. What is built here the linter reads again with `DERReader`.
extension [UInt8] {
    /// Appends tag and length of an element whose content the caller appends; lengths up to 65,535.
    mutating func appendHeader(_ tag: DERTag, count: Int) {
        append(tag.octet)
        if count < 0x80 {
            append(UInt8(count))
        } else if count < 0x100 {
            append(0x81)
            append(UInt8(count))
        } else {
            precondition(count < 0x1_0000, "an element of a certificate is longer than 65,535 octets")
            append(0x82)
            append(UInt8(count >> 8))
            append(UInt8(count & 0xFF))
        }
    }

    /// Appends an element with the UTF-8 of a text as its content.
    mutating func appendElement(_ tag: DERTag, _ text: String) {
        appendHeader(tag, count: text.utf8.count)
        append(contentsOf: text.utf8)
    }

    /// Appends an element with this content.
    mutating func appendElement(_ tag: DERTag, _ content: [UInt8]) {
        appendHeader(tag, count: content.count)
        append(contentsOf: content)
    }

    /// Appends an INTEGER that is not negative, in its shortest form.
    mutating func appendInteger(_ value: Int64) {
        let octets = Self.integerOctets(value)
        append(DERTag.integer.octet)
        append(UInt8(octets))
        for place in (0..<octets).reversed() { append(UInt8(truncatingIfNeeded: value >> Int64(8 * place))) }
    }

    /// How many content octets an INTEGER that is not negative takes: its bits and one for the sign.
    static func integerOctets(_ value: Int64) -> Int {
        (Int64.bitWidth - value.leadingZeroBitCount) / 8 + 1
    }

    /// How many octets an element takes in all.
    static func elementOctets(content count: Int) -> Int {
        count + (count < 0x80 ? 2 : count < 0x100 ? 3 : 4)
    }
}
