extension DERWriter {
    /// Writes a BOOLEAN.
    package mutating func boolean(_ value: Bool) { primitive(.boolean, [value ? 0xFF : 0x00]) }

    /// Writes a NULL.
    package mutating func null() { header(.null, count: 0) }

    /// Writes an INTEGER, or one that is tagged or ENUMERATED.
    package mutating func integer(_ value: Int64, _ tag: DERTag = .integer) {
        var octets = (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) }
        while octets.count > 1, octets[0] == 0 && octets[1] < 0x80 || octets[0] == 0xFF && octets[1] >= 0x80 {
            octets.removeFirst()
        }
        primitive(tag, octets)
    }

    /// Writes an INTEGER that is not negative from its magnitude, big-endian, such as a serial number or a modulus.
    package mutating func unsignedInteger(_ magnitude: [UInt8], _ tag: DERTag = .integer) {
        let octets = magnitude.drop { $0 == 0 }
        let needsZero = octets.first.map { $0 >= 0x80 } ?? true
        header(tag, count: octets.count + (needsZero ? 1 : 0))
        if needsZero { append([0]) }
        append(octets)
    }

    /// Writes an OBJECT IDENTIFIER.
    package mutating func oid(_ oid: OID) { primitive(.oid, oid.content) }

    /// Writes an OCTET STRING.
    package mutating func octetString(_ octets: [UInt8]) { primitive(.octetString, octets) }

    /// Writes a BIT STRING of whole octets.
    package mutating func bitString(_ octets: [UInt8]) {
        header(.bitString, count: octets.count + 1)
        append([0])
        append(octets)
    }

    /// Writes a BIT STRING of named bits; bit 0 of the mask is the first. Bits after the last one set are left out
    /// (X.690, section 11.2.2).
    package mutating func namedBits(_ mask: UInt16, _ tag: DERTag = .bitString) {
        let count = UInt16.bitWidth - mask.leadingZeroBitCount
        var octets = [UInt8](repeating: 0, count: (count + 7) / 8)
        for bit in 0..<count where mask >> UInt16(bit) & 1 == 1 {
            octets[bit / 8] |= 0x80 >> UInt8(bit % 8)
        }
        primitive(tag, [UInt8(octets.count * 8 - count)] + octets)
    }

    /// Writes a time in seconds since 1970 as UTCTime to 2049 and GeneralizedTime from 2050; it must lie within
    /// `DERTime.allowed` (RFC 5280, section 4.1.2.5).
    package mutating func time(_ seconds: Int64) { append(DERTime.encoded(seconds)) }

    /// Writes a UTF8String.
    package mutating func utf8String(_ text: String) { self.text(.utf8String, text) }

    /// Writes a PrintableString; the text must hold nothing else.
    package mutating func printableString(_ text: String) { self.text(.printableString, text) }

    /// Writes an IA5String; the text must be ASCII.
    package mutating func ia5String(_ text: String) { self.text(.ia5String, text) }
}
