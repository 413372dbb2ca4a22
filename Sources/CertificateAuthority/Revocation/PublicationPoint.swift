package import TenureModel

/// Where relying parties fetch revocation lists: the plain listener's address and the paths below it (CONTRACT,
/// section 3). Certificates and the lists themselves name the same addresses, byte for byte.
package struct PublicationPoint: Hashable, Sendable {
    /// Without a final slash.
    package let baseURL: String

    /// - Parameter httpURL: `http://HOST[:PORT][/PATH]`, at most 200 visible ASCII characters, without `?`, `#`, `"`,
    ///   `<`, `>` and `\`. Lists are fetched without TLS, since checking TLS might need them (RFC 5280, section 8).
    /// - Throws: `PublicationPointError` for anything else.
    package init(httpURL: String) throws(PublicationPointError) {
        let scheme = "http://"
        let forbidden = Set("?#\"<>\\^`{|}".utf8)
        guard httpURL.utf8.count <= 200, httpURL.hasPrefix(scheme) else { throw .malformed }
        guard httpURL.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) }) else {
            throw .malformed
        }
        var trimmed = httpURL
        while trimmed.utf8.last == UInt8(ascii: "/"), trimmed.utf8.count > scheme.utf8.count { trimmed.removeLast() }
        guard trimmed.utf8.count > scheme.utf8.count else { throw .malformed }
        baseURL = trimmed
    }

    /// The list of one shard.
    package func listURI(issuer: IssuerID, shard: RevocationShard) -> String {
        listPrefix(issuer: issuer) + String(shard.number) + ".crl"
    }

    /// How the address of each of the issuer's shards begins, up to the shard's number.
    func listPrefix(issuer: IssuerID) -> String { "\(baseURL)/crl/\(issuer.text)/" }

    /// The complete list of one issuer.
    package func listURI(issuer: IssuerID) -> String {
        "\(baseURL)/crl/\(issuer.text).crl"
    }
}

/// Why a text is no address to publish under.
package enum PublicationPointError: Error, Equatable {
    case malformed
}

/// One part of an issuer's revocation list, given to a certificate when it is signed and named in it.
package struct RevocationShard: Hashable, Sendable, Comparable {
    /// Unique per issuer, taken from the database.
    package let number: Int64

    package init(number: Int64) { self.number = number }

    package static func < (one: Self, other: Self) -> Bool { one.number < other.number }
}
