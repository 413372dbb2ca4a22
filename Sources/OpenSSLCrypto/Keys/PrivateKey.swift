internal import COpenSSLShim
package import SecretMemory

/// A private key with its signing context made ready. Any number of tasks may sign with it at the same time.
///
/// The key lives in libcrypto's memory, which wipes it when it is freed. The object has no description of its content.
@safe package final class PrivateKey: Sendable {
    // The handle is written once, in an initializer, and freed once, in `deinit`. In between the shim only copies the
    // context behind it, which libcrypto does without changing the original, so that threads need no lock.
    private nonisolated(unsafe) let handle: OpaquePointer

    /// The kind; for an RSA key of a size between, the largest that is no stronger.
    package let kind: KeyKind
    /// The public half.
    package let publicKey: PublicKey

    /// Makes a new key. RSA takes from a tenth of a second to several seconds: call it on a thread of its own.
    ///
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package static func generate(_ kind: KeyKind) throws(CryptoError) -> PrivateKey {
        try unsafe PrivateKey(
            adopting: checkedHandle(.generateKey) { handle, fault in
                unsafe ossl_private_key_generate(kind.shimKind, Int32(kind.rsaBits), &handle, &fault)
            })
    }

    /// Reads PrivateKeyInfo in DER (RFC 5208, section 5), all of it.
    ///
    /// - Throws: `CryptoError` for anything else, a kind or size that is not accepted, or halves that do not fit.
    package convenience init(pkcs8DER: SecretBytes) throws(CryptoError) {
        let handle = try unsafe pkcs8DER.withBytes { (der) throws(CryptoError) in
            try unsafe checkedHandle(.decodePrivateKey) { handle, fault in
                unsafe der.withUnsafeBufferPointer {
                    unsafe ossl_private_key_decode($0.baseAddress, $0.count, &handle, &fault)
                }
            }
        }
        try unsafe self.init(adopting: handle)
    }

    /// Reads EncryptedPrivateKeyInfo in DER (RFC 5208, section 6), all of it.
    ///
    /// The file says how costly its passphrase is to try: read only files of one's own.
    ///
    /// - Throws: `CryptoError` as above, or if the passphrase is wrong.
    package convenience init(encryptedPKCS8DER der: [UInt8], passphrase: SecretBytes) throws(CryptoError) {
        let handle = try unsafe passphrase.withBytes { (passphrase) throws(CryptoError) in
            try unsafe checkedHandle(.decryptPrivateKey) { handle, fault in
                unsafe passphrase.withUnsafeBufferPointer {
                    unsafe ossl_private_key_decrypt(der, der.count, $0.baseAddress, $0.count, &handle, &fault)
                }
            }
        }
        try unsafe self.init(adopting: handle)
    }

    /// Owns the handle from here on; where the public half is refused, `deinit` does not run, so it is freed here.
    private init(adopting handle: OpaquePointer) throws(CryptoError) {
        do {
            let spki = try unsafe checkedBytes(.decodePublicKey, capacity: Int(OSSL_SPKI_BYTES_MAX)) {
                output, count, fault in
                unsafe ossl_private_key_spki(handle, output, &count, &fault)
            }
            publicKey = try Self.publicKey(spki)
        } catch {
            unsafe ossl_private_key_free(handle)
            throw error
        }
        kind = publicKey.kind
        unsafe self.handle = handle
    }

    deinit { unsafe ossl_private_key_free(handle) }

    private static func publicKey(_ spki: [UInt8]) throws(CryptoError) -> PublicKey {
        do {
            return try PublicKey(spkiDER: spki)
        } catch {
            throw CryptoError(.decodePublicKey)
        }
    }

    /// Signs with `kind.signatureAlgorithm`. ECDSA signatures are DER.
    ///
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package func sign(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try unsafe checkedBytes(.sign, capacity: Int(OSSL_SIGNATURE_BYTES_MAX)) { output, count, fault in
            unsafe ossl_private_key_sign(handle, bytes, bytes.count, output, &count, &fault)
        }
    }

    /// Writes PrivateKeyInfo in DER, to be sealed before it leaves memory.
    ///
    /// - Throws: `CryptoError` if libcrypto fails.
    package func pkcs8DER() throws(CryptoError) -> SecretBytes {
        var count = 0
        let room = try unsafe SecretBytes(count: Int(OSSL_PKCS8_BYTES_MAX)) { (output) throws(CryptoError) in
            try checked(.encodePrivateKey) { fault in
                unsafe ossl_private_key_encode(handle, output.bytePointer, &count, &fault)
            }
        }
        return room.prefix(count)
    }

    /// Writes EncryptedPrivateKeyInfo in DER: PBES2 with scrypt (N = 2^14, r = 8, p = 5) and AES-256-CBC (RFC 8018,
    /// RFC 7914), which the `openssl` program reads as well.
    ///
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package func encryptedPKCS8DER(passphrase: SecretBytes) throws(CryptoError) -> [UInt8] {
        try passphrase.withBytes { (passphrase) throws(CryptoError) in
            try unsafe checkedBytes(.encryptPrivateKey, capacity: Int(OSSL_PKCS8_BYTES_MAX)) { output, count, fault in
                unsafe passphrase.withUnsafeBufferPointer {
                    unsafe ossl_private_key_encrypt(handle, $0.baseAddress, $0.count, output, &count, &fault)
                }
            }
        }
    }
}

extension SecretBytes {
    /// A secret of its own with the first bytes of this one.
    fileprivate func prefix(_ count: Int) -> SecretBytes {
        withBytes { bytes in
            unsafe SecretBytes(count: count) { output in
                for index in 0..<count { unsafe output[index] = bytes[index] }
            }
        }
    }
}
