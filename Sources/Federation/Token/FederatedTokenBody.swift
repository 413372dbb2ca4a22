internal import TenureAPI

/// A token as a stranger presented it: well formed, and nothing else. Its issuer says which trusts to look at; nothing
/// in it is believed before `VerificationKey.verify` made a `VerifiedFederatedToken` of it.
package struct FederatedTokenBody: Sendable {
    let text: FederatedTokenText
    package let header: FederatedHeader
    let claims: FederatedClaims

    /// - Throws: `FederatedTokenError`, for the operator's explanation.
    package init(_ presented: [UInt8]) throws(FederatedTokenError) {
        text = try FederatedTokenText(presented)
        header = try HeaderDecoder.decode(text.header)
        claims = try FederatedClaims(json: text.payload)
    }

    /// The issuer that the token claims, not yet proven.
    package var claimedIssuer: String { claims.issuer }
}

extension FederatedTokenBody: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<federated token, \(text.presented.count) bytes>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
