/// An IPv4 or IPv6 address, parsed from its text by a parser of our own: no resolver, no octal, no shorthand such as
/// `127.1`, no zone. Two texts of one address are equal; `text` is the canonical one (RFC 5952).
package struct IPAddressText: Hashable, Sendable {
    /// The version of the Internet Protocol.
    package enum Family: Hashable, Sendable {
        case v4, v6

        /// 32 or 128.
        package var bitCount: Int { self == .v4 ? 32 : 128 }
    }

    package let family: Family
    /// The first 64 bits; zero in IPv4.
    let high: UInt64
    /// The last 64 bits; in IPv4 the whole address.
    let low: UInt64

    init(family: Family, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// Parses dotted decimal without leading zeros, or RFC 4291 (section 2.2) without a zone.
    package init(_ text: String) throws(NetworkTextError) {
        let utf8 = Array(text.utf8)
        guard utf8.count <= 45 else { throw .malformed }
        if let low = Self.v4(utf8) {
            self.init(family: .v4, high: 0, low: UInt64(low))
        } else if utf8.contains(UInt8(ascii: ":")) {
            self = try Self.v6(utf8)
        } else {
            throw .malformed
        }
    }

    /// The address of 4 or 16 bytes in network order, as a resolver or a socket gives them.
    package init(bytes: [UInt8]) throws(NetworkTextError) {
        var words: [UInt64] = [0, 0]
        switch bytes.count {
        case 4:
            for byte in bytes { words[1] = words[1] << 8 | UInt64(byte) }
            self.init(family: .v4, high: 0, low: words[1])
        case 16:
            for (place, byte) in bytes.enumerated() { words[place / 8] = words[place / 8] << 8 | UInt64(byte) }
            self.init(family: .v6, high: words[0], low: words[1])
        default: throw .malformed
        }
    }

    /// 4 or 16 bytes in network order.
    package var bytes: [UInt8] {
        let all = (0..<16).map { place in
            UInt8(truncatingIfNeeded: (place < 8 ? high : low) >> UInt64(56 - 8 * (place % 8)))
        }
        return family == .v4 ? Array(all[12...]) : all
    }

    /// The IPv4 address inside an IPv4-mapped one (`::ffff:0:0/96`), every other address as it is. Bounds are always
    /// judged on this, so that no spelling of an address escapes them.
    package var unmapped: IPAddressText {
        guard family == .v6, high == 0, low >> 32 == 0xFFFF else { return self }
        return IPAddressText(family: .v4, high: 0, low: low & 0xFFFF_FFFF)
    }

    /// The canonical text: dotted decimal, or RFC 5952 (lower case, the longest run of zeros as `::`).
    package var text: String {
        switch family {
        case .v4: return bytes.map { String($0) }.joined(separator: ".")
        case .v6:
            if high == 0, low >> 32 == 0xFFFF { return "::ffff:" + unmapped.text }
            return Self.text(groups: groups)
        }
    }

    private var groups: [UInt16] {
        (0..<8).map { place in
            UInt16(truncatingIfNeeded: (place < 4 ? high : low) >> UInt64(48 - 16 * (place % 4)))
        }
    }

    private static func text(groups: [UInt16]) -> String {
        var best = (start: 0, count: 0)
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > best.count { best = (start, end - start) }
            start = end + 1
        }
        let shown = groups.map { String($0, radix: 16) }
        guard best.count > 1 else { return shown.joined(separator: ":") }
        let before = shown[..<best.start].joined(separator: ":")
        let after = shown[(best.start + best.count)...].joined(separator: ":")
        return before + "::" + after
    }

    private static func v4(_ utf8: [UInt8]) -> UInt32? {
        let parts = utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard let number = NetworkNumber.decimal(part, max: 255) else { return nil }
            value = value << 8 | UInt32(number)
        }
        return value
    }

    private static func v6(_ utf8: [UInt8]) throws(NetworkTextError) -> IPAddressText {
        var head: [UInt16] = []
        var tail: [UInt16] = []
        if let gap = firstGap(in: utf8) {
            head = try groups(Array(utf8[..<gap]), endsAddress: false)
            tail = try groups(Array(utf8[(gap + 2)...]), endsAddress: true)
            // `::` stands for at least one group.
            guard head.count + tail.count <= 7 else { throw .malformed }
        } else {
            tail = try groups(utf8, endsAddress: true)
            guard tail.count == 8 else { throw .malformed }
        }
        let all = head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
        var words: [UInt64] = [0, 0]
        for (place, group) in all.enumerated() { words[place / 4] = words[place / 4] << 16 | UInt64(group) }
        return IPAddressText(family: .v6, high: words[0], low: words[1])
    }

    private static func firstGap(in utf8: [UInt8]) -> Int? {
        let colon = UInt8(ascii: ":")
        return utf8.indices.dropLast().first { utf8[$0] == colon && utf8[$0 + 1] == colon }
    }

    /// The groups between single colons; the last may be dotted decimal where the address ends with them.
    private static func groups(_ utf8: [UInt8], endsAddress: Bool) throws(NetworkTextError) -> [UInt16] {
        if utf8.isEmpty { return [] }
        let parts = utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (place, part) in parts.enumerated() {
            if let group = NetworkNumber.hexadecimal(part) {
                groups.append(group)
            } else if endsAddress, place == parts.count - 1, let dotted = v4(Array(part)) {
                groups += [UInt16(truncatingIfNeeded: dotted >> 16), UInt16(truncatingIfNeeded: dotted)]
            } else {
                throw .malformed
            }
        }
        guard groups.count <= 8 else { throw .malformed }
        return groups
    }
}

extension IPAddressText: CustomStringConvertible {
    package var description: String { text }
}

/// Why a text is no address or block.
package enum NetworkTextError: Error, Equatable {
    case malformed
    /// `10.0.0.1/8`: the bits behind the prefix must be zero, so that nobody misreads how much is meant.
    case hostBits
}

enum NetworkNumber {
    /// A decimal number in its one canonical form.
    static func decimal(_ digits: ArraySlice<UInt8>, max: Int) -> Int? {
        guard (1...3).contains(digits.count), let first = digits.first else { return nil }
        if first == UInt8(ascii: "0"), digits.count > 1 { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value <= max ? value : nil
    }

    /// One to four hexadecimal digits.
    static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var value: UInt16 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
