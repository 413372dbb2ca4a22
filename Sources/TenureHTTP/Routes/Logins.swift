internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let logins: [Route] = [
        .open(
            .post, APIPath.login,
            .init("Opens a session", body: "LoginBody", answer: "LoginAnswer", status: 201)
        ) { exchange in
            let (body, bytes) = try await exchange.body(LoginBody.self)
            let evidence = try await evidence(body, exchange)
            let broker = exchange.broker
            let caller = try await broker.authenticate(evidence, source: exchange.source, for: .loginCreate)
            guard broker.admits(caller) else {
                throw LifecycleError.limit(detail: "too many requests a second", retryAfterSeconds: 1)
            }
            let session = try await broker.login(caller, in: try exchange.call(bytes))
            let place = session.recorded.place
            let answer = LoginAnswer(
                token: "", expiresAt: session.expires.secondsText, identity: session.identity.reference.description,
                login: session.login.text, auditIndex: place.index, checkpoint: place.checkpoint)
            return try .act(answer.with(token: session.text()), place)
        },
        .reading(
            .loginExplain, .get, APIPath.logins + "/{id}/explanation",
            .init("Explains a login: which bound held, which failed", answer: "LoginExplanationAnswer")
        ) { exchange, caller in
            let text = exchange.parameter(0)
            guard let id = try? LoginID(text) else { throw Refusal.noObject }
            let (entry, index) = try await exchange.broker.explain(login: id, by: caller)
            return try .json(
                LoginExplanationAnswer(entry, id: id.text, index: index, ObjectNames(exchange.broker)))
        },
    ]

    private static func evidence(_ body: LoginBody, _ exchange: Exchange) async throws -> Evidence {
        switch body.method {
        case "certificate":
            guard body.token == nil else { throw Refusal.field("token", "a certificate comes with the connection") }
            guard let der = try await CallerAuthentication(exchange).certificate() else {
                throw LifecycleError.unauthenticated(nil)
            }
            return .certificate(der)
        case "oidc", "bootstrap":
            guard let token = body.token else { throw Refusal.field("token", "is missing") }
            guard token.utf8.count <= exchange.limits.tokenBytesMax else {
                throw Refusal.field("token", "at most \(exchange.limits.tokenBytesMax) bytes")
            }
            guard body.method == "oidc" else { return .bootstrap(token) }
            return .federated(token, trust: body.trust)
        default:
            throw Refusal.field("method", "one of oidc, bootstrap, certificate")
        }
    }
}

extension LoginAnswer {
    fileprivate func with(token: String) -> LoginAnswer {
        var answer = self
        answer.token = token
        return answer
    }
}
