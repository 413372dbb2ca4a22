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
        try judge(claims, at: now)
        claims.lineage.signingKey = key.reference.number
        return VerifiedToken(claims: claims, kid: key.kid)
    }

    /// The same, where a text that was verified before costs one hash. Its key and its times are judged anew.
    ///
    /// - Throws: as the other.
    package func verifySession<LookupError: Error>(
        _ text: String, at now: Timestamp, remembering memory: RememberedTokens<VerifiedToken<SessionClaims>>,
        key: (KeyID) throws(LookupError) -> AudienceKey?
    ) throws(TokenFailure) -> VerifiedToken<SessionClaims> {
        try remembered(text, memory) { () throws(TokenFailure) in
            try verifySession(text, at: now, key: key)
        } again: { (verified) throws(TokenFailure) in
            _ = try usableKey(verified.kid, at: now, key)
            try judge(verified.claims, at: now)
        }
    }

    /// The same, where a text that was verified before costs one hash. Its key and its times are judged anew.
    ///
    /// - Throws: as the other.
    package func verify<LookupError: Error>(
        _ text: String, at now: Timestamp, remembering memory: RememberedTokens<VerifiedToken<TokenClaims>>,
        key: (KeyID) throws(LookupError) -> AudienceKey?
    ) throws(TokenFailure) -> VerifiedToken<TokenClaims> {
        try remembered(text, memory) { () throws(TokenFailure) in
            try verify(text, at: now, key: key)
        } again: { (verified) throws(TokenFailure) in
            try verify(again: verified, at: now, key: key)
        }
    }

    /// Judges a token that was verified before by what may have changed: its key and the time.
    ///
    /// - Throws: as `verify`.
    package func verify<LookupError: Error>(
        again verified: VerifiedToken<TokenClaims>, at now: Timestamp,
        key: (KeyID) throws(LookupError) -> AudienceKey?
    ) throws(TokenFailure) {
        _ = try usableKey(verified.kid, at: now, key)
        let claims = verified.claims
        try judge(claims.issuer, claims.audience, claims.notBefore, claims.expires, at: now)
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

    private func remembered<Claims>(
        _ text: String, _ memory: RememberedTokens<VerifiedToken<Claims>>,
        first: () throws(TokenFailure) -> VerifiedToken<Claims>,
        again: (VerifiedToken<Claims>) throws(TokenFailure) -> Void
    ) throws(TokenFailure) -> VerifiedToken<Claims> {
        guard text.utf8.count <= TokenText.bytesMax else { throw .tooLarge }
        let digest = SHA256.digest(text.utf8.span)
        guard let verified = memory.token(digest) else {
            let verified = try first()
            memory.remember(verified, digest)
            return verified
        }
        try again(verified)
        return verified
    }

    private func authenticated<LookupError: Error>(
        _ text: String, at now: Timestamp, key lookup: (KeyID) throws(LookupError) -> AudienceKey?
    ) throws(TokenFailure) -> ([UInt8], AudienceKey) {
        let token = try TokenText(text)
        let key = try usableKey(try token.keyID(), at: now, lookup)
        // defence: T8
        guard try Self.isSigned(token, by: key) else { throw .badSignature }
        return (try token.payload(), key)
    }

    private func usableKey<LookupError: Error>(
        _ kid: KeyID, at now: Timestamp, _ lookup: (KeyID) throws(LookupError) -> AudienceKey?
    ) throws(TokenFailure) -> AudienceKey {
        let found: AudienceKey?
        do throws(LookupError) {
            found = try lookup(kid)
        } catch {
            throw .cryptographyFailed
        }
        // defence: T11 becomes: guard let key = found, key.kid == kid, true, key.verifies(at: now) else {
        guard let key = found, key.kid == kid, key.audience == known.audience, key.verifies(at: now) else {
            throw .unknownKey
        }
        return key
    }

    private static func isSigned(_ token: TokenText, by key: AudienceKey) throws(TokenFailure) -> Bool {
        do throws(CryptoError) {
            return try key.mac.isValid(token.signature, for: token.signingInput)
        } catch {
            throw .cryptographyFailed
        }
    }

    private func judge(_ claims: SessionClaims, at now: Timestamp) throws(TokenFailure) {
        try judge(claims.issuer, SessionClaims.audience, claims.notBefore, claims.expires, at: now)
        guard now < claims.absoluteEnd else { throw .expired }
    }

    private func judge(
        _ issuer: TokenIssuer, _ audience: Audience, _ notBefore: Timestamp, _ expires: Timestamp, at now: Timestamp
    ) throws(TokenFailure) {
        // defence: T10
        guard issuer == known.issuer else { throw .wrongIssuer }
        // defence: T10
        guard audience == known.audience else { throw .wrongAudience }
        guard now >= notBefore else { throw .notYetValid }
        // defence: T10
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
