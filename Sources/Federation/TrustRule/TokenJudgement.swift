package import TenureModel

/// Whether a verified token fits a trust at a moment. Pure: the same arguments give the same judgement.
package struct TokenJudgement: Sendable {
    /// How far the issuer's clock may be off, in seconds, in both directions (THREATS, section 3).
    package static let skewSeconds: Int64 = 60

    /// Everything that was asked, whether it holds or not, in the order in which it was asked.
    package let bounds: [Bound]
    /// Nil unless every bound holds.
    package let proof: FederatedIdentityProof?

    /// - Parameter trust: nil `oidc` or an ended trust refuses.
    package init(_ token: VerifiedFederatedToken, for trust: Trust, now: Timestamp) {
        guard let rule = trust.oidc else {
            bounds = [Bound(name: "trust", expected: "an OIDC trust", actual: "another kind", holds: false)]
            proof = nil
            return
        }
        let preset = PresetRule.of(rule)
        var bounds = Self.origin(token, trust, rule)
        bounds += Self.times(token.claims, now)
        bounds += rule.conditions.map { Bound.condition($0, in: token.claims.all) }
        bounds += preset?.defaults(token.claims.all, rule.conditions) ?? []
        self.bounds = bounds
        // defence: T19 becomes: guard true, !rule.conditions.isEmpty, let expires = token.claims.expires else {
        guard bounds.allSatisfy(\.holds), !rule.conditions.isEmpty, let expires = token.claims.expires else {
            proof = nil
            return
        }
        proof = FederatedIdentityProof(
            trust: trust.id, trustVersion: trust.version, trustNumber: trust.number, identity: trust.identity,
            issuer: token.issuer, authentication: .of(token), instance: preset?.instance(token.claims.all),
            expires: Timestamp(clampingSeconds: expires), presentations: rule.presentations)
    }

    /// The bounds that do not hold.
    package var failures: [Bound] { bounds.filter { !$0.holds } }

    private static func origin(_ token: VerifiedFederatedToken, _ trust: Trust, _ rule: OIDCTrust) -> [Bound] {
        let isOurs = token.issuer.utf8.elementsEqual(rule.issuer.utf8)
        let isMeant =
            !rule.audience.utf8.isEmpty
            && token.claims.audiences.contains { $0.utf8.elementsEqual(rule.audience.utf8) }
        let audiences = token.claims.audiences.joined(separator: ", ")
        // The same issuer may be trusted with other keys elsewhere, and those prove nothing here.
        // defence: T16 becomes: let isKeySource = true
        let isKeySource = token.source == KeySourceIdentity(rule)
        return [
            Bound(
                name: "trust", expected: "active", actual: trust.state.rawValue, holds: trust.state == .active),
            Bound(name: "issuer", expected: rule.issuer, actual: token.issuer, holds: isOurs),
            Bound(
                name: "keys", expected: "the trust's own key source",
                actual: isKeySource ? "the trust's own key source" : "another key source", holds: isKeySource),
            Bound(
                name: "audience", expected: rule.audience, actual: audiences.isEmpty ? "missing" : audiences,
                holds: isMeant),
            Bound(
                name: "conditions", expected: "at least one", actual: "\(rule.conditions.count)",
                holds: !rule.conditions.isEmpty),
        ]
    }

    /// No overflow: claims are at most 2^53, instants far less.
    private static func times(_ claims: FederatedClaims, _ now: Timestamp) -> [Bound] {
        let moment = "now, " + now.secondsText + ", "
        // defence: T10 T18 becomes: let expires = claims.expires.map { now.seconds < $0 + skewSeconds } ?? true
        let expires = claims.expires.map { now.seconds < $0 + skewSeconds } ?? false
        var bounds = [
            Bound(
                name: "exp", expected: "after " + moment + "less \(skewSeconds) s", actual: shown(claims.expires),
                holds: expires)
        ]
        for (name, seconds) in [("nbf", claims.notBefore), ("iat", claims.issuedAt)] {
            guard let seconds else { continue }
            bounds.append(
                Bound(
                    name: name, expected: "not after " + moment + "plus \(skewSeconds) s", actual: shown(seconds),
                    holds: seconds <= now.seconds + skewSeconds))
        }
        return bounds
    }

    private static func shown(_ seconds: Int64?) -> String {
        seconds.map { "\($0) (" + Timestamp(clampingSeconds: $0).secondsText + ")" } ?? "missing"
    }
}

/// That the workload behind a trust presented a token which the trust accepts. Made by `TokenJudgement` alone.
package struct FederatedIdentityProof: Hashable, Sendable {
    package let trust: TrustID
    package let trustVersion: Int64
    /// The audit index of the trust's first entry: its number in `t` references.
    package let trustNumber: Int64
    package let identity: IdentityID
    package let issuer: String
    /// What tells this authentication from every other, for reference `a` and for counting presentations.
    package let authentication: FederatedAuthentication
    /// The run behind the token (FORMATS, section 1): ASCII, at most 64 bytes; nil where the issuer does not tell.
    package let instance: String?
    /// The token's `exp`, without skew.
    package let expires: Timestamp
    package let presentations: PresentationLimit

    fileprivate init(
        trust: TrustID, trustVersion: Int64, trustNumber: Int64, identity: IdentityID, issuer: String,
        authentication: FederatedAuthentication, instance: String?, expires: Timestamp,
        presentations: PresentationLimit
    ) {
        self.trust = trust
        self.trustVersion = trustVersion
        self.trustNumber = trustNumber
        self.identity = identity
        self.issuer = issuer
        self.authentication = authentication
        self.instance = instance
        self.expires = expires
        self.presentations = presentations
    }
}
