package import APITokens
internal import AuditLog
internal import SecretMemory
package import TenureAPI
package import TenureModel

/// The keys of one audience, as the broker hands them out, and the `iss` of what they sign.
package struct VerificationKeys: Sendable {
    package let issuer: TokenIssuer
    private let keys: [KeyID: AudienceKey]

    /// Reads an answer of `GET /audiences/{audience}/keys`. Keys of other kinds are passed over (RFC 7517, section 5).
    ///
    /// - Throws: `malformed` where a key of our kind cannot be used, or the answer is of another audience.
    package init(_ answer: AudienceKeySetAnswer, audience: Audience) throws(FeedFault) {
        guard answer.audience ?? audience.text == audience.text, let issuer = answer.issuer.flatMap(TokenIssuer.init)
        else { throw .malformed }
        var keys: [KeyID: AudienceKey] = [:]
        for key in answer.keys where key.kty == "oct" && key.alg == "HS256" {
            let usable = try Self.key(key, audience: audience)
            keys[usable.kid] = usable
        }
        self.issuer = issuer
        self.keys = keys
    }

    /// The key with this name, or nil.
    package subscript(kid: KeyID) -> AudienceKey? { keys[kid] }

    private static func key(_ answer: AudienceKeyAnswer, audience: Audience) throws(FeedFault) -> AudienceKey {
        guard let kid = KeyID(answer.kid), var secret = Base64URL.decode(Array(answer.k.utf8)[...]), secret.count == 32
        else { throw .malformed }
        do {
            return try AudienceKey(
                kid: kid, audience: audience,
                signFrom: try answer.signFrom.map { try Timestamp(rfc3339: $0) } ?? Timestamp(clampingSeconds: 0),
                signUntil: try Timestamp(rfc3339: answer.signUntil),
                verifyUntil: try Timestamp(rfc3339: answer.verifyUntil), secret: SecretBytes(wiping: &secret))
        } catch {
            throw .malformed
        }
    }
}
