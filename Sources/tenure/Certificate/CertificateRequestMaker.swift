internal import ArgumentParser
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureAPI

/// A new key with a request for it. The key is made here and never leaves this host.
struct CertificateRequestMaker {
    enum KeyType: String, ExpressibleByArgument, CaseIterable {
        case p256, p384, ed25519, rsa3072, rsa4096

        fileprivate var kind: KeyKind {
            switch self {
            case .p256: .p256
            case .p384: .p384
            case .ed25519: .ed25519
            case .rsa3072: .rsa3072
            case .rsa4096: .rsa4096
            }
        }
    }

    /// PKCS#8 in PEM.
    let key: SecretBytes
    /// PEM. It asks for no names: what a certificate says comes from the authorization.
    let request: String

    init(_ type: KeyType) throws {
        do {
            let key = try PrivateKey.generate(type.kind)
            self.key = try key.pem()
            request = try CertificationRequest.makePEM(commonName: "", dnsNames: [], key: key)
        } catch {
            throw CommandFailure(.fault, "no key could be made")
        }
    }

    /// The key's text, for the file that it goes into.
    var keyText: [UInt8] {
        key.withBytes { bytes in
            var text: [UInt8] = []
            text.reserveCapacity(bytes.count)
            for place in bytes.indices { text.append(bytes[place]) }
            return text
        }
    }
}
