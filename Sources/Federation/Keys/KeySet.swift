package import TenureModel

/// The verification keys of one source, ready to use.
package struct KeySet: Sendable {
    /// In the set's order; no two have the same id.
    package let keys: [VerificationKey]
    package let skipped: [SkippedKey]

    /// Parses a JWK Set (RFC 7517) for the source that the trust names.
    package init(_ bytes: [UInt8], of trust: OIDCTrust) async throws(KeySetError) {
        try await self.init(try KeySetText(bytes), source: KeySourceIdentity(trust))
    }

    init(_ text: KeySetText, source: KeySourceIdentity) async throws(KeySetError) {
        var keys: [VerificationKey] = []
        var skipped = text.skipped
        for candidate in text.candidates {
            if let key = await VerificationKey(candidate, source: source) {
                keys.append(key)
            } else {
                let keyID = BoundedText.shown(candidate.keyID)
                skipped.append(SkippedKey(index: candidate.index, keyID: keyID, reason: .malformed))
            }
        }
        guard !keys.isEmpty else { throw .noUsableKey(skipped) }
        self.keys = keys
        self.skipped = skipped
    }

    /// The one key of this id, by bytes; there is no default.
    package func key(_ keyID: String) -> VerificationKey? {
        keys.first { $0.keyID.utf8.elementsEqual(keyID.utf8) }
    }
}
