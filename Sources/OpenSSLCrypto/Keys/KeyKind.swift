internal import COpenSSLShim

/// The kinds of key that are made here.
package enum KeyKind: String, Sendable, CaseIterable {
    case p256, p384, ed25519, rsa2048, rsa3072, rsa4096

    /// The algorithm with which a private key of this kind signs.
    package var signatureAlgorithm: SignatureAlgorithm {
        switch self {
        case .p256: .ecdsaSHA256
        case .p384: .ecdsaSHA384
        case .ed25519: .ed25519
        case .rsa2048, .rsa3072, .rsa4096: .rsaSHA256
        }
    }

    /// The size of the modulus in bits, 0 for kinds without one.
    var rsaBits: Int {
        switch self {
        case .rsa2048: 2048
        case .rsa3072: 3072
        case .rsa4096: 4096
        case .p256, .p384, .ed25519: 0
        }
    }

    /// The number that the shim has for this kind.
    var shimKind: Int32 {
        switch self {
        case .p256: Int32(OSSL_KEY_P256)
        case .p384: Int32(OSSL_KEY_P384)
        case .ed25519: Int32(OSSL_KEY_ED25519)
        case .rsa2048, .rsa3072, .rsa4096: Int32(OSSL_KEY_RSA)
        }
    }

    /// The largest kind that is no stronger than an RSA key of so many bits; nil below 2,048 or above 4,096.
    init?(rsaBits: Int) {
        switch rsaBits {
        case 2048..<3072: self = .rsa2048
        case 3072..<4096: self = .rsa3072
        case 4096: self = .rsa4096
        default: return nil
        }
    }
}
