internal import TenureAPI
internal import TenureModel

/// What of an issuer's metadata (OpenID Connect Discovery 1.0, section 4) is used: where its keys are.
package enum DiscoveryDocument {
    package static let bytesMax = 65_536

    /// `ISSUER/.well-known/openid-configuration`; a slash at the issuer's end is not doubled.
    package static func url(of issuer: String) -> String {
        var base = issuer
        if base.utf8.last == UInt8(ascii: "/") { base.removeLast() }
        return base + "/.well-known/openid-configuration"
    }

    /// The `jwks_uri`. The document must name the issuer byte for byte, or it describes another one.
    package static func keyAddress(in bytes: [UInt8], issuer: String) throws(DiscoveryFault) -> String {
        guard bytes.count <= bytesMax else { throw .tooLarge }
        let document: StrictJSON.Value
        do {
            document = try StrictJSON.parse(bytes)
        } catch {
            throw .json(error.description)
        }
        guard let named = document["issuer"]?.text, named.utf8.elementsEqual(issuer.utf8) else { throw .otherIssuer }
        guard let address = document["jwks_uri"]?.text else { throw .noKeyAddress }
        return address
    }
}

/// Why an issuer's metadata is not used.
package enum DiscoveryFault: Error, Hashable, Sendable {
    case tooLarge
    case json(String)
    case otherIssuer
    case noKeyAddress
}

extension DiscoveryFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge: "the discovery document is larger than \(DiscoveryDocument.bytesMax) bytes"
        case .json(let text): "the discovery document is not acceptable JSON: \(text)"
        case .otherIssuer: "the discovery document does not name this issuer, byte for byte"
        case .noKeyAddress: "the discovery document has no `jwks_uri`"
        }
    }
}
