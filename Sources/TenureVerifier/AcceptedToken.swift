internal import APITokens
internal import TenureModel

/// A token that is good, and whose it is.
public struct AcceptedToken: Hashable, Sendable {
    private let claims: TokenClaims
    /// Whether the broker was not heard for more than three seconds: what was revoked since is not known yet.
    public let isLagging: Bool

    init(_ claims: TokenClaims, isLagging: Bool) {
        self.claims = claims
        self.isLagging = isLagging
    }

    /// The credential's id, which the audit trail names: `tenure explain credential/ID`.
    public var credential: String { claims.id.text }
    /// `workload/` or `person/` and an id.
    public var identity: String { claims.subject.kind.rawValue + "/" + claims.subject.text }
    /// Who answers for it, in the same form.
    public var owner: String { claims.owner.kind.rawValue + "/" + claims.owner.text }
    /// The version of the entitlement that justified it, `ID@VERSION`.
    public var entitlement: String { claims.entitlement.text + "@" + String(claims.entitlementVersion) }
    public var audience: String { claims.audience.text }
    public var scopes: [String] { claims.scopes.map(\.text) }
    /// Seconds since 1970, in UTC.
    public var issuedAt: Int64 { claims.issued.seconds }
    /// The first second in which it is refused.
    public var expiresAt: Int64 { claims.expires.seconds }
    /// The entry of the audit log that records it.
    public var auditIndex: Int64 { claims.index }

    /// Whether all of these scopes are among the token's.
    public func allows(_ wanted: String...) -> Bool {
        wanted.allSatisfy { text in claims.scopes.contains { $0.text == text } }
    }
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
