/// Body of `POST /login`.
package struct LoginBody: Codable, Hashable, Sendable {
    /// `oidc`, `bootstrap` or `certificate`.
    package var method: String
    /// The OIDC token or the bootstrap secret; nil with a certificate.
    package var token: String?
    /// The name or id of the trust, where several could accept the token.
    package var trust: String?

    package init(method: String, token: String? = nil, trust: String? = nil) {
        self.method = method
        self.token = token
        self.trust = trust
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case method
        case token
        case trust
    }

    package init(from decoder: any Decoder) throws {
        let fields = try StrictFields<CodingKeys>(decoder)
        method = try fields.required(.method)
        token = try fields.optional(.token)
        trust = try fields.optional(.trust)
    }
}

extension LoginBody: CustomStringConvertible, CustomReflectable {
    /// Names the type alone: one of its fields is a secret, and a description ends in logs (P6).
    package var description: String { "LoginBody(<secret>)" }
    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Answer of `POST /login`, status 201: a session, which is no credential.
package struct LoginAnswer: Codable, Hashable, Sendable {
    package var token: String
    package var expiresAt: String
    /// As `person/ada`.
    package var identity: String
    /// The id under which `GET /logins/{id}/explanation` explains it.
    package var login: String?
    /// The index of the entry that recorded it; nil of a dry run.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded; nil of a dry run.
    package var checkpoint: CheckpointAnswer?

    package init(
        token: String, expiresAt: String, identity: String, login: String? = nil, auditIndex: Int64? = nil,
        checkpoint: CheckpointAnswer? = nil
    ) {
        self.token = token
        self.expiresAt = expiresAt
        self.identity = identity
        self.login = login
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case token
        case expiresAt = "expires_at"
        case identity
        case login
        case auditIndex = "audit_index"
        case checkpoint
    }
}

extension LoginAnswer: CustomStringConvertible, CustomReflectable {
    /// Names the type alone: one of its fields is a secret, and a description ends in logs (P6).
    package var description: String { "LoginAnswer(<secret>)" }
    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
