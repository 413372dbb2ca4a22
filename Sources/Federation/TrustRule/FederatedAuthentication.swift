/// What tells one presented token from every other (FORMATS, section 3, reference `a`).
package enum FederatedAuthentication: Hashable, Sendable {
    /// `iss`, a zero byte, `jti`. Neither holds a zero byte, so no two pairs give the same text.
    case tokenID([UInt8])
    /// The token has no `jti`: the token as presented, of which the caller takes the SHA-256. A live secret.
    case presentedToken([UInt8])

    static func of(_ token: VerifiedFederatedToken) -> FederatedAuthentication {
        guard let tokenID = token.claims.tokenID else { return .presentedToken(token.presented) }
        return .tokenID(Array(token.issuer.utf8) + [0] + Array(tokenID.utf8))
    }
}

extension FederatedAuthentication: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        switch self {
        case .tokenID: "<token id>"
        case .presentedToken(let bytes): "<federated token, \(bytes.count) bytes>"
        }
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
