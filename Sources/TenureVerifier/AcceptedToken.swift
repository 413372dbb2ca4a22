internal import APITokens
internal import TenureModel

/// A token that is good, and whose it is.
public struct AcceptedToken: Hashable, Sendable {
    /// The credential's id, which the audit trail names: `tenure explain credential/ID`.
    public let credential: String
    /// `workload/` or `person/` and an id.
    public let identity: String
    /// Who answers for it, in the same form.
    public let owner: String
    /// The version of the entitlement that justified it, `ID@VERSION`.
    public let entitlement: String
    public let audience: String
    public let scopes: [String]
    /// Seconds since 1970, in UTC.
    public let issuedAt: Int64
    /// The first second in which it is refused.
    public let expiresAt: Int64
    /// The entry of the audit log that records it.
    public let auditIndex: Int64
    /// Whether the broker was not heard for more than three seconds: what was revoked since is not known yet.
    public let isLagging: Bool

    init(_ claims: TokenClaims, isLagging: Bool) {
        credential = claims.id.text
        identity = claims.subject.kind.rawValue + "/" + claims.subject.text
        owner = claims.owner.kind.rawValue + "/" + claims.owner.text
        entitlement = claims.entitlement.text + "@" + String(claims.entitlementVersion)
        audience = claims.audience.text
        scopes = claims.scopes.map(\.text)
        issuedAt = claims.issued.seconds
        expiresAt = claims.expires.seconds
        auditIndex = claims.index
        self.isLagging = isLagging
    }

    /// Whether all of these scopes are among the token's.
    public func allows(_ wanted: String...) -> Bool { wanted.allSatisfy(scopes.contains) }
}

/// Why a credential is refused. For logs: who presents it learns only that it is refused (RFC 6750, section 3.1).
public enum CredentialRefusal: Error, Hashable, Sendable {
    /// No token or certificate of the broker's, or with a typing error.
    case malformed
    /// No key of that name verifies for the audience now.
    case unknownKey
    case badSignature
    case wrongIssuer
    case wrongAudience
    case notYetValid
    case expired
    /// It was revoked, or something that it hangs on was.
    case revoked
    /// The verifier has not yet heard from the broker, or not for longer than `staleSeconds`: nothing can be accepted.
    case cutOff
}

extension CredentialRefusal {
    init(_ failure: TokenFailure) {
        self =
            switch failure {
            case .tooLarge, .malformed, .badChecksum, .wrongHeader, .malformedClaims: .malformed
            case .unknownKey: .unknownKey
            case .badSignature: .badSignature
            case .wrongIssuer: .wrongIssuer
            case .wrongAudience: .wrongAudience
            case .notYetValid: .notYetValid
            case .expired: .expired
            case .cryptographyFailed: .cutOff
            }
    }
}
