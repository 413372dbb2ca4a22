internal import COpenSSLShim
package import SecretMemory

/// Keys derived from a secret (RFC 5869).
package enum HKDF {
    /// Returns `count` bytes, at most 8,160, by both steps of HKDF with SHA-256. An empty salt is 32 zero bytes.
    ///
    /// - Throws: `CryptoError` for a longer output or info over 2,048 bytes, or if libcrypto fails.
    package static func sha256(
        secret: SecretBytes, salt: [UInt8], info: [UInt8], count: Int
    ) throws(CryptoError) -> SecretBytes {
        try unsafe SecretBytes(count: count) { (output) throws(CryptoError) in
            try secret.withBytes { (key) throws(CryptoError) in
                try checked(.deriveKey) { fault in
                    unsafe key.withUnsafeBufferPointer { key in
                        unsafe ossl_hkdf_derive(
                            key.baseAddress, key.count, salt, salt.count, info, info.count,
                            output.bytePointer, output.count, &fault)
                    }
                }
            }
        }
    }
}
