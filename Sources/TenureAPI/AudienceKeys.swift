/// A key that verifies one audience's tokens, as JWK (RFC 7518, section 6.4). It can sign as well: never give it away.
package struct AudienceKeyAnswer: Codable, Hashable, Sendable {
    /// `oct`.
    package var kty: String
    /// 16 hexadecimal digits.
    package var kid: String
    /// The key, base64url without padding.
    package var k: String
    /// `HS256`.
    package var alg: String
    /// `sig`.
    package var use: String
    package var signFrom: String?
    package var signUntil: String
    package var verifyUntil: String

    package init(
        kty: String, kid: String, k: String, alg: String, use: String, signFrom: String? = nil, signUntil: String,
        verifyUntil: String
    ) {
        self.kty = kty
        self.kid = kid
        self.k = k
        self.alg = alg
        self.use = use
        self.signFrom = signFrom
        self.signUntil = signUntil
        self.verifyUntil = verifyUntil
    }

    enum CodingKeys: String, CodingKey {
        case kty
        case kid
        case k
        case alg
        case use
        case signFrom = "sign_from"
        case signUntil = "sign_until"
        case verifyUntil = "verify_until"
    }
}

extension AudienceKeyAnswer: CustomStringConvertible, CustomReflectable {
    /// Names the type alone: one of its fields is a secret, and a description ends in logs (P6).
    package var description: String { "AudienceKeyAnswer(<secret>)" }
    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Answer of `GET /audiences/{audience}/keys` and `GET /keys?audience=`: a JWK Set (RFC 7517, section 5).
package struct AudienceKeySetAnswer: Codable, Hashable, Sendable {
    package var keys: [AudienceKeyAnswer]
    package var audience: String?
    /// The `iss` of the tokens.
    package var issuer: String?

    package init(keys: [AudienceKeyAnswer], audience: String? = nil, issuer: String? = nil) {
        self.keys = keys
        self.audience = audience
        self.issuer = issuer
    }

    enum CodingKeys: String, CodingKey {
        case keys
        case audience
        case issuer
    }
}
