package import AuditLog
package import TenureModel

/// What a token says: whose it is, for whom, until when, why, and all that it hangs on (DESIGN, section 6).
///
/// On the wire `iss sub aud exp iat nbf jti scope client_id own ent idx lin`, in this order and no other; `client_id`
/// is the subject (RFC 9068, section 2.2). Times are whole seconds.
package struct TokenClaims: Hashable, Sendable {
    /// The most bytes of all scopes with the spaces between them: a token stays below 8 KiB.
    package static let scopeBytesMax = 4096

    package var issuer: TokenIssuer
    package var subject: IdentityID
    package var audience: Audience
    package var expires: Timestamp
    package var issued: Timestamp
    package var notBefore: Timestamp
    package var id: CredentialID
    package var scopes: [Scope]
    package var owner: IdentityID
    package var entitlement: EntitlementID
    package var entitlementVersion: Int64
    /// The audit index of the entry that recorded it.
    package var index: Int64
    /// The log of that index.
    package var log: LogID
    package var lineage: Lineage

    package init(
        issuer: TokenIssuer, subject: IdentityID, audience: Audience, expires: Timestamp, issued: Timestamp,
        notBefore: Timestamp, id: CredentialID, scopes: [Scope], owner: IdentityID, entitlement: EntitlementID,
        entitlementVersion: Int64, index: Int64, log: LogID, lineage: Lineage
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.expires = expires.wholeSecond
        self.issued = issued.wholeSecond
        self.notBefore = notBefore.wholeSecond
        self.id = id
        self.scopes = scopes
        self.owner = owner
        self.entitlement = entitlement
        self.entitlementVersion = entitlementVersion
        self.index = index
        self.log = log
        self.lineage = lineage
    }

    /// Whether it is dead before its end; nil while it lives.
    package func death(logs: [LogSpan], marks: MarkLookup) -> LineageDeath? {
        LineageDeath.judge(lineage.references, position: index, log: log, logs: logs, marks: marks)
    }

    /// The bytes that are signed, in base64url.
    func encoded() -> [UInt8] {
        var writer = ClaimsWriter()
        writer.head(issuer: issuer, subject: subject, audience: audience)
        writer.times(expires: expires, issued: issued, notBefore: notBefore)
        writer.id(",\"jti\":\"", id)
        writer.scopes(scopes)
        writer.identity(",\"client_id\":\"", subject)
        writer.identity(",\"own\":\"", owner)
        writer.version(",\"ent\":\"", entitlement, entitlementVersion)
        writer.number(",\"idx\":", index)
        writer.log(log)
        writer.number(",\"i\":", lineage.identity)
        writer.number(",\"o\":", lineage.owner)
        writer.numbers(",\"e\":[", lineage.entitlements)
        writer.number(",\"p\":", lineage.profile)
        writer.number(",\"t\":", lineage.trust)
        writer.hash(",\"v\":\"", lineage.environment)
        writer.hash(",\"n\":\"", lineage.instance)
        writer.hash(",\"c\":\"", lineage.credential)
        writer.hash(",\"f\":\"", lineage.family)
        writer.hash(",\"a\":\"", lineage.authentication)
        writer.hash(",\"k\":\"", lineage.signingKey)
        return writer.finish()
    }

    /// Reads the claims of a token, and accepts only bytes that `encoded` would write.
    ///
    /// - Parameter known: what the claims are likely to say, so that it need not be made again.
    /// - Throws: `malformedClaims`.
    init(_ payload: [UInt8], known: KnownClaims?) throws(TokenFailure) {
        do throws(CanonicalJSONError) {
            self = try Self.read(payload, known: known)
        } catch {
            throw .malformedClaims
        }
    }

    private static func read(_ payload: [UInt8], known: KnownClaims?) throws(CanonicalJSONError) -> TokenClaims {
        var reader = ClaimsReader(payload, known: known)
        let head = try reader.head()
        let times = try reader.times()
        let id: CredentialID = try reader.id(",\"jti\":")
        let scopes = try reader.scopes()
        let client = try reader.identity(",\"client_id\":")
        let owner = try reader.identity(",\"own\":")
        let (entitlement, version): (EntitlementID, Int64) = try reader.version(",\"ent\":")
        let index = try reader.index(",\"idx\":")
        let log = try reader.log()
        let lineage = Lineage(
            identity: try reader.index(",\"i\":"), owner: try reader.index(",\"o\":"),
            entitlements: try reader.indexes(",\"e\":[", countMax: Lineage.entitlementsMax),
            profile: try reader.index(",\"p\":"), trust: try reader.index(",\"t\":"),
            environment: try reader.hash(",\"v\":"), instance: try reader.hash(",\"n\":"),
            credential: try reader.hash(",\"c\":"), family: try reader.hash(",\"f\":"),
            authentication: try reader.hash(",\"a\":"), subjectKey: nil, signingKey: try reader.hash(",\"k\":"))
        try reader.finish()
        guard client == head.subject else { throw reader.failure }
        return TokenClaims(
            issuer: head.issuer, subject: head.subject, audience: head.audience, expires: times.expires,
            issued: times.issued, notBefore: times.notBefore, id: id, scopes: scopes, owner: owner,
            entitlement: entitlement, entitlementVersion: version, index: index, log: log, lineage: lineage)
    }
}

extension TokenClaims {
    /// The claims of a stored or pending token: the recorded ones, so that it can be made again (FORMATS, section 4).
    ///
    /// `index` is that of the credential, −1 while it is not recorded. Nil of a certificate.
    package init?(credential: Credential, issuer: TokenIssuer, log: LogID) {
        guard case .token(let audience, let scopes, _) = credential.body else { return nil }
        self.init(
            issuer: issuer, subject: credential.identity, audience: audience, expires: credential.notAfter,
            issued: credential.notBefore, notBefore: credential.notBefore, id: credential.id, scopes: scopes,
            owner: credential.owner, entitlement: credential.entitlement,
            entitlementVersion: credential.entitlementVersion, index: credential.index, log: log,
            lineage: credential.lineage)
    }
}
