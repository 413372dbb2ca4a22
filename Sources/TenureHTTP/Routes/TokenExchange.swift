internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    // The way of `POST /tokens` for programs that speak OAuth: the same decision, the same record, another form.
    static let tokenExchange: [Route] = [
        .exchanging(
            .tokenIssue, APIPath.tokenExchange,
            .init(
                "Exchanges a proof of identity for a token (RFC 8693)", body: "TokenExchangeForm",
                answer: "TokenExchangeAnswer"), proof: proof
        ) { exchange, caller, fields, bytes in
            let form = try form(fields)
            let audience = try audience(form)
            let broker = exchange.broker
            var profile = try form.profile.map { try TypedField().name($0, "profile") }
            if profile == nil { profile = try broker.tokenProfile(for: audience, of: caller) }
            guard let profile else { throw Refusal.oauth("invalid_target", "audience", "is not among yours") }
            let operation = IssueToken(
                profile: profile, audience: audience, scopes: try scopes(form), lifetimeSeconds: try lifetime(form))
            let issued = try await broker.issueToken(operation, by: caller, in: try exchange.call(bytes))
            return try answer(issued, at: exchange.time)
        },
        .open(
            .get, APIPath.authorizationServer,
            .init("What the OAuth calls can do (RFC 8414)", answer: "AuthorizationServerAnswer")
        ) { exchange in
            try .json(
                AuthorizationServerAnswer(issuer: exchange.broker.settings.issuerURL), cache: .seconds(3_600))
        },
    ]

    private static func form(_ fields: FormFields) throws(Refusal) -> TokenExchangeForm {
        guard let form = TokenExchangeForm(fields) else {
            throw .oauth("invalid_request", "grant_type", "is missing")
        }
        guard form.grantType.utf8.elementsEqual(TokenExchangeForm.grantType.utf8) else {
            throw .oauth("unsupported_grant_type", "grant_type", "must be \(TokenExchangeForm.grantType)")
        }
        guard form.actorToken == nil, form.actorTokenType == nil else {
            throw .oauth("invalid_request", "actor_token", "nobody acts for another here: leave it out")
        }
        if let wanted = form.requestedTokenType, TokenExchangeForm.TokenType(rawValue: wanted) != .accessToken {
            throw .oauth(
                "invalid_request", "requested_token_type",
                "must be \(TokenExchangeForm.TokenType.accessToken.rawValue), or left out")
        }
        return form
    }

    /// The subject token is the only proof that is looked at (RFC 6749, section 5.2: `invalid_client`).
    private static func proof(_ exchange: Exchange, _ fields: FormFields) throws -> Evidence {
        guard try exchange.header(.authorization) == nil else {
            throw Refusal.oauth(
                "invalid_client", "Authorization", "must be left out: the subject token says who asks", status: 401)
        }
        let form = try form(fields)
        guard let token = form.subjectToken else { throw Refusal.field("subject_token", "is missing") }
        guard token.utf8.count <= exchange.limits.tokenBytesMax else {
            throw Refusal.field("subject_token", "at most \(exchange.limits.tokenBytesMax) bytes")
        }
        guard let typeText = form.subjectTokenType else { throw Refusal.field("subject_token_type", "is missing") }
        switch TokenExchangeForm.TokenType(rawValue: typeText) {
        case .idToken, .jwt:
            return .federated(token, trust: form.trust)
        case .accessToken:
            guard token.utf8.starts(with: "tnr_".utf8) else {
                throw Refusal.field("subject_token", "is no session token; the token of an issuer is of type jwt")
            }
            return .bearer(token)
        case nil:
            let known = TokenExchangeForm.TokenType.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal.field("subject_token_type", "one of \(known)")
        }
    }

    private static func audience(_ form: TokenExchangeForm) throws(Refusal) -> Audience {
        if let resource = form.resource, let audience = form.audience,
            !resource.utf8.elementsEqual(audience.utf8)
        {
            throw .field("resource", "names another audience than `audience`: a token is for one")
        }
        let field = form.audience == nil && form.resource != nil ? "resource" : "audience"
        guard let text = form.audience ?? form.resource else { throw .field(field, "is missing") }
        return try TypedField().audience(text, field)
    }

    private static func scopes(_ form: TokenExchangeForm) throws(Refusal) -> [Scope]? {
        guard let text = form.scope else { return nil }
        let texts = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        return try IssueToken.scopes(texts)
    }

    private static func lifetime(_ form: TokenExchangeForm) throws(Refusal) -> Int64? {
        guard let text = form.ttlSeconds else { return nil }
        guard let seconds = StrictNumber.decimal(text[...]) else { throw .field("ttl_seconds", "a whole number") }
        return try TypedField().lifetime(seconds, "ttl_seconds")
    }

    private static func answer(_ issued: consuming TokenIssuance, at time: Timestamp) throws -> Answer {
        let place = issued.recorded?.place
        // Counted from when the request came, so never more than what was issued, however long that took.
        let left = min(issued.notAfter.seconds - time.seconds, issued.basis.lifetimeSeconds)
        var answer = TokenExchangeAnswer(
            accessToken: "", issuedTokenType: TokenExchangeForm.TokenType.accessToken.rawValue, tokenType: "Bearer",
            expiresIn: max(0, left),
            scope: issued.basis.scopes.map(\.text).joined(separator: " "), id: issued.id?.text,
            entitlement: issued.basis.entitlement.versionText, auditIndex: place?.index,
            checkpoint: place?.checkpoint)
        guard let text = issued.text() else { throw Refusal(Problem(.unavailable)) }
        answer.accessToken = text
        return try .act(answer, place, status: .ok)
    }
}
