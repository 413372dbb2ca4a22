/// A serial number of 16 random octets (RFC 5280, section 4.1.2.2): positive, never zero, and in DER always 16 octets
/// long, since its first two bits are 01. What is left are 126 bits from the random source.
package struct SerialNumber: Hashable, Sendable, CustomStringConvertible {
    /// How many random octets it takes.
    package static let octetCount = 16
    /// Sixteen octets, big-endian.
    package let octets: [UInt8]

    /// Makes a serial number of the first 16 octets of `random`, which must come from a cryptographic source.
    package init(random: [UInt8]) {
        precondition(random.count >= Self.octetCount, "a serial number takes sixteen random octets")
        var octets = [UInt8](random.prefix(Self.octetCount))
        octets[0] = octets[0] & 0x3F | 0x40
        self.octets = octets
    }

    /// Thirty-two lower-case hex digits.
    package var description: String { Self.hexText(octets) }

    /// The lower-case hex digits of any serial number.
    package static func hexText(_ octets: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(octets.count * 2)
        for octet in octets {
            text.append(digits[Int(octet >> 4)])
            text.append(digits[Int(octet & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
