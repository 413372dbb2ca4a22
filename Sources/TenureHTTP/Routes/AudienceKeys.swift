internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import TenureAPI
internal import TenureModel

extension Routes {
    // Reading keys is recorded: whoever has them can verify and forge for that audience.
    static let keys: [Route] = [
        .recording(
            .keyRead, .get, APIPath.audiences + "/{audience}/keys",
            .init("The keys of an audience, for its verifiers", answer: "AudienceKeySetAnswer")
        ) { exchange, caller in
            _ = try exchange.query()
            return try await keySet(exchange.parameter(0), exchange, caller)
        },
        .recording(
            .keyRead, .get, APIPath.keys,
            .init(
                "The keys of an audience whose name has a slash", answer: "AudienceKeySetAnswer", query: ["audience"])
        ) { exchange, caller in
            guard let audience = try exchange.query("audience").nonEmpty("audience") else {
                throw Refusal.field("audience", "is missing")
            }
            return try await keySet(audience, exchange, caller)
        },
    ]

    private static func keySet(
        _ text: String, _ exchange: Exchange, _ caller: AuthenticatedCaller
    ) async throws -> Answer {
        let audience = try TypedField().audience(text, "audience")
        let broker = exchange.broker
        let keys = try await broker.keySet(of: audience, by: caller, in: try exchange.call([]))
        var answer = try Answer.json(
            AudienceKeySetAnswer(
                keys: keys.map { AudienceKeyAnswer($0) }, audience: audience.text, issuer: broker.settings.issuerURL))
        answer.headers[.operationID] = exchange.id.text
        return answer
    }
}
