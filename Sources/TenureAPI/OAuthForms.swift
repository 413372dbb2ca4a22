/// Form of `POST /oauth2/introspect` (RFC 7662, section 2.1).
package struct IntrospectionForm: Hashable, Sendable {
    package var token: String
    package var tokenTypeHint: String?

    package init(token: String, tokenTypeHint: String? = nil) {
        self.token = token
        self.tokenTypeHint = tokenTypeHint
    }

    /// Nil where the field `token` is missing.
    package init?(_ fields: FormFields) {
        guard let token = fields.nonEmpty("token") else { return nil }
        self.init(token: token, tokenTypeHint: fields.nonEmpty("token_type_hint"))
    }

    package var encoded: [UInt8] { OAuthForm.encoded([("token", token), ("token_type_hint", tokenTypeHint)]) }
}

/// Form of `POST /oauth2/revoke` (RFC 7009, section 2.1).
package struct TokenRevocationForm: Hashable, Sendable {
    package var token: String
    package var tokenTypeHint: String?

    package init(token: String, tokenTypeHint: String? = nil) {
        self.token = token
        self.tokenTypeHint = tokenTypeHint
    }

    /// Nil where the field `token` is missing.
    package init?(_ fields: FormFields) {
        guard let token = fields.nonEmpty("token") else { return nil }
        self.init(token: token, tokenTypeHint: fields.nonEmpty("token_type_hint"))
    }

    package var encoded: [UInt8] { OAuthForm.encoded([("token", token), ("token_type_hint", tokenTypeHint)]) }
}

/// Form of `POST /oauth2/token` for token exchange (RFC 8693, section 2.1).
package struct TokenExchangeForm: Hashable, Sendable {
    package static let grantType = "urn:ietf:params:oauth:grant-type:token-exchange"

    /// What a token may be of, as far as we know it (RFC 8693, section 3).
    package enum TokenType: String, Hashable, Sendable, CaseIterable {
        /// Of ours; as a subject, a session token.
        case accessToken = "urn:ietf:params:oauth:token-type:access_token"
        case idToken = "urn:ietf:params:oauth:token-type:id_token"
        case jwt = "urn:ietf:params:oauth:token-type:jwt"
    }

    package var grantType: String
    package var subjectToken: String?
    package var subjectTokenType: String?
    package var audience: String?
    /// The audience as a URI (RFC 8693, section 2.1); means the same as `audience`.
    package var resource: String?
    /// Separated by spaces.
    package var scope: String?
    package var requestedTokenType: String?
    package var actorToken: String?
    package var actorTokenType: String?
    /// Ours: the profile, where the audience does not tell it.
    package var profile: String?
    /// Ours: the name or id of the trust, where several could accept the subject token.
    package var trust: String?
    /// Ours: how long it is to live.
    package var ttlSeconds: String?

    /// Nil where the field `grant_type` is missing.
    package init?(_ fields: FormFields) {
        guard let grantType = fields.nonEmpty("grant_type") else { return nil }
        self.grantType = grantType
        subjectToken = fields.nonEmpty("subject_token")
        subjectTokenType = fields.nonEmpty("subject_token_type")
        audience = fields.nonEmpty("audience")
        resource = fields.nonEmpty("resource")
        scope = fields.nonEmpty("scope")
        requestedTokenType = fields.nonEmpty("requested_token_type")
        actorToken = fields.nonEmpty("actor_token")
        actorTokenType = fields.nonEmpty("actor_token_type")
        profile = fields.nonEmpty("profile")
        trust = fields.nonEmpty("trust")
        ttlSeconds = fields.nonEmpty("ttl_seconds")
    }
}

private enum OAuthForm {
    static func encoded(_ fields: [(name: String, value: String?)]) -> [UInt8] {
        FormFields.encoded(fields.compactMap { field in field.value.map { (field.name, $0) } })
    }
}

// The tokens in these are secrets: a description ends in logs (P6).

extension IntrospectionForm: CustomStringConvertible, CustomReflectable {
    package var description: String { "IntrospectionForm(<secret>)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension TokenRevocationForm: CustomStringConvertible, CustomReflectable {
    package var description: String { "TokenRevocationForm(<secret>)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension TokenExchangeForm: CustomStringConvertible, CustomReflectable {
    package var description: String { "TokenExchangeForm(<secret>)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
