internal import COpenSSLShim

/// SHA-256 (FIPS 180-4). Hashing allocates nothing but the answer, and cannot fail.
package enum SHA256 {
    /// Returns the 32 bytes of the hash.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] { hash(bytes.span) }

    /// Returns the 32 bytes of the hash.
    package static func hash(_ bytes: ArraySlice<UInt8>) -> [UInt8] { hash(bytes.span) }

    /// Returns the 32 bytes of the hash.
    package static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        unsafe digestBytes(32, bytes) { unsafe ossl_digest_sha256($0, $1, $2) }
    }

    /// Returns the hash as a value without an allocation of its own.
    package static func digest(_ bytes: Span<UInt8>) -> Digest32 {
        var digest = Digest32()
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe digest.fill { unsafe ossl_digest_sha256(input.baseAddress, input.count, $0) }
        }
        return digest
    }

    /// Returns the hash as a value without an allocation of its own.
    package static func digest(_ bytes: [UInt8]) -> Digest32 { digest(bytes.span) }

    /// Returns SHA-256(`prefix` ‖ `body`), without joining the two: a Merkle leaf (RFC 6962, section 2.1).
    package static func leafHash(prefix: UInt8 = 0x00, _ body: Span<UInt8>) -> Digest32 {
        var digest = Digest32()
        unsafe body.withUnsafeBufferPointer { input in
            unsafe digest.fill {
                unsafe ossl_digest_sha256_prefixed(prefix, input.baseAddress, input.count, nil, 0, $0)
            }
        }
        return digest
    }

    /// Returns SHA-256(`prefix` ‖ `body`), without joining the two: a Merkle leaf (RFC 6962, section 2.1).
    package static func leafHash(prefix: UInt8 = 0x00, _ body: [UInt8]) -> Digest32 {
        leafHash(prefix: prefix, body.span)
    }

    /// Returns SHA-256(0x01 ‖ `left` ‖ `right`), a Merkle node (RFC 6962, section 2.1).
    package static func nodeHash(_ left: Digest32, _ right: Digest32) -> Digest32 {
        var digest = Digest32()
        unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                unsafe digest.fill { unsafe ossl_digest_sha256_prefixed(0x01, left, 32, right, 32, $0) }
            }
        }
        return digest
    }
}

/// SHA-384 (FIPS 180-4).
package enum SHA384 {
    /// Returns the 48 bytes of the hash.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digestBytes(48, bytes.span) { unsafe ossl_digest_sha384($0, $1, $2) }
    }
}

/// SHA-512 (FIPS 180-4).
package enum SHA512 {
    /// Returns the 64 bytes of the hash.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digestBytes(64, bytes.span) { unsafe ossl_digest_sha512($0, $1, $2) }
    }
}

/// SHA-1, broken for signatures: only to recognize the names and keys by which OCSP requests ask (RFC 6960,
/// section 4.1.1), and keys that stand in a list of weak ones, where nobody gains by a collision.
package enum SHA1 {
    /// Returns the 20 bytes of the hash, for CertID alone.
    package static func hashForCertID(_ bytes: [UInt8]) -> [UInt8] { hash(bytes) }

    /// Returns the 20 bytes of the hash, for `WeakKeyList` alone.
    static func hashForWeakKeyList(_ bytes: [UInt8]) -> [UInt8] { hash(bytes) }

    private static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digestBytes(20, bytes.span) { unsafe ossl_digest_sha1($0, $1, $2) }
    }
}

/// Hashes into a new array. These functions of libcrypto fail on a bug alone.
private func digestBytes(
    _ count: Int, _ bytes: Span<UInt8>,
    _ call: (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?) -> Int32
) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initializedCount in
        let status = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe call(input.baseAddress, input.count, output.baseAddress)
        }
        precondition(status == 0, "libcrypto could not hash")
        initializedCount = count
    }
}
