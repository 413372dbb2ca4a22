internal import COpenSSLShim

/// A public key that has been judged: well formed, of a kind and size that is accepted, its point on the curve. Any
/// number of tasks may verify with it at the same time.
///
/// What needs arithmetic on an RSA modulus is not judged here; `KeyStrength` does that for keys of strangers.
@safe package final class PublicKey: Sendable {
    // The handle is written once, in the initializer, and freed once, in `deinit`. In between the shim only reads what
    // it points at: libcrypto verifies without changing a key, and guards its own caches.
    private nonisolated(unsafe) let handle: OpaquePointer

    /// The kind; for an RSA key of a size between, the largest that is no stronger.
    package let kind: KeyKind
    /// The SubjectPublicKeyInfo in DER.
    package let spkiDER: [UInt8]
    /// Where `spkiDER` has the point, the raw key or the modulus.
    private let materialRange: Range<Int>

    /// Takes one SubjectPublicKeyInfo and nothing else.
    ///
    /// - Throws: `PublicKeyError`.
    package init(spkiDER: [UInt8]) throws(PublicKeyError) {
        let form = try PublicKeyForm(spkiDER)
        kind = form.kind
        self.spkiDER = spkiDER
        var handle: OpaquePointer?
        var fault = ossl_fault()
        let status: Int32
        switch form.material {
        case .point(let point):
            materialRange = point.indices
            status = unsafe point.withUnsafeBufferPointer {
                unsafe ossl_public_key_from_point(form.kind.shimKind, $0.baseAddress, $0.count, &handle, &fault)
            }
            guard status == 0 else { throw .pointOffCurve }
        case .ed25519(let raw):
            materialRange = raw.indices
            status = unsafe raw.withUnsafeBufferPointer {
                unsafe ossl_public_key_from_ed25519($0.baseAddress, &handle, &fault)
            }
        case .modulus(let modulus):
            materialRange = modulus.indices
            status = unsafe modulus.withUnsafeBufferPointer {
                unsafe ossl_public_key_from_modulus($0.baseAddress, $0.count, &handle, &fault)
            }
        }
        guard status == 0, let handle = unsafe handle else {
            throw .unavailable(CryptoError(.decodePublicKey, CryptoFault(fault)))
        }
        unsafe self.handle = handle
    }

    /// Takes a raw Ed25519 key of 32 bytes, as signed notes have it (RFC 8032, section 5.1.5).
    ///
    /// - Throws: `PublicKeyError.malformed` for another number of bytes.
    package convenience init(ed25519 raw: [UInt8]) throws(PublicKeyError) {
        guard raw.count == 32 else { throw .malformed(.badBitString) }
        try self.init(spkiDER: PublicKeyForm.encoded(ed25519: raw))
    }

    /// Takes an uncompressed point of P-256 (65 bytes) or P-384 (97 bytes), such as 04 ‖ x ‖ y of a JWK.
    ///
    /// - Throws: `PublicKeyError.compressedPoint` or `.pointOffCurve`.
    package convenience init(point: [UInt8]) throws(PublicKeyError) {
        try self.init(spkiDER: PublicKeyForm.encoded(point: point, kind: point.count == 97 ? .p384 : .p256))
    }

    deinit { unsafe ossl_public_key_free(handle) }

    /// Whether the signature is good for these bytes by this algorithm. Where libcrypto fails, it is not.
    ///
    /// ECDSA signatures must be DER to the last byte; PKCS#1 v1.5 padding is compared whole.
    package func isValid(signature: [UInt8], for bytes: [UInt8], algorithm: SignatureAlgorithm) -> Bool {
        isValid(signature: signature[...], for: bytes[...], algorithm: algorithm)
    }

    /// Whether the signature is good for these bytes by the algorithm with which keys of this kind sign here.
    package func isValid(signature: [UInt8], for bytes: [UInt8]) -> Bool {
        isValid(signature: signature[...], for: bytes[...], algorithm: kind.signatureAlgorithm)
    }

    /// Whether the signature is good for these bytes by this algorithm. Where libcrypto fails, it is not.
    package func isValid(
        signature: ArraySlice<UInt8>, for bytes: ArraySlice<UInt8>, algorithm: SignatureAlgorithm
    ) -> Bool {
        guard algorithm.fits(kind) else { return false }
        var fault = ossl_fault()
        return unsafe signature.withUnsafeBufferPointer { signature in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                if algorithm == .rsaPSSSHA256 {
                    return unsafe ossl_public_key_verify_pss(
                        handle, signature.baseAddress, signature.count, bytes.baseAddress, bytes.count, &fault) == 0
                }
                return unsafe ossl_public_key_verify(
                    handle, algorithm.shimDigest, signature.baseAddress, signature.count, bytes.baseAddress,
                    bytes.count, &fault) == 0
            }
        }
    }
}

extension PublicKey {
    /// The modulus of an RSA key, big-endian, without leading zeros; nil for other kinds.
    package var rsaModulus: [UInt8]? { kind.rsaBits > 0 ? [UInt8](spkiDER[materialRange]) : nil }

    /// The size of the modulus of an RSA key in bits, a multiple of 8; nil for other kinds.
    package var rsaBits: Int? { kind.rsaBits > 0 ? materialRange.count * 8 : nil }

    /// The raw key of 32 bytes of an Ed25519 key; nil for other kinds.
    package var ed25519Raw: [UInt8]? { kind == .ed25519 ? [UInt8](spkiDER[materialRange]) : nil }

    /// The uncompressed point of a P-256 or P-384 key: 04, then both coordinates; nil for other kinds.
    package var point: [UInt8]? { kind == .p256 || kind == .p384 ? [UInt8](spkiDER[materialRange]) : nil }

    /// The key identifier of RFC 7093, section 2, method 1: the first 160 bits of SHA-256 of the key's BIT STRING.
    package var identifier: [UInt8] {
        var reader = DERReader(spkiDER)
        do {
            var info = try reader.constructed()
            _ = try info.element()
            return [UInt8](SHA256.hash(try info.octetsOfBitString()).prefix(20))
        } catch {
            preconditionFailure("the key was read before: \(error)")
        }
    }
}

extension PublicKey: Hashable {
    /// Keys are equal when their SubjectPublicKeyInfo is, which has one encoding.
    package static func == (left: PublicKey, right: PublicKey) -> Bool { left.spkiDER == right.spkiDER }

    /// Hashes what equality compares.
    package func hash(into hasher: inout Hasher) { hasher.combine(spkiDER) }
}
