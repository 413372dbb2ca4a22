internal import COpenSSLShim
package import SecretMemory

/// The random source of libcrypto, seeded and reseeded by it from the system.
package enum SecureRandom {
    /// Returns `count` random bytes for what becomes public: serials, nonces, ids.
    ///
    /// - Throws: `CryptoError` if the source fails; there is no weaker one to fall back to.
    package static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        precondition(count >= 0, "a negative number of random bytes was asked for")
        return try unsafe checkedBytes(.random, capacity: count) { output, written, fault in
            written = count
            return unsafe ossl_random_fill(output, count, 0, &fault)
        }
    }

    /// Returns `count` random bytes for what stays secret, from the generator that libcrypto keeps apart for that.
    ///
    /// - Throws: `CryptoError` if the source fails; there is no weaker one to fall back to.
    package static func secret(_ count: Int) throws(CryptoError) -> SecretBytes {
        try unsafe SecretBytes(count: count) { (output) throws(CryptoError) in
            try checked(.random) { fault in
                unsafe ossl_random_fill(output.bytePointer, count, 1, &fault)
            }
        }
    }
}

/// Gives so many random bytes for what becomes public: ids and serial numbers. Handed in, so that a simulation can draw
/// them from its seed; keys and secrets never come from it.
package typealias RandomSource = @Sendable (Int) throws(CryptoError) -> [UInt8]

extension UnsafeMutableRawBufferPointer {
    /// The start as the shim wants it.
    var bytePointer: UnsafeMutablePointer<UInt8>? { unsafe assumingMemoryBound(to: UInt8.self).baseAddress }
}
