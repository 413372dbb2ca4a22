package import AuditLog
package import OpenSSLCrypto
internal import Synchronization
package import TenureModel

/// All versions of one ring: of one environment's audiences, or that of session tokens. It never changes; when a
/// version is added or changes its state, another ring takes its place.
///
/// Derived keys are kept, at most `audiencesMax` audiences of them.
package final class KeyRing: Sendable {
    /// How many audiences' keys are kept; beyond it all are dropped and derived again.
    package static let audiencesMax = 4096
    /// How many generations of one audience one version has at most; the ring is rotated then.
    package static let generationsMax: Int64 = 64

    package let purpose: KeyVersion.Purpose
    private let secrets: [RingSecret]
    private let derived = Mutex<[Audience: [AudienceKey]]>([:])

    /// Takes the versions of one purpose; retired ones are left out.
    ///
    /// - Precondition: each is a version of `purpose`, which is a ring.
    package init(purpose: KeyVersion.Purpose, secrets: [RingSecret]) {
        switch purpose {
        case .tokenRing, .sessionRing: break
        case .rootCA, .issuingCA, .auditCheckpoint, .receipt, .dataKey: preconditionFailure("no ring of token keys")
        }
        precondition(secrets.allSatisfy { $0.version.purpose == purpose }, "a version of another ring")
        self.purpose = purpose
        self.secrets = secrets.filter { $0.version.state != .retired }.sorted {
            ($0.version.signFrom, $0.version.id) < ($1.version.signFrom, $1.version.id)
        }
    }

    /// The key that signs for an audience at this instant: the newest that may and is not cut; nil where none may, and
    /// of the session ring for any audience but the broker's own.
    ///
    /// - Throws: `CryptoError` if libcrypto cannot derive.
    package func signingKey(
        for audience: Audience, at now: Timestamp, marks: MarkLookup = { _ in nil }
    ) throws(CryptoError) -> AudienceKey? {
        let keys = try keys(of: audience)
        return keys.last { key in
            key.signFrom <= now && (key.signUntil.map { now < $0 } ?? true) && !Self.isCut(key, marks)
        }
    }

    /// The key of this name if it verifies for the audience at this instant and is not cut; else nil.
    ///
    /// - Throws: `CryptoError` if libcrypto cannot derive.
    package func verificationKey(
        kid: KeyID, audience: Audience, at now: Timestamp, marks: MarkLookup = { _ in nil }
    ) throws(CryptoError) -> AudienceKey? {
        guard let key = try keys(of: audience).first(where: { $0.kid == kid }) else { return nil }
        return key.verifies(at: now) && !Self.isCut(key, marks) ? key : nil
    }

    /// All keys that a verifier of the audience needs at this instant, staged ones too; the last signs last. None of
    /// the session ring, which has no key endpoint.
    ///
    /// - Throws: `CryptoError` if libcrypto cannot derive.
    package func keySet(
        for audience: Audience, at now: Timestamp, marks: MarkLookup = { _ in nil }
    ) throws(CryptoError) -> [AudienceKey] {
        guard purpose != .sessionRing else { return [] }
        return try keys(of: audience).filter { $0.verifies(at: now) && !Self.isCut($0, marks) }
    }

    /// The references of every key made of one version, for cutting it: one mark each (DESIGN, section 6).
    ///
    /// - Throws: `CryptoError` if libcrypto cannot derive.
    package func signingReferences(
        of id: KeyVersionID, audiences: [Audience]
    ) throws(CryptoError) -> [LineageReference] {
        var references: [LineageReference] = []
        for audience in audiences {
            references += try keys(of: audience).filter { $0.ring == id }.map(\.reference)
        }
        return references
    }

    private static func isCut(_ key: AudienceKey, _ marks: MarkLookup) -> Bool {
        guard let mark = marks(key.reference) else { return false }
        return mark.kills(since: 0)
    }

    /// The keys of all versions and generations, by version, then generation.
    private func keys(of audience: Audience) throws(CryptoError) -> [AudienceKey] {
        guard purpose != .sessionRing || audience == SessionClaims.audience else { return [] }
        if let known = derived.withLock({ $0[audience] }) { return known }
        var keys: [AudienceKey] = []
        for secret in secrets {
            let newest = secret.version.generation(of: audience)
            for generation in max(newest - Self.generationsMax + 1, 0)...newest {
                keys.append(try secret.audienceKey(audience, generation: generation))
            }
        }
        derived.withLock { all in
            if all.count >= Self.audiencesMax { all.removeAll() }
            all[audience] = keys
        }
        return keys
    }
}
