internal import HTTPTypes
internal import TenureAPI
internal import TenureHTTP
internal import TenureModel

extension DevelopmentIssuer {
    /// The path below which the issuer answers, on the API's listener.
    static let path = "/dev/oidc"

    /// What the issuer answers over HTTP.
    func routes(now: @escaping @Sendable () -> Timestamp) -> [AdditionalRoute] {
        [
            AdditionalRoute(.get, Self.path + "/.well-known/openid-configuration") { _ in
                AdditionalAnswer(body: discovery)
            },
            AdditionalRoute(.get, Self.path + "/jwks") { _ in AdditionalAnswer(body: keySet) },
            AdditionalRoute(.post, Self.path + "/token") { request in answer(request.body, at: now()) },
        ]
    }

    private func answer(_ body: [UInt8], at now: Timestamp) -> AdditionalAnswer {
        do {
            let token = try idToken(for: body, at: now)
            let answer = Self.object([("id_token", .string(token))])
            return AdditionalAnswer(body: Array(answer.jsonText.utf8))
        } catch let fault as TokenRequestFault {
            return problem(400, "urn:tenure:problem:invalid", fault.detail)
        } catch {
            return problem(503, "urn:tenure:problem:unavailable", "the development issuer could not sign")
        }
    }

    private func problem(_ status: Int, _ type: String, _ detail: String) -> AdditionalAnswer {
        let answer = Self.object([
            ("type", .string(type)), ("title", .string("The development issuer gave no token")),
            ("status", .integer(Int64(status))), ("detail", .string(detail)),
        ])
        return AdditionalAnswer(
            status: status, mediaType: "application/problem+json", body: Array(answer.jsonText.utf8))
    }
}
