internal import AuditLog
package import OpenSSLCrypto
package import SecretMemory
package import TenureModel

/// The key of one audience, derived from one version of a ring (FORMATS, section 4), or fetched by a verifier. Who has
/// it can verify and forge for this audience, and for no other.
package final class AudienceKey: Sendable {
    package let kid: KeyID
    package let audience: Audience
    /// Raised where this audience alone was rotated.
    package let generation: Int64
    /// The key version from which it was derived; nil of a fetched key.
    package let ring: KeyVersionID?
    package let signFrom: Timestamp
    /// Nil while no end is set.
    package let signUntil: Timestamp?
    package let verifyUntil: Timestamp?
    /// The `k` of all that it signs.
    package let reference: LineageReference
    /// 32 bytes, for the key set of the audience alone.
    package let secret: SecretBytes
    let mac: HMACKey
    /// The header of all that it signs, in base64url.
    let header: [UInt8]

    /// Takes a key that the broker handed out in a key set.
    ///
    /// - Throws: `CryptoError` if libcrypto cannot use the secret.
    package init(
        kid: KeyID, audience: Audience, generation: Int64 = 0, ring: KeyVersionID? = nil, signFrom: Timestamp,
        signUntil: Timestamp?, verifyUntil: Timestamp?, secret: SecretBytes
    ) throws(CryptoError) {
        self.kid = kid
        self.audience = audience
        self.generation = generation
        self.ring = ring
        self.signFrom = signFrom
        self.signUntil = signUntil
        self.verifyUntil = verifyUntil
        self.secret = secret
        reference = .signingKey(kid: kid.text)
        mac = try HMACKey(secret)
        header = TokenHeader.encoded(kid)
    }

    /// Whether what it signed may still be believed at this instant.
    package func verifies(at now: Timestamp) -> Bool {
        guard let verifyUntil else { return true }
        return now < verifyUntil
    }
}

/// One version of a ring with its secret unwrapped.
package struct RingSecret: Sendable {
    package let version: KeyVersion
    package let secret: SecretBytes

    package init(version: KeyVersion, secret: SecretBytes) {
        self.version = version
        self.secret = secret
    }

    /// Derives the key of an audience: HKDF-SHA256 of the secret with an empty salt, 32 bytes.
    ///
    /// - Throws: `CryptoError` if libcrypto fails.
    package func audienceKey(_ audience: Audience, generation: Int64) throws(CryptoError) -> AudienceKey {
        let info = Self.derivationInfo(audience: audience, generation: generation)
        let secret = try HKDF.sha256(secret: secret, salt: [], info: info, count: 32)
        let span = KeySpan(of: version, audience: audience, generation: generation)
        return try AudienceKey(
            kid: kid(info: info), audience: audience, generation: generation, ring: version.id,
            signFrom: span.signFrom, signUntil: span.signUntil, verifyUntil: span.verifyUntil, secret: secret)
    }

    /// "tenure/aud/v1" ‖ u16be length ‖ audience ‖ u32be generation. The length stands before the text, so that no
    /// audience can run into what follows it, whatever is added there later (T11).
    static func derivationInfo(audience: Audience, generation: Int64) -> [UInt8] {
        let text = Array(audience.text.utf8)
        let length = UInt16(clamping: text.count)
        let generation = UInt32(clamping: generation)
        // defence: T11 becomes: return Array("tenure/aud/v1".utf8) + text
        return Array("tenure/aud/v1".utf8) + [UInt8(length >> 8), UInt8(length & 0xFF)] + text
            + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: generation >> $0) }
    }

    /// The first eight bytes of SHA-256("tenure/kid/v1" ‖ the ring's 16 bytes ‖ info).
    private func kid(info: [UInt8]) -> KeyID {
        let hash = SHA256.hash(Array("tenure/kid/v1".utf8) + version.id.bytes + info)
        return KeyID(hash[0..<8].reduce(0) { $0 << 8 | UInt64($1) })
    }
}
