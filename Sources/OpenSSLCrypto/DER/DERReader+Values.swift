extension DERReader {
    /// Reads a BOOLEAN.
    package mutating func boolean() throws(DERError) -> Bool {
        let content = try element(.boolean).content
        switch (content.count, content.first) {
        case (1, 0x00): return false
        case (1, 0xFF): return true
        default: throw .badBoolean
        }
    }

    /// Reads an INTEGER of any size as its content: two's complement, big-endian, in its shortest form.
    package mutating func integer() throws(DERError) -> ArraySlice<UInt8> {
        try integer(.integer)
    }

    /// Reads an INTEGER that is not negative, of any size, as its magnitude: big-endian, without leading zeros, empty
    /// for zero.
    package mutating func unsignedInteger() throws(DERError) -> ArraySlice<UInt8> {
        let content = try integer(.integer)
        guard let first = content.first, first < 0x80 else { throw .badInteger }
        return first == 0 ? content.dropFirst() : content
    }

    /// Reads an INTEGER, or one that is tagged or ENUMERATED, from 0 to 2^31 − 1.
    package mutating func smallInteger(_ tag: DERTag = .integer) throws(DERError) -> Int {
        let content = try integer(tag)
        guard let first = content.first, first < 0x80, content.count <= 4 else { throw .badInteger }
        return content.reduce(0) { $0 << 8 | Int($1) }
    }

    private mutating func integer(_ tag: DERTag) throws(DERError) -> ArraySlice<UInt8> {
        let content = try element(tag).content
        guard DERPrimitives.isInteger(content.span) else { throw .badInteger }
        return content
    }

    /// Reads an OBJECT IDENTIFIER.
    package mutating func oid() throws(DERError) -> OID {
        let content = try element(.oid).content
        guard DERPrimitives.isOID(content.span) else { throw .badOID }
        return OID(unchecked: [UInt8](content))
    }

    /// Reads a BIT STRING of whole octets, such as a key or a signature.
    package mutating func octetsOfBitString() throws(DERError) -> ArraySlice<UInt8> {
        let content = try element(.bitString).content
        guard content.first == 0 else { throw .badBitString }
        return content.dropFirst()
    }

    /// Reads a BIT STRING of named bits, of which the first is bit 0, and gives the first 16 of them as a mask.
    ///
    /// Named bits end with a bit that is set (X.690, section 11.2.2).
    package mutating func namedBits() throws(DERError) -> UInt16 {
        let content = try element(.bitString).content
        guard DERPrimitives.isBitString(content.span), let unused = content.first else { throw .badBitString }
        let octets = content.dropFirst()
        guard octets.count <= 2 else { throw .badBitString }
        guard octets.last.map({ $0 >> unused & 1 == 1 }) ?? true else { throw .badBitString }
        var mask: UInt16 = 0
        for (index, octet) in octets.enumerated() {
            for bit in 0..<8 where octet & (0x80 >> UInt8(bit)) != 0 {
                mask |= 1 << UInt16(index * 8 + bit)
            }
        }
        return mask
    }

    /// Reads an OCTET STRING.
    package mutating func octetString() throws(DERError) -> ArraySlice<UInt8> {
        try element(.octetString).content
    }

    /// Reads a time as X.509 has it, UTCTime to 2049 and GeneralizedTime from 2050, in seconds since 1970
    /// (RFC 5280, section 4.1.2.5).
    package mutating func time() throws(DERError) -> Int64 {
        let element = try element()
        guard element.tag == .utcTime || element.tag == .generalizedTime else { throw .unexpectedTag(element.tag) }
        guard let seconds = DERTime.seconds(element.tag, element.content.span),
            DERTime.tag(of: seconds) == element.tag
        else { throw .badTime }
        return seconds
    }
}
