internal import TenureAPI

/// A JWK Set (RFC 7517) read key by key: what can be a verification key, and what is skipped and why.
///
/// A key of another kind does not spoil the rest, or an issuer that adds a new algorithm would stop every login; what
/// makes the set ambiguous or weak refuses it whole (THREATS, T16).
package struct KeySetText: Sendable {
    package static let bytesMax = 262_144
    package static let keyCountMax = 100

    let candidates: [KeyCandidate]
    package let skipped: [SkippedKey]

    /// Reads a whole set.
    ///
    /// - Throws: `KeySetError` where the set is refused, or no key of it can verify.
    package init(_ bytes: [UInt8]) throws(KeySetError) {
        // defence: T16
        guard bytes.count <= Self.bytesMax else { throw .tooLarge }
        let keys = try Self.keys(in: bytes)
        // defence: T16
        try Self.refuseEqualKeyIDs(in: keys)
        var candidates: [KeyCandidate] = []
        var skipped: [SkippedKey] = []
        for (index, key) in keys.enumerated() {
            do throws(KeyCandidate.Fault) {
                candidates.append(try KeyCandidate(key, index: index))
            } catch {
                let keyID = BoundedText.shown(key["kid"]?.text ?? "")
                switch error {
                case .skipped(let reason): skipped.append(SkippedKey(index: index, keyID: keyID, reason: reason))
                case .weak(let weakness): throw .weakKey(keyID, weakness)
                }
            }
        }
        guard !candidates.isEmpty else { throw .noUsableKey(skipped) }
        self.candidates = candidates
        self.skipped = skipped
    }

    private static func keys(in bytes: [UInt8]) throws(KeySetError) -> [StrictJSON.Value] {
        let document: StrictJSON.Value
        do {
            // A hundred keys of 25 members each.
            document = try StrictJSON.parse(bytes, limits: .init(keyCountMax: 2500))
        } catch {
            throw .json(error.description)
        }
        guard let keys = document["keys"]?.elements, keys.allSatisfy({ $0.members != nil }) else { throw .notAKeySet }
        // defence: T16
        guard keys.count <= keyCountMax else { throw .tooManyKeys }
        return keys
    }

    /// Skipped keys count too: which of two keys an id means must not depend on what else they are.
    private static func refuseEqualKeyIDs(in keys: [StrictJSON.Value]) throws(KeySetError) {
        var seen: Set<[UInt8]> = []
        for key in keys {
            guard let keyID = key["kid"]?.text else { continue }
            if !seen.insert(Array(keyID.utf8)).inserted { throw .equalKeyIDs(BoundedText.shown(keyID)) }
        }
    }
}
