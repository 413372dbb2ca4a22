internal import Foundation
internal import OpenSSLCrypto
internal import TenureAPI

/// What the load needs to know: sessions of the example estate's workloads, and requests ready to be sent.
struct Scenario: Sendable {
    let administrator: String
    /// Of workloads that may have tokens and certificates, at least one.
    let sessions: [String]
    let requests: [String]

    /// A session of a workload by the development issuer; of a server without one, the given token is used for all.
    static func prepare(_ server: RunningServer, _ client: LoadClient) async throws -> Scenario {
        let administrator = try String(contentsOfFile: server.tokenFile, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let key = try PrivateKey.generate(.p256)
        let requests = try (0..<64).map { _ in
            try CertificationRequest.makePEM(commonName: "checkout", dnsNames: [], key: key)
        }
        var sessions = [administrator]
        if let issuer = server.oidcIssuer {
            try await BenchEstate.apply(client, administrator: administrator, oidcIssuer: issuer)
            sessions = []
            for place in 0..<BenchEstate.workloadCount {
                sessions.append(try await session(client, issuer, BenchEstate.name(place)))
            }
        }
        return Scenario(administrator: administrator, sessions: sessions, requests: requests)
    }

    private struct IdentityToken: Decodable { let idToken: String }

    private struct Token: Decodable { let token: String }

    private static func session(
        _ client: LoadClient, _ issuer: String, _ subject: String
    ) async throws -> String {
        let wish: [String: Any] = ["sub": subject, "aud": "tenure", "claims": [String: String]()]
        let body = Array(try JSONSerialization.data(withJSONObject: wish))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let made = try await client.send(json(issuer + "/token", "", body))
        let token = try decoder.decode(IdentityToken.self, from: Data(made.body)).idToken
        let login = Array(try JSONEncoder().encode(LoginBody(method: "oidc", token: token)))
        let answer = try await client.send(json(APIPath.login, "", login))
        guard answer.status == 201 else { throw BenchEstate.fault("login of \(subject)", answer) }
        return try decoder.decode(Token.self, from: Data(answer.body)).token
    }

    static func json(_ path: String, _ token: String, _ body: [UInt8]) -> LoadClient.Call {
        LoadClient.Call(method: "POST", path: path, token: token, body: ("application/json", body))
    }

    /// `GET /livez`, with a session token as every other request has one.
    var empty: LoadClient.Call { LoadClient.Call(path: APIPath.alive, token: sessions[0]) }

    /// One of each session.
    func tokens() throws -> [LoadClient.Call] {
        let body = IssueTokenBody(profile: "ci-token", audience: "registry", scope: ["push"])
        let bytes = Array(try JSONEncoder().encode(body))
        return sessions.map { Self.json(APIPath.tokens, $0, bytes) }
    }

    func certificates() throws -> [LoadClient.Call] {
        try requests.enumerated().map { place, request in
            let body = IssueCertificateBody(profile: "service-tls", csr: request)
            return Self.json(
                APIPath.certificates, sessions[place % sessions.count], Array(try JSONEncoder().encode(body)))
        }
    }

    func introspection(_ client: LoadClient) async throws -> LoadClient.Call {
        let answer = try await client.send(try tokens()[0])
        guard answer.status == 201 else { throw BenchEstate.fault("a token", answer) }
        let token = try JSONDecoder().decode(Token.self, from: Data(answer.body)).token
        let form = IntrospectionForm(token: token).encoded
        return LoadClient.Call(
            method: "POST", path: APIPath.introspection, token: administrator,
            body: ("application/x-www-form-urlencoded", form))
    }
}
