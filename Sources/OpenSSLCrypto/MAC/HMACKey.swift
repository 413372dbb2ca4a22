internal import COpenSSLShim
package import SecretMemory

/// A key for HMAC-SHA-256 (RFC 2104), its schedule made once. Any number of tasks may use it at the same time.
@safe package final class HMACKey: Sendable {
    // The handle is written once, here, and freed once, in `deinit`. In between the shim only duplicates the context
    // behind it, which libcrypto does without changing the original, so that threads need no lock.
    private nonisolated(unsafe) let handle: OpaquePointer

    /// Prepares the key. The secret is not kept, except as libcrypto's key schedule, which it wipes when freed.
    ///
    /// - Throws: `CryptoError` if libcrypto fails.
    package init(_ secret: SecretBytes) throws(CryptoError) {
        unsafe handle = try secret.withBytes { (key) throws(CryptoError) in
            try unsafe checkedHandle(.prepareMAC) { handle, fault in
                unsafe key.withUnsafeBufferPointer { key in
                    unsafe ossl_mac_new(key.baseAddress, key.count, &handle, &fault)
                }
            }
        }
    }

    deinit { unsafe ossl_mac_free(handle) }

    /// Returns the tag of 32 bytes.
    ///
    /// - Throws: `CryptoError` if libcrypto fails.
    package func authenticate(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] { try authenticate(bytes.span) }

    /// Returns the tag of 32 bytes.
    ///
    /// - Throws: `CryptoError` if libcrypto fails.
    package func authenticate(_ bytes: ArraySlice<UInt8>) throws(CryptoError) -> [UInt8] {
        try authenticate(bytes.span)
    }

    /// Returns the tag of 32 bytes.
    ///
    /// - Throws: `CryptoError` if libcrypto fails.
    package func authenticate(_ bytes: Span<UInt8>) throws(CryptoError) -> [UInt8] {
        try unsafe checkedBytes(.computeMAC, capacity: 32) { output, _, fault in
            unsafe bytes.withUnsafeBufferPointer { input in
                unsafe ossl_mac_compute(handle, input.baseAddress, input.count, output, &fault)
            }
        }
    }

    /// Whether `tag` is the whole tag of `bytes`, compared in constant time. A cut tag is not valid.
    ///
    /// - Throws: `CryptoError` if libcrypto fails, which says nothing about the tag.
    package func isValid(_ tag: [UInt8], for bytes: ArraySlice<UInt8>) throws(CryptoError) -> Bool {
        constantTimeEqual(try authenticate(bytes), tag)
    }

    /// Whether `tag` is the whole tag of `bytes`, compared in constant time. A cut tag is not valid.
    ///
    /// - Throws: `CryptoError` if libcrypto fails, which says nothing about the tag.
    package func isValid(_ tag: [UInt8], for bytes: [UInt8]) throws(CryptoError) -> Bool {
        constantTimeEqual(try authenticate(bytes), tag)
    }
}
