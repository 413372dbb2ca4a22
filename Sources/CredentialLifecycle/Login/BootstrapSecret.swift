package import OpenSSLCrypto
internal import TenureModel

/// A secret that works once: 16 random bytes, shown as `tnb_` and 26 characters of lower-case Crockford base32, the
/// form of an id. Only its hash is stored.
package struct BootstrapSecret: Sendable {
    let bytes: [UInt8]

    /// Draws a new one.
    package init() throws(CryptoError) { bytes = try SecureRandom.bytes(16) }

    /// Parses what somebody presents; nil for another spelling.
    package init?(_ text: String) {
        guard let id = try? Identifier<BootstrapKind>(text) else { return nil }
        bytes = id.bytes
    }

    /// For the file that `tenured init` writes, and for nothing else.
    package var text: String {
        guard let id = try? Identifier<BootstrapKind>(bytes: bytes) else { preconditionFailure("16 bytes are an id") }
        return id.text
    }

    package var hash: [UInt8] { SHA256.hash(bytes) }
}

/// Only the spelling is that of an id.
private enum BootstrapKind: IdentifierKind { static let prefix = "tnb" }

extension BootstrapSecret: CustomStringConvertible, CustomReflectable {
    package var description: String { "<bootstrap secret>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
