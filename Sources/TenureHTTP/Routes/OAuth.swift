internal import APITokens
internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let oauth: [Route] = [
        .reading(
            .credentialIntrospect, .post, APIPath.introspection,
            .init("Whether a token is alive (RFC 7662)", body: "IntrospectionForm", answer: "IntrospectionAnswer")
        ) { exchange, caller in
            guard let form = IntrospectionForm(try await exchange.form().fields) else {
                throw Refusal.field("token", "is missing")
            }
            // Longer than any token of ours is: dead, without a look.
            guard form.token.utf8.count <= exchange.limits.tokenBytesMax,
                let token = try await exchange.broker.introspect(form.token, by: caller)
            else { return inactive }
            let bytes = try token.answer { try Answer.encoded(IntrospectionAnswer($0)) }
            return Answer(mediaType: "application/json", bytes: bytes)
        },
        .recording(
            .revocationCreate, .post, APIPath.tokenRevocation,
            .init("Gives a token back (RFC 7009)", body: "TokenRevocationForm", mediaType: "text/plain")
        ) { exchange, caller in
            let (fields, bytes) = try await exchange.form()
            guard let form = TokenRevocationForm(fields) else { throw Refusal.field("token", "is missing") }
            if form.token.utf8.count <= exchange.limits.tokenBytesMax {
                try await exchange.broker.giveBack(form.token, by: caller, in: try exchange.call(bytes))
            }
            // The same for a token that is unknown, foreign or not the caller's (section 2.2).
            return .text("")
        },
    ]

    private static let inactive = Answer(mediaType: "application/json", bytes: Array("{\"active\":false}".utf8))
}

extension IntrospectionAnswer {
    init(_ claims: TokenClaims) {
        self.init(
            active: true, scope: claims.scopes.map(\.text).joined(separator: " "), clientID: claims.subject.text,
            tokenType: "Bearer", exp: claims.expires.seconds, iat: claims.issued.seconds,
            nbf: claims.notBefore.seconds, sub: claims.subject.text, aud: claims.audience.text,
            iss: claims.issuer.text, jti: claims.id.text, own: claims.owner.text,
            ent: claims.entitlement.text + "@" + String(claims.entitlementVersion), idx: claims.index)
    }
}
