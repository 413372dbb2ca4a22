package import OpenSSLCrypto
package import TenureModel

/// Why a certification request is refused.
package enum RequestRefusal: Error, Hashable, Sendable {
    /// Malformed, signed with a hash that is too weak, or not signed with its own key (`bad-csr`).
    case badCSR(CertificationRequestError)
    /// The key can be broken, costs too much, or is of a kind that is accepted nowhere (`weak-key`).
    case weakKey(CertificationRequestError)
    /// The key is sound, but the profile allows other kinds (`bad-csr`).
    case keyKindNotAllowed(KeyKind)
    /// The key is cut or listed as compromised (`blocked-key`).
    case blockedKey(LineageReference)
    /// The key is that of one of our own CAs (`blocked-key`).
    case ownAuthorityKey
    /// libcrypto failed; that says nothing about the request.
    case unavailable(CryptoError)

    init(_ error: CertificationRequestError) {
        switch error {
        case .weakKey, .unsupportedKey, .unsupportedCurve, .explicitCurve, .compressedPoint, .pointOffCurve:
            self = .weakKey(error)
        case .unavailable(let cause):
            self = .unavailable(cause)
        case .tooLarge, .notPEM, .notDER, .trailingBytes, .unsupportedVersion, .badName, .badAttributes,
            .weakSignatureAlgorithm, .unsupportedSignatureAlgorithm, .algorithmMismatch, .badSignature:
            self = .badCSR(error)
        }
    }
}

extension CertificationRequestError {
    /// What is wrong with the key, for the one who sent it.
    package var keyText: String { if case .weakKey(let weakness) = self { "\(weakness)" } else { "\(self)" } }
}
