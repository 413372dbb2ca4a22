internal import Foundation
package import TenureAPI

/// Where the broker is, whom to trust and who asks.
package struct ClientSettings: Sendable {
    /// As `https://tenure.example.internal:8443`, without a slash at its end.
    package let address: String
    /// A PEM file with the roots that the broker's certificate must chain to; nil for the system's.
    package var caFile: String?
    package var token: TokenSource
    package var clientCertificate: ClientCertificate?
    /// From the call to the whole answer.
    package var callSeconds: Int64 = 20
    /// The same for plans and their application.
    package var planSeconds: Int64 = 90
    /// Where the largest checkpoint that was seen is kept; nil to keep none.
    package var checkpoints: CheckpointFile?

    /// Makes the `Idempotency-Key` of a call, which no other call has. With it a call that the broker could not answer
    /// is sent once more; without it never.
    package var idempotencyKey: (@Sendable () -> String)?

    /// A file beside the token, as a rule.
    package struct CheckpointFile: Sendable {
        package let path: String
        /// Makes a text that no other call has, for the name of a file that is then renamed into place.
        package let nonce: @Sendable () -> String
        /// Whether a proof shows that the tree of the second root extends that of the first (RFC 6962, section 2.1.2);
        /// roots are base64 text.
        package let proves: @Sendable (ConsistencyProofAnswer, _ older: String, _ newer: String) -> Bool

        package init(
            path: String, nonce: @escaping @Sendable () -> String,
            proves: @escaping @Sendable (ConsistencyProofAnswer, _ older: String, _ newer: String) -> Bool
        ) {
            self.path = path
            self.nonce = nonce
            self.proves = proves
        }
    }

    /// A certificate of ours with its key, both PEM files, for mutual TLS.
    package struct ClientCertificate: Hashable, Sendable {
        package let certificateFile: String
        package let keyFile: String

        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// - Throws: `ClientError.settings` for an address that is not `https://HOST[:PORT]`. Plain http is taken for
    ///   loopback alone: a token would travel in the clear.
    package init(
        address: String, caFile: String? = nil, token: TokenSource = .none, clientCertificate: ClientCertificate? = nil
    ) throws(ClientError) {
        let trimmed = address.hasSuffix("/") ? String(address.dropLast()) : address
        guard let parts = URLComponents(string: trimmed), let host = parts.host, !host.isEmpty, parts.path.isEmpty,
            parts.query == nil, parts.fragment == nil, parts.user == nil, parts.password == nil
        else {
            throw .settings("the address must be https://HOST[:PORT]")
        }
        let isLoopback = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
        guard parts.scheme == "https" || (parts.scheme == "http" && isLoopback) else {
            throw .settings("the address must be https://HOST[:PORT]: over http, a token would travel in the clear")
        }
        self.address = trimmed
        self.caFile = caFile
        self.token = token
        self.clientCertificate = clientCertificate
    }
}
