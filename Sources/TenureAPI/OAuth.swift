/// Answer of `POST /oauth2/introspect` (RFC 7662, section 2.2). What is unknown, foreign or dead is `active: false` and
/// nothing else.
package struct IntrospectionAnswer: Codable, Hashable, Sendable {
    package var active: Bool
    /// Separated by spaces.
    package var scope: String?
    package var clientID: String?
    package var tokenType: String?
    /// Seconds since 1970, as the RFC wants.
    package var exp: Int64?
    package var iat: Int64?
    package var nbf: Int64?
    package var sub: String?
    package var aud: String?
    package var iss: String?
    package var jti: String?
    /// The owner at issuance.
    package var own: String?
    /// The entitlement version.
    package var ent: String?
    /// The audit index.
    package var idx: Int64?

    package init(
        active: Bool, scope: String? = nil, clientID: String? = nil, tokenType: String? = nil, exp: Int64? = nil,
        iat: Int64? = nil, nbf: Int64? = nil, sub: String? = nil, aud: String? = nil, iss: String? = nil,
        jti: String? = nil, own: String? = nil, ent: String? = nil, idx: Int64? = nil
    ) {
        self.active = active
        self.scope = scope
        self.clientID = clientID
        self.tokenType = tokenType
        self.exp = exp
        self.iat = iat
        self.nbf = nbf
        self.sub = sub
        self.aud = aud
        self.iss = iss
        self.jti = jti
        self.own = own
        self.ent = ent
        self.idx = idx
    }

    enum CodingKeys: String, CodingKey {
        case active
        case scope
        case clientID = "client_id"
        case tokenType = "token_type"
        case exp
        case iat
        case nbf
        case sub
        case aud
        case iss
        case jti
        case own
        case ent
        case idx
    }
}

/// Answer of `POST /oauth2/token` (RFC 8693, section 2.2.1).
package struct TokenExchangeAnswer: Codable, Hashable, Sendable {
    package var accessToken: String
    package var issuedTokenType: String
    package var tokenType: String
    package var expiresIn: Int64
    package var scope: String?
    // Ours, as `POST /tokens` answers them.
    package var id: String?
    /// The version that justified it, as `ent_…@3`.
    package var entitlement: String?
    /// The index of the entry that recorded it.
    package var auditIndex: Int64?
    /// The newest checkpoint when this was recorded.
    package var checkpoint: CheckpointAnswer?

    package init(
        accessToken: String, issuedTokenType: String, tokenType: String, expiresIn: Int64, scope: String? = nil,
        id: String? = nil, entitlement: String? = nil, auditIndex: Int64? = nil, checkpoint: CheckpointAnswer? = nil
    ) {
        self.accessToken = accessToken
        self.issuedTokenType = issuedTokenType
        self.tokenType = tokenType
        self.expiresIn = expiresIn
        self.scope = scope
        self.id = id
        self.entitlement = entitlement
        self.auditIndex = auditIndex
        self.checkpoint = checkpoint
    }

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case issuedTokenType = "issued_token_type"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case scope
        case id
        case entitlement
        case auditIndex = "audit_index"
        case checkpoint
    }
}

/// Answer of `GET /.well-known/oauth-authorization-server` (RFC 8414, section 2).
package struct AuthorizationServerAnswer: Codable, Hashable, Sendable {
    package var issuer: String
    package var tokenEndpoint: String
    package var introspectionEndpoint: String
    package var revocationEndpoint: String
    package var grantTypesSupported: [String]
    /// None: there is no authorization endpoint.
    package var responseTypesSupported: [String]
    package var tokenEndpointAuthMethodsSupported: [String]
    package var introspectionEndpointAuthMethodsSupported: [String]
    package var revocationEndpointAuthMethodsSupported: [String]

    /// - Parameter issuer: the URL of the broker, without a slash at its end.
    package init(issuer: String) {
        self.issuer = issuer
        tokenEndpoint = issuer + APIPath.tokenExchange
        introspectionEndpoint = issuer + APIPath.introspection
        revocationEndpoint = issuer + APIPath.tokenRevocation
        grantTypesSupported = [TokenExchangeForm.grantType]
        responseTypesSupported = []
        // The subject token is all the proof that an exchange takes.
        tokenEndpointAuthMethodsSupported = ["none"]
        introspectionEndpointAuthMethodsSupported = ["Bearer", "tls_client_auth"]
        revocationEndpointAuthMethodsSupported = ["Bearer", "tls_client_auth"]
    }

    enum CodingKeys: String, CodingKey {
        case issuer
        case tokenEndpoint = "token_endpoint"
        case introspectionEndpoint = "introspection_endpoint"
        case revocationEndpoint = "revocation_endpoint"
        case grantTypesSupported = "grant_types_supported"
        case responseTypesSupported = "response_types_supported"
        case tokenEndpointAuthMethodsSupported = "token_endpoint_auth_methods_supported"
        case introspectionEndpointAuthMethodsSupported = "introspection_endpoint_auth_methods_supported"
        case revocationEndpointAuthMethodsSupported = "revocation_endpoint_auth_methods_supported"
    }
}

extension TokenExchangeAnswer: CustomStringConvertible, CustomReflectable {
    /// Names the type alone: one of its fields is a secret, and a description ends in logs (P6).
    package var description: String { "TokenExchangeAnswer(<secret>)" }
    /// Shows nothing, so that no dump does.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A refusal of the OAuth calls (RFC 6749, section 5.2).
package struct OAuthErrorAnswer: Codable, Hashable, Sendable {
    package var error: String
    package var errorDescription: String?

    package init(error: String, errorDescription: String? = nil) {
        self.error = error
        self.errorDescription = errorDescription
    }

    enum CodingKeys: String, CodingKey {
        case error
        case errorDescription = "error_description"
    }
}
