package import AuditLog
package import TenureModel

/// What a session token says: who logged in, how, and until when (FORMATS, section 4, *Sessions*).
///
/// On the wire `iss sub aud exp iat nbf sid how max idx lin`, the audience being `tenure` and the lineage `l i t a n k`
/// and, where a credential opened the session, `f` before `k`. A session is no credential: it hangs on less.
package struct SessionClaims: Hashable, Sendable {
    package var issuer: TokenIssuer
    package var subject: IdentityID
    package var expires: Timestamp
    package var issued: Timestamp
    package var notBefore: Timestamp
    package var id: SessionID
    package var how: AuditActor.Method
    /// The end past which no renewal goes.
    package var absoluteEnd: Timestamp
    /// The audit index of the login's entry.
    package var index: Int64
    package var log: LogID
    package var lineage: SessionLineage

    package init(
        issuer: TokenIssuer, subject: IdentityID, expires: Timestamp, issued: Timestamp, notBefore: Timestamp,
        id: SessionID, how: AuditActor.Method, absoluteEnd: Timestamp, index: Int64, log: LogID,
        lineage: SessionLineage
    ) {
        self.issuer = issuer
        self.subject = subject
        self.expires = expires.wholeSecond
        self.issued = issued.wholeSecond
        self.notBefore = notBefore.wholeSecond
        self.id = id
        self.how = how
        self.absoluteEnd = absoluteEnd.wholeSecond
        self.index = index
        self.log = log
        self.lineage = lineage
    }

    /// Whom session tokens are for: the broker itself.
    package static let audience: Audience = {
        do {
            return try Audience("tenure")
        } catch {
            preconditionFailure("a literal is a well-formed audience")
        }
    }()

    /// Whether it is dead before its end; nil while it lives.
    package func death(logs: [LogSpan], marks: MarkLookup) -> LineageDeath? {
        LineageDeath.judge(lineage.references, position: index, log: log, logs: logs, marks: marks)
    }

    func encoded() -> [UInt8] {
        var writer = ClaimsWriter()
        writer.head(issuer: issuer, subject: subject, audience: Self.audience)
        writer.times(expires: expires, issued: issued, notBefore: notBefore)
        writer.id(",\"sid\":\"", id)
        writer.word(",\"how\":\"", how.rawValue)
        writer.number(",\"max\":", absoluteEnd.seconds)
        writer.number(",\"idx\":", index)
        writer.log(log)
        writer.number(",\"i\":", lineage.identity)
        writer.number(",\"t\":", lineage.trust)
        writer.hash(",\"a\":\"", lineage.authentication)
        writer.hash(",\"n\":\"", lineage.instance)
        if let family = lineage.family { writer.hash(",\"f\":\"", family) }
        writer.hash(",\"k\":\"", lineage.signingKey)
        return writer.finish()
    }

    /// Reads the claims of a session token, and accepts only bytes that `encoded` would write.
    ///
    /// - Throws: `malformedClaims`.
    init(_ payload: [UInt8], known: KnownClaims?) throws(TokenFailure) {
        do throws(CanonicalJSONError) {
            self = try Self.read(payload, known: known)
        } catch {
            throw .malformedClaims
        }
    }

    private static func read(_ payload: [UInt8], known: KnownClaims?) throws(CanonicalJSONError) -> SessionClaims {
        var reader = ClaimsReader(payload, known: known)
        let head = try reader.head()
        let times = try reader.times()
        let id: SessionID = try reader.id(",\"sid\":")
        let how = try reader.word(",\"how\":", AuditActor.Method.init(rawValue:))
        let absoluteEnd = try reader.time(",\"max\":")
        let index = try reader.index(",\"idx\":")
        let log = try reader.log()
        let identity = try reader.index(",\"i\":")
        let trust = try reader.index(",\"t\":")
        let authentication = try reader.hash(",\"a\":")
        let instance = try reader.hash(",\"n\":")
        let family = try reader.optionalHash(",\"f\":")
        let signingKey = try reader.hash(",\"k\":")
        try reader.finish()
        guard head.audience == audience else { throw reader.failure }
        return SessionClaims(
            issuer: head.issuer, subject: head.subject, expires: times.expires, issued: times.issued,
            notBefore: times.notBefore, id: id, how: how, absoluteEnd: absoluteEnd, index: index, log: log,
            lineage: SessionLineage(
                identity: identity, trust: trust, authentication: authentication, instance: instance, family: family,
                signingKey: signingKey))
    }
}

/// What a session hangs on.
package struct SessionLineage: Hashable, Sendable {
    package var identity: Int64
    package var trust: Int64
    package var authentication: Int64
    package var instance: Int64
    /// That of the credential that opened the session, if one did.
    package var family: Int64?
    package var signingKey: Int64

    package init(
        identity: Int64, trust: Int64, authentication: Int64, instance: Int64, family: Int64?, signingKey: Int64
    ) {
        self.identity = identity
        self.trust = trust
        self.authentication = authentication
        self.instance = instance
        self.family = family
        self.signingKey = signingKey
    }

    package var references: [LineageReference] {
        var all = [
            LineageReference(.identity, identity), LineageReference(.trust, trust),
            LineageReference(.authentication, authentication), LineageReference(.instance, instance),
        ]
        if let family { all.append(LineageReference(.family, family)) }
        all.append(LineageReference(.signingKey, signingKey))
        return all
    }
}
