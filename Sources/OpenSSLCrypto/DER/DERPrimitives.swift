/// What the content of each primitive universal type may be in DER.
enum DERPrimitives {
    /// Checks the content of a primitive element of a universal type; types that X.509 has not are let through.
    static func check(_ tag: DERTag, _ content: Span<UInt8>) throws(DERError) {
        switch tag {
        case .boolean: guard content.count == 1, content[0] == 0 || content[0] == 0xFF else { throw .badBoolean }
        case .integer, .enumerated: guard isInteger(content) else { throw .badInteger }
        case .bitString: guard isBitString(content) else { throw .badBitString }
        case .null: guard content.isEmpty else { throw .badNull }
        case .oid: guard isOID(content) else { throw .badOID }
        case .utcTime, .generalizedTime: guard DERTime.seconds(tag, content) != nil else { throw .badTime }
        case .sequence, .set: break
        default: guard isString(tag, content) else { throw .badString }
        }
    }

    /// Whether this is two's complement in its shortest form (X.690, section 8.3.2).
    static func isInteger(_ content: Span<UInt8>) -> Bool {
        guard !content.isEmpty else { return false }
        guard content.count > 1 else { return true }
        let padded = content[0] == 0x00 && content[1] < 0x80 || content[0] == 0xFF && content[1] >= 0x80
        return !padded
    }

    /// Whether unused bits are fewer than eight, and zero (X.690, section 11.2.1).
    static func isBitString(_ content: Span<UInt8>) -> Bool {
        guard !content.isEmpty, content[0] < 8 else { return false }
        guard content.count > 1 else { return content[0] == 0 }
        let unused: UInt8 = (1 << content[0]) - 1
        return content[content.count - 1] & unused == 0
    }

    /// Whether each arc is whole and in its shortest form (X.690, section 8.19.2).
    static func isOID(_ content: Span<UInt8>) -> Bool {
        guard !content.isEmpty, content[content.count - 1] < 0x80 else { return false }
        var isFirstOctetOfArc = true
        for index in content.indices {
            if isFirstOctetOfArc, content[index] == 0x80 { return false }
            isFirstOctetOfArc = content[index] < 0x80
        }
        return true
    }

    /// Whether a string holds what its type allows, and no NUL. Types that are no strings are let through.
    static func isString(_ tag: DERTag, _ content: Span<UInt8>) -> Bool {
        switch tag {
        case .utf8String: !contains(0, content) && isUTF8(content)
        case .printableString: all(content, isPrintableStringCharacter)
        case .numericString: all(content) { $0 == 0x20 || (0x30...0x39).contains($0) }
        case .ia5String: all(content) { $0 != 0 && $0 < 0x80 }
        // What other bytes mean in a TeletexString has never been clear.
        case .teletexString, .visibleString: all(content) { (0x20...0x7E).contains($0) }
        case .bmpString: isWide(content, unitCount: 2)
        case .universalString: isWide(content, unitCount: 4)
        default: true
        }
    }

    private static func all(_ content: Span<UInt8>, _ holds: (UInt8) -> Bool) -> Bool {
        for index in content.indices where !holds(content[index]) { return false }
        return true
    }

    private static func contains(_ byte: UInt8, _ content: Span<UInt8>) -> Bool {
        !all(content) { $0 != byte }
    }

    private static func isUTF8(_ content: Span<UInt8>) -> Bool {
        do {
            _ = try UTF8Span(validating: content)
            return true
        } catch {
            return false
        }
    }

    private static func isPrintableStringCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39: true
        case 0x20, 0x27...0x29, 0x2B...0x2F, 0x3A, 0x3D, 0x3F: true
        default: false
        }
    }

    /// Whether these are code points in units of two or four bytes, none of them a surrogate or NUL.
    private static func isWide(_ content: Span<UInt8>, unitCount: Int) -> Bool {
        guard content.count.isMultiple(of: unitCount) else { return false }
        var index = 0
        while index < content.count {
            var value: UInt32 = 0
            for offset in 0..<unitCount { value = value << 8 | UInt32(content[index + offset]) }
            guard value != 0, Unicode.Scalar(value) != nil else { return false }
            index += unitCount
        }
        return true
    }
}
