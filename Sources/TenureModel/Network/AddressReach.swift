/// Where an address leads, by the IANA registries of special-purpose addresses (RFC 6890). Whoever connects to an
/// address that came from outside asks first.
package enum AddressReach: Hashable, Sendable {
    /// Routed on the internet.
    case global
    case loopback
    /// Where clouds answer with the credentials of the machine: 169.254.0.0/16, fe80::/10 and single addresses of the
    /// large providers. Never connected to, whatever a bound says.
    case metadata
    /// Private, shared, documentation, multicast, reserved.
    case special
}

extension IPAddressText {
    /// Where the address leads. An IPv4 address inside an IPv6 one (mapped, compatible, NAT64, 6to4) is looked at too:
    /// it makes the whole `metadata` if it is such an address itself.
    package var reach: AddressReach {
        if Self.metadata.contains(where: { $0.contains(self) }) { return .metadata }
        if let embedded, embedded.reach == .metadata { return .metadata }
        if Self.loopback.contains(where: { $0.contains(self) }) { return .loopback }
        if unmapped.family == .v6, !Self.unicast.contains(self) { return .special }
        return Self.special.contains { $0.contains(self) } ? .special : .global
    }

    /// The IPv4 address that a gateway or a kernel would take out of this one.
    private var embedded: IPAddressText? {
        guard family == .v6 else { return nil }
        let low32 = IPAddressText(family: .v4, high: 0, low: low & 0xFFFF_FFFF)
        if high == 0, low >> 32 == 0 || low >> 32 == 0xFFFF { return low32 }
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return low32 }
        if high >> 48 == 0x2002 { return IPAddressText(family: .v4, high: 0, low: high >> 16 & 0xFFFF_FFFF) }
        return nil
    }

    private static let metadata = blocks(
        "169.254.0.0/16", "fe80::/10",
        // Amazon's and Google's over IPv6, Alibaba's, Azure's, Oracle's.
        "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")

    private static let loopback = blocks("127.0.0.0/8", "::1")

    private static let unicast = block("2000::/3")

    private static let special = blocks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

    private static func blocks(_ texts: StaticString...) -> [NetworkBlock] { texts.map(block) }

    private static func block(_ text: StaticString) -> NetworkBlock {
        do {
            return try NetworkBlock("\(text)")
        } catch {
            preconditionFailure("the table holds a malformed block: \(text)")
        }
    }
}
