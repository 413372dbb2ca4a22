package import TenureModel

/// Where keys may be fetched from (THREATS, T16): https alone, and every address that the host resolves to is public or
/// in the trust's `networks`; a cloud's metadata address never is. The connection goes to an address that was checked,
/// never to the name again, and redirects are not followed.
package struct KeyAddressRule: Sendable {
    private let networks: [NetworkBlock]

    /// - Parameter networks: the trust's CIDR blocks. A block that would hold nearly everything is refused.
    package init(networks texts: [String]) throws(KeyAddressRefusal) {
        var networks: [NetworkBlock] = []
        for text in texts {
            let block: NetworkBlock
            do {
                block = try NetworkBlock(text)
            } catch {
                throw .malformedNetwork(BoundedText.shown(text))
            }
            guard block.prefixLength >= Self.prefixLengthMin else { throw .networkTooWide(block.text) }
            networks.append(block)
        }
        self.networks = networks
    }

    /// `fc00::/7` is the widest block that has a meaning of its own.
    private static let prefixLengthMin = 7

    /// Parses an address that keys are to come from; a host that is an address itself is checked at once.
    package func url(_ text: String) throws(KeyAddressRefusal) -> KeyURL {
        guard let url = KeyURL(text) else { throw .notHTTPS }
        if let address = url.address { try check(address) }
        return url
    }

    /// Checks one address before it is connected to. For a name, each that it resolves to is checked, and all must
    /// pass: a name with one public and one private address is somebody's attempt.
    package func check(_ address: IPAddressText) throws(KeyAddressRefusal) {
        switch address.reach {
        case .global: return
        // defence: T16 becomes: case .metadata: return
        case .metadata: throw .metadata(address.text)
        case .loopback, .special:
            // defence: T16
            guard networks.contains(where: { $0.contains(address) }) else { throw .notPublic(address.text) }
        }
    }
}

/// Why keys are not fetched from somewhere.
package enum KeyAddressRefusal: Error, Hashable, Sendable {
    /// No `https://host[:port][/path][?query]` of visible ASCII: http, a user name, a fragment, an escape in the host.
    case notHTTPS
    case notPublic(String)
    case metadata(String)
    case malformedNetwork(String)
    case networkTooWide(String)
}

extension KeyAddressRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notHTTPS: "only https addresses without user name and fragment are fetched"
        case .notPublic(let address): "\(address) is not public and not in the trust's `networks`"
        case .metadata(let address): "\(address) is where a cloud hands out the machine's credentials; never fetched"
        case .malformedNetwork(let text): "`\(text)` is no CIDR block"
        case .networkTooWide(let text): "\(text) holds nearly everything; name the networks that are meant"
        }
    }
}
