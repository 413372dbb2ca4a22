/// Why a token is refused, exactly: for the operator and for tests. Who presents one learns only that it is refused.
package enum TokenFailure: Error, Hashable, Sendable, CaseIterable {
    /// Over 8 KiB.
    case tooLarge
    /// No compact JWS of three segments in their one spelling.
    case malformed
    /// The six characters at the end are not the checksum: a typo, or a cut copy.
    case badChecksum
    /// The header is not byte for byte one that we mint (T8).
    case wrongHeader
    /// No key of that name verifies for the audience now.
    case unknownKey
    case badSignature
    /// Signed, and not the claims that we mint (T10).
    case malformedClaims
    case wrongIssuer
    case wrongAudience
    case notYetValid
    case expired
    /// Looking the key up or libcrypto failed, which says nothing about the token.
    case cryptographyFailed
}
