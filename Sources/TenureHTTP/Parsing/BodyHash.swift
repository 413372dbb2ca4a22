internal import OpenSSLCrypto

/// What an `Idempotency-Key` is bound to.
enum BodyHash {
    /// SHA-256 of the path, a zero byte, and the body as it came: the same body sent elsewhere is another request.
    static func of(_ bytes: [UInt8], path: String) -> [UInt8] { SHA256.hash(Array(path.utf8) + [0x00] + bytes) }
}
