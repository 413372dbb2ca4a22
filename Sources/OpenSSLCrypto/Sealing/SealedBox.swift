internal import COpenSSLShim
package import SecretMemory

/// Secrets at rest: AES-256-GCM (NIST SP 800-38D) as nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes).
///
/// One key may seal 2^32 boxes with random nonces; those who hold the key see to it that it is replaced before.
package enum SealedBox {
    /// Bytes of a key.
    package static let keyCount = 32
    /// Bytes of a nonce.
    package static let nonceCount = 12
    /// Bytes by which a box is longer than its plaintext.
    package static let overhead = 28

    /// Seals under a nonce that this function draws.
    ///
    /// - Throws: `CryptoError` if the key has not 32 bytes, or the random source or libcrypto fails.
    package static func seal(
        _ plaintext: SecretBytes, with key: SecretBytes, associatedData: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let nonce = try SecureRandom.bytes(nonceCount)
        return try seal(plaintext, with: key, associatedData: associatedData, nonce: nonce)
    }

    /// Seals under a nonce of 12 bytes, which must never have been used with this key before.
    ///
    /// - Throws: `CryptoError` if the key has not 32 bytes, the nonce has not 12, or libcrypto fails.
    package static func seal(
        _ plaintext: SecretBytes, with key: SecretBytes, associatedData: [UInt8], nonce: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        guard key.count == keyCount, nonce.count == nonceCount else { throw CryptoError(.seal) }
        var box = nonce
        box.append(contentsOf: [UInt8](repeating: 0, count: plaintext.count + 16))
        var fault = ossl_fault()
        let status = unsafe box.withUnsafeMutableBufferPointer { box in
            key.withBytes { key in
                plaintext.withBytes { plaintext in
                    unsafe key.withUnsafeBufferPointer { key in
                        unsafe plaintext.withUnsafeBufferPointer { plaintext in
                            unsafe ossl_cipher_seal(
                                key.baseAddress, nonce, associatedData, associatedData.count,
                                plaintext.baseAddress, plaintext.count, box.baseAddress.map { unsafe $0 + nonceCount },
                                &fault)
                        }
                    }
                }
            }
        }
        guard status == 0 else { throw CryptoError(.seal, CryptoFault(fault)) }
        return box
    }

    /// Opens a box.
    ///
    /// - Throws: `CryptoError` if the key has not 32 bytes, or if box, key and associated data do not belong
    ///   together. It does not say which of them is wrong.
    package static func open(
        _ box: [UInt8], with key: SecretBytes, associatedData: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        guard key.count == keyCount, box.count >= overhead else { throw CryptoError(.open) }
        let count = box.count - overhead
        return try unsafe SecretBytes(count: count) { (output) throws(CryptoError) in
            try checked(.open) { fault in
                key.withBytes { key in
                    unsafe key.withUnsafeBufferPointer { key in
                        unsafe box.withUnsafeBufferPointer { box in
                            unsafe ossl_cipher_open(
                                key.baseAddress, box.baseAddress, associatedData, associatedData.count,
                                box.baseAddress.map { unsafe $0 + nonceCount }, count, output.bytePointer, &fault)
                        }
                    }
                }
            }
        }
    }
}
