internal import AuditLog
internal import OpenSSLCrypto
package import TenureModel

/// Judges tokens of one issuer for one audience, without asking anybody: text, key, signature, claims, time. Marks are
/// judged on what it returns, with `TokenClaims.death`.
package struct TokenVerifier: Sendable {
    private let known: KnownClaims

    /// A verifier for the tokens of one issuer and audience.
    package init(issuer: TokenIssuer, audience: Audience) {
        known = KnownClaims(issuer: issuer, audience: audience)
    }

    /// Verifies a token.
    ///
    /// - Parameter key: looks the key of a name up; it must be one that verifies for the audience at this instant.
    /// - Throws: the first thing that is wrong, in the order of `TokenFailure`.
    package func verify<LookupError: Error>(
        _ text: String, at now: Timestamp, key: (KeyID) throws(LookupError) -> AudienceKey?
    ) throws(TokenFailure) -> VerifiedToken<TokenClaims> {
        let (payload, key) = try authenticated(text, at: now, key: key)
        var claims = try TokenClaims(payload, known: known)
        try judge(claims.issuer, claims.audience, claims.notBefore, claims.expires, at: now)
        claims.lineage.signingKey = key.reference.number
        return VerifiedToken(claims: claims, kid: key.kid)
    }

    /// Verifies a session token: the same, for a verifier whose audience is the broker itself.
    ///
    /// - Throws: as `verify`; `expired` past the session's absolute end too.
    package func verifySession<LookupError: Error>(
        _ text: String, at now: Timestamp, key: (KeyID) throws(LookupError) -> AudienceKey?
    ) throws(TokenFailure) -> VerifiedToken<SessionClaims> {
        let (payload, key) = try authenticated(text, at: now, key: key)
        var claims = try SessionClaims(payload, known: known)
        try judge(claims.issuer, SessionClaims.audience, claims.notBefore, claims.expires, at: now)
        guard now < claims.absoluteEnd else { throw .expired }
        claims.lineage.signingKey = key.reference.number
        return VerifiedToken(claims: claims, kid: key.kid)
    }

    /// Reads the claims without verifying anything: to find the audience whose keys verify them, and to explain.
    ///
    /// - Throws: `tooLarge` to `malformedClaims`, but for keys and signatures.
    package static func uncheckedClaims(of text: String) throws(TokenFailure) -> (claims: TokenClaims, kid: KeyID) {
        let token = try TokenText(text)
        let kid = try token.keyID()
        return (try TokenClaims(try token.payload(), known: nil), kid)
    }

    /// The same of a session token.
    ///
    /// - Throws: `tooLarge` to `malformedClaims`, but for keys and signatures.
    package static func uncheckedSessionClaims(of text: String) throws(TokenFailure) -> SessionClaims {
        try SessionClaims(try TokenText(text).payload(), known: nil)
    }

    private func authenticated<LookupError: Error>(
        _ text: String, at now: Timestamp, key lookup: (KeyID) throws(LookupError) -> AudienceKey?
    ) throws(TokenFailure) -> ([UInt8], AudienceKey) {
        let token = try TokenText(text)
        let kid = try token.keyID()
        let found: AudienceKey?
        do throws(LookupError) {
            found = try lookup(kid)
        } catch {
            throw .cryptographyFailed
        }
        guard let key = found, key.kid == kid, key.audience == known.audience, key.verifies(at: now) else {
            throw .unknownKey
        }
        guard try Self.isSigned(token, by: key) else { throw .badSignature }
        return (try token.payload(), key)
    }

    private static func isSigned(_ token: TokenText, by key: AudienceKey) throws(TokenFailure) -> Bool {
        do throws(CryptoError) {
            return try key.mac.isValid(token.signature, for: token.signingInput)
        } catch {
            throw .cryptographyFailed
        }
    }

    private func judge(
        _ issuer: TokenIssuer, _ audience: Audience, _ notBefore: Timestamp, _ expires: Timestamp, at now: Timestamp
    ) throws(TokenFailure) {
        guard issuer == known.issuer else { throw .wrongIssuer }
        guard audience == known.audience else { throw .wrongAudience }
        guard now >= notBefore else { throw .notYetValid }
        guard now < expires else { throw .expired }
    }
}

/// Claims whose signature, issuer, audience and time were found right. Only the verifier makes it.
package struct VerifiedToken<Claims: Hashable & Sendable>: Hashable, Sendable {
    /// Its `k` is that of the key that verified, whatever the token says.
    package let claims: Claims
    package let kid: KeyID

    fileprivate init(claims: Claims, kid: KeyID) {
        self.claims = claims
        self.kid = kid
    }
}
