internal import OpenSSLCrypto

/// What an `Idempotency-Key` is bound to.
enum BodyHash {
    /// SHA-256 of the body as it came.
    static func of(_ bytes: [UInt8]) -> [UInt8] { SHA256.hash(bytes) }
}
