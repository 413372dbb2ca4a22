internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// A server certificate with its key.
package struct TLSIdentity: Sendable {
    /// In DER, the leaf first, without the root.
    package var chain: [[UInt8]]
    /// PKCS #8 in DER. It is copied into the TLS library and nowhere else.
    package var privateKey: [UInt8]

    package init(chain: [[UInt8]], privateKey: [UInt8]) {
        self.chain = chain
        self.privateKey = privateKey
    }
}

extension TLSIdentity: CustomStringConvertible, CustomReflectable {
    /// Names the type alone: it holds a private key (P6).
    package var description: String { "TLSIdentity(<secret>)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What a listener asks of its TLS connections.
package struct TLSPolicy: Sendable {
    /// The oldest version that is spoken.
    package enum MinimumVersion: String, Sendable {
        case tls13 = "1.3"
        /// With AEAD ciphers alone.
        case tls12 = "1.2"
    }

    package var minimumVersion: MinimumVersion
    /// Roots in DER under which client certificates are accepted; nil asks for none. A client without one is served all
    /// the same, and authenticates otherwise.
    package var clientRoots: [[UInt8]]?

    package init(minimumVersion: MinimumVersion = .tls13, clientRoots: [[UInt8]]?) {
        self.minimumVersion = minimumVersion
        self.clientRoots = clientRoots
    }
}

/// The certificate or key cannot be used.
package struct TLSFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

/// The TLS of a listener, whose certificate can be replaced while it serves: new connections get the new one, those
/// that are open go on.
///
/// NIOSSL 2.37.6 has no switch for session tickets, so a client may resume. That brings it nothing (THREATS, T28): the
/// session remembers the client's certificate, and each *request* asks the record anew whether that certificate is one
/// of ours, byte for byte, and lives. Tickets end with the context, at each `replace`. There is no 0-RTT and no
/// renegotiation in the library's server.
package final class ReloadingTLS: Sendable {
    private let policy: TLSPolicy
    private let current: Mutex<NIOSSLContext>

    /// - Throws: if the certificate, its key or a root cannot be used.
    package init(_ identity: TLSIdentity, policy: TLSPolicy) throws(TLSFault) {
        self.policy = policy
        current = Mutex(try Self.makeContext(identity, policy))
    }

    /// Takes another certificate for all connections from now on.
    ///
    /// - Throws: if it cannot be used; the old one stays.
    package func replace(with identity: TLSIdentity) throws(TLSFault) {
        let next = try Self.makeContext(identity, policy)
        current.withLock { $0 = next }
    }

    var context: NIOSSLContext { current.withLock { $0 } }

    private static func makeContext(_ identity: TLSIdentity, _ policy: TLSPolicy) throws(TLSFault) -> NIOSSLContext {
        do {
            let chain = try identity.chain.map { der in
                NIOSSLCertificateSource.certificate(try NIOSSLCertificate(bytes: der, format: .der))
            }
            let key = try NIOSSLPrivateKey(bytes: identity.privateKey, format: .der)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = policy.minimumVersion == .tls13 ? .tlsv13 : .tlsv12
            configuration.cipherSuiteValues = aeadCiphers
            configuration.renegotiationSupport = .none
            // HTTP/2 waits for its tests against floods (T27).
            configuration.applicationProtocols = ["http/1.1"]
            configuration.shutdownTimeout = .seconds(1)
            if let roots = policy.clientRoots {
                configuration.trustRoots = .certificates(
                    try roots.map { try NIOSSLCertificate(bytes: $0, format: .der) })
                configuration.certificateVerification = .optionalVerification
            } else {
                configuration.certificateVerification = .none
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            // The library's errors name functions of its own, never bytes of the key.
            throw TLSFault(description: "the TLS certificate or key cannot be used: \(error)")
        }
    }

    /// Of TLS 1.2; those of TLS 1.3 are AEAD all.
    private static let aeadCiphers: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]
}
