internal import HTTPTypes
internal import TenureAPI
internal import Testing

@testable internal import TenureHTTP

@Suite("the OAuth calls")
struct TokenExchangeTests {
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
    private static let accessToken = "urn:ietf:params:oauth:token-type:access_token"

    private static func fields(
        _ session: String, changing changes: [String: String?] = [:]
    ) -> String {
        var fields: [(name: String, value: String)] = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", session),
            ("subject_token_type", accessToken), ("audience", "registry"), ("scope", "pull"),
        ]
        for (name, value) in changes {
            fields.removeAll { $0.name == name }
            if let value { fields.append((name, value)) }
        }
        return String(decoding: FormFields.encoded(fields), as: UTF8.self)
    }

    @Test("a session token is exchanged for a token by the same record as POST /tokens")
    func exchange() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let reply = try await server.post(APIPath.tokenExchange, Self.fields(session), headers: Self.form)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.headers[.cacheControl] == "no-store")
            let answer = try reply.json(TokenExchangeAnswer.self)
            #expect(answer.tokenType == "Bearer" && answer.issuedTokenType == Self.accessToken)
            #expect(answer.scope == "pull" && (1...900).contains(answer.expiresIn))
            #expect(answer.checkpoint != nil)
            let operation = try #require(reply.headers[.operationID])
            let found = try await server.send(.get, APIPath.operation(operation), token: session)
            #expect(try found.json(OperationAnswer.self).id == answer.id)

            let token = String(decoding: FormFields.encoded([("token", answer.accessToken)]), as: UTF8.self)
            let alive = try await server.post(APIPath.introspection, token: admin, token, headers: Self.form)
            #expect(try alive.json(IntrospectionAnswer.self).active)
            // Its holder gives it back, and anybody's unknown token gets the same answer (RFC 7009, section 2.2).
            for given in [token, "token=tnr_unknown"] {
                let back = try await server.post(APIPath.tokenRevocation, token: session, given, headers: Self.form)
                #expect(back.status == 200 && back.text.isEmpty, "\(back.text)")
            }
            let dead = try await server.post(APIPath.introspection, token: admin, token, headers: Self.form)
            #expect(dead.text == #"{"active":false}"#)
        }
    }

    @Test(
        "a resource, a profile and a lifetime may be named; the same Idempotency-Key gives the same token")
    func options() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let body = Self.fields(
                session,
                changing: [
                    "audience": nil, "resource": "team/registry", "profile": "ci-token", "ttl_seconds": "60",
                    "scope": nil, "client_id": "whoever",
                ])
            var headers = Self.form
            headers[.idempotencyKey] = "job-1"
            let first = try await server.post(APIPath.tokenExchange, body, headers: headers)
            #expect(first.status == 200, "\(first.text)")
            let answer = try first.json(TokenExchangeAnswer.self)
            #expect(answer.scope == "push pull" && answer.expiresIn <= 60)
            let again = try await server.post(APIPath.tokenExchange, body, headers: headers)
            #expect(try again.json(TokenExchangeAnswer.self).accessToken == answer.accessToken)
            let other = try await server.post(APIPath.tokenExchange, body + "&x=1", headers: headers)
            #expect(other.status == 422)
        }
    }

    @Test("each refusal has its word of RFC 6749 and RFC 8693, and nothing is issued")
    func refusals() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let cases: [(changes: [String: String?], word: String)] = [
                (["grant_type": nil], "invalid_request"),
                (["grant_type": "client_credentials"], "unsupported_grant_type"),
                (["subject_token": nil], "invalid_request"), (["subject_token": "tnr_unknown"], "invalid_request"),
                (["subject_token": "eyJ"], "invalid_request"), (["subject_token_type": nil], "invalid_request"),
                (["subject_token_type": "urn:ietf:params:oauth:token-type:saml2"], "invalid_request"),
                (["subject_token_type": "urn:ietf:params:oauth:token-type:jwt"], "invalid_request"),
                (["actor_token": "x"], "invalid_request"),
                (["requested_token_type": "urn:ietf:params:oauth:token-type:jwt"], "invalid_request"),
                (["audience": nil], "invalid_target"), (["audience": "elsewhere"], "invalid_target"),
                (["audience": "elsewhere", "profile": "ci-token"], "invalid_target"),
                (["resource": "elsewhere"], "invalid_target"), (["profile": "nothing"], "invalid_target"),
                (["scope": "admin"], "invalid_scope"), (["scope": "ADMIN!"], "invalid_scope"),
                (["ttl_seconds": "1e3"], "invalid_request"), (["ttl_seconds": "864000"], "invalid_request"),
            ]
            for (changes, word) in cases {
                let reply = try await server.post(
                    APIPath.tokenExchange, Self.fields(session, changing: changes), headers: Self.form)
                #expect(reply.status == 400, "\(changes): \(reply.text)")
                let answer = try reply.json(OAuthErrorAnswer.self)
                #expect(answer.error == word, "\(changes): \(reply.text)")
                let described = try #require(answer.errorDescription)
                #expect(described.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
                #expect(!reply.text.contains(session))
            }
            let basic = try await server.post(
                APIPath.tokenExchange, token: session, Self.fields(session), headers: Self.form)
            #expect(basic.status == 401)
            #expect(try basic.json(OAuthErrorAnswer.self).error == "invalid_client")
            let json = try await server.post(APIPath.tokenExchange, #"{"grant_type":"x"}"#)
            #expect(try json.json(OAuthErrorAnswer.self).error == "invalid_request")
            let issued = try await server.send(.get, APIPath.credentials, token: admin)
            #expect(try issued.json(PageAnswer<CredentialAnswer>.self).items.isEmpty)
        }
    }

    @Test("who is refused stands in the record, and a subject token that is not accepted is explained to the operator")
    func recorded() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let wide = try await server.post(
                APIPath.tokenExchange, Self.fields(session, changing: ["scope": "admin"]), headers: Self.form)
            #expect(wide.status == 400)
            let unknown = try await server.post(
                APIPath.tokenExchange, Self.fields("tnr_unknown"), headers: Self.form)
            let told = try #require(try unknown.json(OAuthErrorAnswer.self).errorDescription)
            let login = try #require(told.split(separator: "login/").last)
            let explained = try await server.send(
                .get, APIPath.explanation(ofLogin: String(login)), token: admin)
            #expect(explained.status == 200, "\(explained.text)")
            let log = try await server.send(.get, APIPath.auditEntries + "?limit=500", token: admin)
            let entries = try log.json(AuditEntriesAnswer.self).items.compactMap(\.body)
            let refusals = entries.filter { $0.contains(#""act":"token.issue""#) && $0.contains(#""out":"refused""#) }
            #expect(refusals.contains { $0.contains(#""why":"denied""#) })
            #expect(refusals.contains { $0.contains(#""why":"unauthenticated""#) && $0.contains(login) })
        }
    }

    @Test("what the OAuth calls can do is described where RFC 8414 has it")
    func metadata() async throws {
        try await TestInstallation.run { server in
            let reply = try await server.send(.get, "/.well-known/oauth-authorization-server")
            #expect(reply.status == 200)
            let answer = try reply.json(AuthorizationServerAnswer.self)
            #expect(answer.issuer == "https://localhost:8443")
            #expect(answer.tokenEndpoint == "https://localhost:8443/oauth2/token")
            #expect(answer.grantTypesSupported == [TokenExchangeForm.grantType])
            #expect(answer.responseTypesSupported.isEmpty)
        }
    }
}
