/// An IPv4 or IPv6 address as it stands in an iPAddress name: 4 or 16 octets (RFC 5280, section 4.2.1.6).
package struct NetworkAddress: Hashable, Sendable {
    package let octets: [UInt8]

    /// Parses dotted decimal without leading zeros, or the text forms of RFC 4291, section 2.2, without a zone and
    /// without the mixed form.
    ///
    /// - Throws: `NetworkAddressError` for anything else.
    package init(_ text: String) throws(NetworkAddressError) {
        let utf8 = Array(text.utf8)
        guard (2...39).contains(utf8.count) else { throw .malformed }
        octets = utf8.contains(UInt8(ascii: ":")) ? try Self.version6(utf8) : try Self.version4(utf8)
    }

    private static func version4(_ utf8: [UInt8]) throws(NetworkAddressError) -> [UInt8] {
        let parts = utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { throw .malformed }
        var octets: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else {
                throw .malformed
            }
            var value = 0
            for digit in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { throw .malformed }
                value = value * 10 + Int(digit - UInt8(ascii: "0"))
            }
            guard let octet = UInt8(exactly: value) else { throw .malformed }
            octets.append(octet)
        }
        return octets
    }

    private static func version6(_ utf8: [UInt8]) throws(NetworkAddressError) -> [UInt8] {
        let colon = UInt8(ascii: ":")
        guard let gap = utf8.indices.first(where: { utf8[$0] == colon && $0 + 1 < utf8.count && utf8[$0 + 1] == colon })
        else {
            let octets = try groups(utf8[...])
            guard octets.count == 16 else { throw .malformed }
            return octets
        }
        let before = try groups(utf8[..<gap])
        let after = try groups(utf8[(gap + 2)...])
        // The gap stands for one group of zeros at least.
        guard before.count + after.count <= 14 else { throw .malformed }
        return before + [UInt8](repeating: 0, count: 16 - before.count - after.count) + after
    }

    /// Groups of one to four hex digits, with single colons between them; none for an empty text.
    private static func groups(_ utf8: ArraySlice<UInt8>) throws(NetworkAddressError) -> [UInt8] {
        guard !utf8.isEmpty else { return [] }
        var octets: [UInt8] = []
        for group in utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard (1...4).contains(group.count) else { throw .malformed }
            var value = 0
            for digit in group { value = value << 4 | (try hexValue(digit)) }
            octets.append(UInt8(value >> 8))
            octets.append(UInt8(value & 0xFF))
        }
        return octets
    }

    private static func hexValue(_ digit: UInt8) throws(NetworkAddressError) -> Int {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(digit - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(digit - UInt8(ascii: "A")) + 10
        default: throw .malformed
        }
    }
}

/// Why a text is no address.
package enum NetworkAddressError: Error, Equatable {
    case malformed
}
