internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    static let tokens: [Route] = [
        .recording(
            .tokenIssue, .post, APIPath.tokens,
            .init("Issues a token", body: "IssueTokenBody", answer: "IssueTokenAnswer", status: 201)
        ) { exchange, caller in
            let (body, bytes) = try await exchange.body(IssueTokenBody.self)
            let operation = try IssueToken(body)
            let issued = try await exchange.broker.issueToken(
                operation, by: caller, in: try exchange.call(bytes, isDryRun: body.dryRun))
            let place = issued.recorded?.place
            let basis = issued.basis
            var answer = IssueTokenAnswer(
                id: issued.id?.text, expiresAt: issued.notAfter.secondsText,
                renewAfter: issued.renewal.after.secondsText, renewUntil: issued.renewal.until.secondsText,
                identity: basis.identity.reference.description, owner: basis.owner.reference.description,
                entitlement: basis.entitlement.versionText, audience: issued.audience.text,
                scope: basis.scopes.map(\.text), auditIndex: place?.index, checkpoint: place?.checkpoint)
            answer.token = issued.text()
            return try .act(answer, place)
        }
    ]
}

extension IssueToken {
    /// Parses the body of `POST /tokens`; what it may get is for policy to say.
    init(_ body: IssueTokenBody) throws(Refusal) {
        let read = TypedField()
        self.init(
            profile: try read.name(body.profile, "profile"), audience: try read.audience(body.audience, "audience"),
            scopes: try body.scope.map(Self.scopes), lifetimeSeconds: try read.lifetime(body.ttlSeconds, "ttl_seconds"))
    }

    /// Parses what is asked for, each once.
    static func scopes(_ texts: [String]) throws(Refusal) -> [Scope] {
        guard (1...64).contains(texts.count) else { throw .field("scope", "1 to 64 scopes, or none at all") }
        var parsed: [Scope] = []
        for (place, text) in texts.enumerated() {
            let scope = try TypedField().scope(text, "scope.\(place)")
            if !parsed.contains(scope) { parsed.append(scope) }
        }
        return parsed
    }
}
