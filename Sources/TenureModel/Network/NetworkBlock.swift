/// A block of addresses in CIDR form (RFC 4632): `10.0.0.0/8`, `fd00::/8`; a bare address is a block of one.
package struct NetworkBlock: Hashable, Sendable {
    /// The first address of the block.
    package let address: IPAddressText
    /// 0 to 32 or 128.
    package let prefixLength: Int

    /// Parses `ADDRESS/LENGTH` or `ADDRESS`. A block of IPv4-mapped addresses becomes the IPv4 block it stands for.
    ///
    /// - Throws: `hostBits` where bits behind the prefix are set.
    package init(_ text: String) throws(NetworkTextError) {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let addressText = String(validating: parts[0], as: UTF8.self) else {
            throw .malformed
        }
        let address = try IPAddressText(addressText)
        var length = address.family.bitCount
        if parts.count == 2 {
            guard let given = NetworkNumber.decimal(parts[1], max: length) else { throw .malformed }
            length = given
        }
        let unmapped = address.unmapped
        if unmapped.family != address.family {
            guard length >= 96 else { throw .malformed }
            length -= 96
        }
        guard Self.masked(unmapped, length) == unmapped else { throw .hostBits }
        self.address = unmapped
        self.prefixLength = length
    }

    /// Whether the address, or the IPv4 address that it maps, lies in the block.
    package func contains(_ other: IPAddressText) -> Bool {
        let other = other.unmapped
        return other.family == address.family && Self.masked(other, prefixLength) == address
    }

    /// `ADDRESS/LENGTH` with the canonical address.
    package var text: String { "\(address.text)/\(prefixLength)" }

    private static func masked(_ address: IPAddressText, _ length: Int) -> IPAddressText {
        // An IPv4 address lies in the last 32 of 128 bits.
        let bits = address.family == .v4 ? length + 96 : length
        return IPAddressText(
            family: address.family, high: address.high & mask(bits), low: address.low & mask(bits - 64))
    }

    /// The `bits` highest bits set: none below 1, all from 64 on.
    private static func mask(_ bits: Int) -> UInt64 {
        if bits <= 0 { return 0 }
        return bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits))
    }
}

extension NetworkBlock: CustomStringConvertible {
    package var description: String { text }
}

extension NetworkBlock: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
