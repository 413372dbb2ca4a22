package import APITokens
package import AuditLog
package import CertificateAuthority
package import OpenSSLCrypto
package import SecretMemory
package import Storage
internal import Synchronization
package import TenureModel

/// The keys that the broker works with, unwrapped, in memory alone. They are replaced as a whole when a key version is
/// recorded; who holds an old set finishes with it.
package final class KeyChest: Sendable {
    private struct Loaded {
        /// Of the snapshot that it was loaded from.
        var size: Int64
        var dataKeys: WrappingKeys
        var tokenRings: [EnvironmentName: KeyRing] = [:]
        var sessionRing: KeyRing
        /// With the times that their rotation has set, the one that signs first before the others.
        var issuers: [(issuer: Issuer, version: KeyVersion)] = []
        var authorityKeys: [PublicKey] = []
        var root: Certificate
        var audiences: [Audience: EnvironmentName] = [:]

        /// The issuing CA of these very bytes; nil where it is not held.
        func issuer(of version: KeyVersion) -> Issuer? {
            issuers.first { _, known in
                known.id == version.id && known.wrapped == version.wrapped && known.certificates == version.certificates
            }?.issuer
        }

        /// The root of these very bytes; nil where it is not held.
        func root(of version: KeyVersion) -> Certificate? {
            guard let der = version.certificates.first, der == root.der else { return nil }
            return root
        }
    }

    private let loaded: Mutex<Loaded>
    let issuingKeys: IssuingKeySource
    package let trustDomain: TrustDomain
    package let publication: PublicationPoint
    package let issuer: TokenIssuer
    /// The log that goes on, whose indexes new credentials carry.
    package let log: LogID
    /// All logs whose indexes credentials may carry.
    package let logs: [LogSpan]
    private let sessions: TokenVerifier
    private let rememberedSessions = RememberedTokens<VerifiedToken<SessionClaims>>()

    /// Unwraps the keys of a snapshot.
    ///
    /// - Parameters:
    ///   - dataKeys: what the installation's keys are wrapped with.
    ///   - log: the one that goes on.
    ///   - ended: those before it.
    ///   - issuingKeys: where keys of issuing CAs lie.
    ///   - known: of the same installation; what it read of the same bytes is not read again.
    package init(
        dataKeys: WrappingKeys, snapshot: Snapshot, trustDomain: TrustDomain, publication: PublicationPoint,
        issuer: TokenIssuer, log: LogID, ended: [LogSpan] = [], issuingKeys: IssuingKeySource = .store,
        known: KeyChest? = nil
    ) throws(KeyChestError) {
        self.trustDomain = trustDomain
        self.publication = publication
        self.issuer = issuer
        self.log = log
        logs = ended + [LogSpan(log: log, start: ended.last?.end ?? 0, end: nil)]
        self.issuingKeys = issuingKeys
        sessions = TokenVerifier(issuer: issuer, audience: SessionClaims.audience)
        loaded = Mutex(try Self.load(snapshot, dataKeys, issuingKeys, after: known?.loaded.withLock { $0 }))
    }

    /// Takes the keys of a newer snapshot.
    package func reload(from snapshot: Snapshot) throws(KeyChestError) {
        let newer = try Self.load(
            snapshot, try dataKeys.reopened(from: snapshot), issuingKeys, after: loaded.withLock { $0 })
        // Of two at once the one that began earlier may end later.
        loaded.withLock { loaded in
            if newer.size >= loaded.size { loaded = newer }
        }
    }

    /// Takes keys over that a rotation wrapped under another key-encryption key.
    func reload(from snapshot: Snapshot, keyEncryptionKeys: [SecretBytes]) throws(KeyChestError) {
        let opened = try dataKeys.reopened(from: snapshot, keyEncryptionKeys: keyEncryptionKeys)
        loaded.withLock { $0.dataKeys = opened }
        try reload(from: snapshot)
    }

    /// Opens the data keys that another node made since; inside a transaction, whose snapshot may be newer than what
    /// is loaded.
    func followDataKeys(of snapshot: Snapshot) throws(KeyChestError) {
        let known = dataKeys
        guard snapshot.livingDataKeys.contains(where: { known.secret(of: $0) == nil }) else { return }
        let opened = try known.reopened(from: snapshot)
        loaded.withLock { $0.dataKeys = opened }
    }

    /// As they were in the newest snapshot that was looked at.
    var dataKeys: WrappingKeys { loaded.withLock { $0.dataKeys } }

    var wrap: KeyWrap { dataKeys.wrap }

    /// Takes the keys of a snapshot where they changed since they were last taken, on whichever node.
    package func follow(_ snapshot: Snapshot) throws(KeyChestError) {
        guard snapshot.keysAsOf > loaded.withLock({ $0.size }) else { return }
        try reload(from: snapshot)
    }

    /// Wraps the secret of a new key version.
    package func wrapped(
        _ secret: SecretBytes, of id: KeyVersionID, _ purpose: KeyVersion.Purpose
    ) throws(CryptoError) -> [UInt8] {
        try wrap.wrap(secret, of: id, purpose)
    }

    // MARK: What is asked for

    /// As it stands in certificates.
    package var logNumber: UInt32 { log.value }

    package var sessionRing: KeyRing { loaded.withLock { $0.sessionRing } }

    /// The ring of an environment, from which the keys of its audiences are derived.
    package func tokenRing(_ environment: EnvironmentName) -> KeyRing? {
        loaded.withLock { $0.tokenRings[environment] }
    }

    /// The environment to which an audience belongs: that of the profiles that have it.
    package func environment(of audience: Audience) -> EnvironmentName? {
        loaded.withLock { $0.audiences[audience] }
    }

    /// The ring whose keys sign for an audience.
    package func ring(for audience: Audience) -> KeyRing? {
        loaded.withLock { loaded in loaded.audiences[audience].flatMap { loaded.tokenRings[$0] } }
    }

    /// The public keys of every CA of ours: no leaf may have one.
    package var authorityKeys: [PublicKey] { loaded.withLock { $0.authorityKeys } }

    package var root: Certificate { loaded.withLock { $0.root } }

    package var issuers: [Issuer] { loaded.withLock { $0.issuers.map(\.issuer) } }

    /// The issuing CA of this id, the successor included.
    package func issuer(_ id: IssuerID) -> Issuer? { issuers.first { $0.id == id } }

    /// The issuing CA that signs at this instant: the oldest that is valid, has not passed its work on, and whose key
    /// is not cut, so that its successor lies published. Where none is, a successor signs before its time: it was made
    /// for this.
    package func issuer(at now: Timestamp, marks: MarkLookup) throws(LifecycleError) -> Issuer {
        let living = loaded.withLock(\.issuers).filter { issuer, version in
            issuer.facts.notBefore <= now && now < issuer.facts.notAfter
                && (version.signUntil.map { now < $0 } ?? true)
                && !(marks(issuer.facts.keyReference)?.kills(since: 0) ?? false)
        }
        guard let (issuer, _) = living.first(where: { $0.version.signFrom <= now }) ?? living.first else {
            throw .unavailable(.init("no issuing CA is valid at \(now)"))
        }
        return issuer
    }

    // MARK: Own tokens

    /// A token of ours, by its signature alone: ended ones too, since what leaked is revoked whenever it is found.
    package enum OwnToken: Sendable {
        case session(SessionClaims)
        case credential(CredentialID)
    }

    /// Verifies a session token of ours.
    ///
    /// - Throws: the first thing that is wrong with it.
    package func verifiedSession(_ text: String, at now: Timestamp, marks: MarkLookup) throws(TokenFailure)
        -> SessionClaims
    {
        let ring = sessionRing
        return try sessions.verifySession(text, at: now, remembering: rememberedSessions) { (kid) throws(CryptoError) in
            try ring.verificationKey(kid: kid, audience: SessionClaims.audience, at: now, marks: marks)
        }.claims
    }

    /// One of our tokens whose signature is right now, or nil.
    ///
    /// - Parameter audience: the token's own, as it says itself.
    package func verifiedToken(
        _ text: String, for audience: Audience, at now: Timestamp, marks: MarkLookup
    ) -> VerifiedToken<TokenClaims>? {
        guard let ring = ring(for: audience) else { return nil }
        let verifier = TokenVerifier(issuer: issuer, audience: audience)
        return try? verifier.verify(text, at: now) { (kid) throws(CryptoError) in
            try ring.verificationKey(kid: kid, audience: audience, at: now, marks: marks)
        }
    }

    /// Whether a token that was verified before still is: by its key and the time.
    package func verifies(again token: VerifiedToken<TokenClaims>, at now: Timestamp, marks: MarkLookup) -> Bool {
        let audience = token.claims.audience
        guard let ring = ring(for: audience) else { return false }
        do throws(TokenFailure) {
            try TokenVerifier(issuer: issuer, audience: audience).verify(again: token, at: now) {
                (kid) throws(CryptoError) in
                try ring.verificationKey(kid: kid, audience: audience, at: now, marks: marks)
            }
            return true
        } catch {
            return false
        }
    }

    /// Looks at a text that may be a token of ours, at the instant at which it says it was issued.
    package func ownToken(_ text: String) -> OwnToken? {
        if let unchecked = try? TokenVerifier.uncheckedClaims(of: text) {
            let token = verifiedToken(text, for: unchecked.claims.audience, at: unchecked.claims.issued) { _ in nil }
            return token.map { .credential($0.claims.id) }
        }
        guard let issued = try? TokenVerifier.uncheckedSessionClaims(of: text).issued else { return nil }
        return (try? verifiedSession(text, at: issued) { _ in nil }).map { .session($0) }
    }

    // MARK: Loading

    /// - Parameter known: what was loaded before. All is unwrapped again, but what it holds of the same bytes is taken
    ///   from it: reading a private key costs more than all else.
    private static func load(
        _ snapshot: Snapshot, _ dataKeys: WrappingKeys, _ issuingKeys: IssuingKeySource, after known: Loaded?
    ) throws(KeyChestError) -> Loaded {
        let wrap = dataKeys.wrap
        var rings: [KeyVersion.Purpose: [RingSecret]] = [:]
        var issuers: [(issuer: Issuer, version: KeyVersion)] = []
        var authorityKeys: [PublicKey] = []
        var root: Certificate?
        for version in snapshot.keyVersions where version.state != .retired {
            switch version.purpose {
            case .tokenRing, .sessionRing:
                rings[version.purpose, default: []].append(
                    RingSecret(version: version, secret: try unwrap(version, wrap)))
            case .issuingCA:
                let secret = try unwrap(version, wrap)
                let issuer =
                    if let held = known?.issuer(of: version) { held } else {
                        try issuingCA(version, secret, issuingKeys)
                    }
                issuers.append((issuer, version))
                authorityKeys.append(issuer.facts.publicKey)
            case .rootCA:
                let held = if let held = known?.root(of: version) { held } else { try certificate(version) }
                root = held
                authorityKeys.append(held.publicKey)
            case .auditCheckpoint, .receipt, .dataKey: break
            }
        }
        guard let root else { throw .missing("root-ca") }
        guard let sessions = rings[.sessionRing] else { throw .missing("session-ring") }
        var loaded = Loaded(
            size: snapshot.size, dataKeys: dataKeys, sessionRing: KeyRing(purpose: .sessionRing, secrets: sessions),
            root: root)
        for (purpose, secrets) in rings {
            guard case .tokenRing(let environment) = purpose else { continue }
            loaded.tokenRings[environment] = KeyRing(purpose: purpose, secrets: secrets)
        }
        loaded.issuers = issuers.sorted {
            ($0.version.signFrom, $0.issuer.facts.notBefore, $0.issuer.id)
                < ($1.version.signFrom, $1.issuer.facts.notBefore, $1.issuer.id)
        }
        loaded.authorityKeys = authorityKeys
        loaded.audiences = audiences(snapshot)
        return loaded
    }

    private static func audiences(_ snapshot: Snapshot) -> [Audience: EnvironmentName] {
        var audiences: [Audience: EnvironmentName] = [:]
        for profile in snapshot.profiles {
            guard case .token(let token) = profile.body, let environment = profile.environment else { continue }
            for audience in token.audiences where audiences[audience] == nil { audiences[audience] = environment }
        }
        return audiences
    }

    static func unwrap(_ version: KeyVersion, _ wrap: KeyWrap) throws(KeyChestError) -> SecretBytes {
        do throws(CryptoError) {
            return try wrap.unwrap(version)
        } catch {
            throw .unwrap(version.id)
        }
    }

    static func certificate(_ version: KeyVersion) throws(KeyChestError) -> Certificate {
        guard let der = version.certificates.first, let certificate = try? Certificate(der: der) else {
            throw .damaged(version.id)
        }
        return certificate
    }

    private static func issuingCA(
        _ version: KeyVersion, _ secret: SecretBytes, _ source: IssuingKeySource
    ) throws(KeyChestError) -> Issuer {
        do {
            return try Issuer(
                id: IssuerID(high: version.id.high, low: version.id.low), key: try source.key(in: secret),
                chain: version.certificates.map { try Certificate(der: $0) })
        } catch IssuingKeyFault.token(let reason) {
            throw .token(version.id, reason)
        } catch {
            throw .damaged(version.id)
        }
    }
}

/// Why the keys of an installation could not be loaded.
package enum KeyChestError: Error, Hashable, Sendable {
    /// The key-encryption key is not that of this data folder, or the row was changed.
    case unwrap(KeyVersionID)
    /// The key or its certificates cannot be read.
    case damaged(KeyVersionID)
    /// The key lies in a token, and cannot be used.
    case token(KeyVersionID, String)
    /// There is no key for this purpose: the installation was never finished.
    case missing(String)
}
