internal import OpenSSLCrypto

/// What an `Idempotency-Key` is bound to.
enum BodyHash {
    /// SHA-256 of the path, of the version that the caller saw if one is named, a zero byte, and the body as it came:
    /// the same body sent elsewhere, or to another version, is another request.
    static func of(_ bytes: [UInt8], path: String, ifMatch: String? = nil) -> [UInt8] {
        SHA256.hash(Array((path + (ifMatch.map { "\n" + $0 } ?? "")).utf8) + [0x00] + bytes)
    }
}
