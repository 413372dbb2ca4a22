internal import APITokens
internal import AuditLog
internal import CertificateAuthority
internal import OpenSSLCrypto
package import TenureAPI
internal import TenureClient
internal import TenureModel

/// Judges tokens and certificates of a Tenure broker from memory, without asking it about each one.
///
///     let verifier = try Verifier(settings)
///     let following = Task { await verifier.run() }
///     let token = try await verifier.verify(bearer)
///     guard token.allows("push") else { … }
///
/// `run()` follows the broker's feed: what is revoked anywhere is refused here within a second. Where the broker cannot
/// be heard, credentials are accepted for `staleSeconds`, and then refused (docs/verify.md).
public final class Verifier: Sendable {
    private let audience: Audience
    private let client: TenureClient
    private let memory: VerifierMemory
    private let keys: KeySource
    private let surroundings: VerifierSurroundings
    private let remembered = RememberedTokens<VerifiedToken<TokenClaims>>()

    /// Reads files and connects to nobody yet.
    ///
    /// - Throws: `VerifierSettingsError`, which says what to do.
    public convenience init(_ settings: VerifierSettings) throws(VerifierSettingsError) {
        try self.init(settings, .system)
    }

    /// The same with another time and chance.
    ///
    /// - Throws: `VerifierSettingsError`.
    package init(
        _ settings: VerifierSettings, _ surroundings: VerifierSurroundings
    ) throws(VerifierSettingsError) {
        guard (3...3_600).contains(settings.staleSeconds) else {
            throw VerifierSettingsError("staleSeconds must be from 3 to 3,600")
        }
        let audience: Audience
        do { audience = try Audience(settings.audience) } catch {
            throw VerifierSettingsError("the audience must be 1 to 255 visible ASCII characters without quotes")
        }
        do throws(ClientError) {
            client = try TenureClient(try ClientSettings(settings))
        } catch {
            throw VerifierSettingsError(error.description)
        }
        self.audience = audience
        self.surroundings = surroundings
        memory = VerifierMemory(audience: audience, staleMilliseconds: settings.staleSeconds * 1000)
        keys = KeySource(client, memory, audience: audience, elapsed: surroundings.elapsed)
    }

    deinit {
        // Connections are closed after the last use, whether it ever ran or not. Nobody is left to be told of an error.
        let client = client
        Task { do { try await client.shutdown() } catch { return } }
    }

    /// Keeps keys and revocations fresh until the task is cancelled. Until it has heard from the broker every
    /// credential is refused.
    public func run() async {
        await Follower(client, memory, keys, surroundings).run()
    }

    /// Takes a state that somebody else asked for, and follows nobody: for measurements.
    ///
    /// - Throws: `malformed` where it is none of a broker's.
    package func begin(with cutoffs: CutoffsAnswer, keys: AudienceKeySetAnswer) throws(FeedFault) {
        memory.replace(try VerificationKeys(keys, audience: audience))
        try memory.start(try RevocationMemory(cutoffs, askedAt: surroundings.elapsed()))
    }

    /// How it is, for a health check.
    public var status: VerifierStatus { memory.status(at: surroundings.elapsed()) }

    /// Judges a token, `tnr_` or not. Where its key is not known yet the broker is asked for keys, at most once in five
    /// seconds; else nobody is asked anything.
    ///
    /// - Throws: why it is refused.
    public func verify(_ token: String) async throws(CredentialRefusal) -> AcceptedToken {
        do {
            return try verifyFromMemory(token)
        } catch .unknownKey {
            do throws(FollowFailure) { try await keys.fetchForUnknownKey() } catch { throw .unknownKey }
            return try verifyFromMemory(token)
        }
    }

    /// The same without waiting for anybody.
    ///
    /// - Throws: why it is refused.
    public func verifyFromMemory(_ token: String) throws(CredentialRefusal) -> AcceptedToken {
        guard let known = memory.usable(at: surroundings.elapsed()) else { throw .cutOff }
        let claims: TokenClaims
        do throws(TokenFailure) {
            claims = try known.tokens.verify(
                token, at: surroundings.now(), remembering: remembered
            ) { kid in known.keys[kid] }.claims
        } catch {
            throw CredentialRefusal(error)
        }
        guard !memory.isDead(claims.lineage.references, position: claims.index, log: claims.log) else {
            throw .revoked
        }
        return AcceptedToken(claims, isLagging: known.freshness != .current)
    }

    /// Judges a certificate that a TLS handshake has verified up to the broker's root: whether it was revoked.
    ///
    /// - Parameters:
    ///   - certificate: the peer's, in DER.
    ///   - issuer: the one that signed it, in DER, as the handshake found it.
    /// - Throws: why it is refused. A certificate of a profile that leaves the lineage out is `malformed`: its
    ///   revocation is in the CRL alone.
    public func judge(certificate: [UInt8], issuer: [UInt8]) throws(CredentialRefusal) {
        guard memory.usable(at: surroundings.elapsed()) != nil else { throw .cutOff }
        let leaf: Certificate
        let authority: Certificate
        let hangs: LineageExtension
        do {
            leaf = try Certificate(der: certificate)
            authority = try Certificate(der: issuer)
            guard let found = leaf.extensions.first(where: { $0.oid == LineageExtension.oid }) else {
                throw CredentialRefusal.malformed
            }
            hangs = try LineageExtension(decoding: found.value)
        } catch {
            throw .malformed
        }
        guard leaf.isSigned(by: authority.publicKey) else { throw .badSignature }
        let now = surroundings.now().seconds
        guard leaf.notBefore <= now else { throw .notYetValid }
        guard now <= leaf.notAfter else { throw .expired }
        var lineage = hangs.lineage
        lineage.subjectKey = LineageReference.subjectKey(spkiDER: leaf.spkiDER).number
        lineage.signingKey = LineageReference.signingKey(spkiDER: authority.spkiDER).number
        guard !memory.isDead(lineage.references, position: hangs.floor, log: LogID(hangs.log)) else { throw .revoked }
    }
}

extension ClientSettings {
    /// The feed's heartbeats come each second: a connection that is silent for ten is dead.
    private static let silenceSeconds: Int64 = 10

    fileprivate init(_ settings: VerifierSettings) throws(ClientError) {
        switch settings.proof {
        case .tokenFile(let path):
            try self.init(address: settings.address, caFile: settings.caFile, token: .file(path))
        case .clientCertificate(let certificateFile, let keyFile):
            try self.init(
                address: settings.address, caFile: settings.caFile,
                clientCertificate: ClientCertificate(certificateFile: certificateFile, keyFile: keyFile))
        }
        callSeconds = Self.silenceSeconds
        planSeconds = Self.silenceSeconds
    }
}
