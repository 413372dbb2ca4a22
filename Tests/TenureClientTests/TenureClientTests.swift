internal import Foundation
internal import TenureAPI
internal import Testing

@testable internal import TenureClient

@Suite("Calls")
struct TenureClientTests {
    private func with<Result>(
        _ script: @escaping LoopbackBroker.Script, token: TokenSource = .text("tnr_t"), checkpointFile: String? = nil,
        _ body: (TenureClient, LoopbackBroker) async throws -> Result
    ) async throws -> Result {
        try await LoopbackBroker.with(script) { broker in
            var settings = try ClientSettings(address: broker.address, token: token)
            settings.checkpoints = checkpointFile.map { path in
                .init(path: path, nonce: { "n" }, proves: { proof, _, _ in proof.hashes == ["good"] })
            }
            let client = try TenureClient(settings)
            do {
                let result = try await body(client, broker)
                try await client.shutdown()
                return result
            } catch {
                try await client.shutdown()
                throw error
            }
        }
    }

    private static let issued =
        #"""
        {"id":"crd_1","token":"tnr_x","expires_at":"e","identity":"workload/a","owner":"person/b",\#
        "entitlement":"ent_1@1"
        """#

    private static func issued(size: Int64, root: String, index: Int64) -> String {
        issued
            + #"""
            ,"audit_index":\#(index),"checkpoint":{"size":\#(size),"root":"\#(root)",\#
            "note":"t/tenure/0a\n\#(size)\n\#(root)\n\n"}}
            """#
    }

    private let body = IssueTokenBody(profile: "ci-token", audience: "registry", scope: ["push"], ttlSeconds: 600)

    @Test("a call is what the contract says: method, path, bearer, JSON")
    func request() async throws {
        try await with { _ in
            .init(status: 201, body: Self.issued + "}")
        } _: { client, broker in
            #expect(try await client.issueToken(body).token == "tnr_x")
            let asked = try #require(broker.asked.first)
            #expect(asked.method == "POST" && asked.path == "/api/v1/tokens")
            #expect(asked.headers["authorization"] == "Bearer tnr_t")
            #expect(asked.headers["content-type"] == "application/json")
            #expect(
                asked.body == #"{"audience":"registry","profile":"ci-token","scope":["push"],"ttl_seconds":600}"#)
        }
    }

    @Test("an audience with a slash is asked for in the query, where nobody has to decode a path")
    func audienceWithSlash() async throws {
        try await with { _ in
            .init(body: #"{"keys":[],"audience":"a","issuer":"i"}"#)
        } _: { client, broker in
            _ = try await client.keys(ofAudience: "registry")
            _ = try await client.keys(ofAudience: "team/registry")
            let paths = broker.asked.map(\.path)
            #expect(paths.first == "/api/v1/audiences/registry/keys")
            #expect(
                paths.last == "/api/v1/keys?audience=team/registry"
                    || paths.last == "/api/v1/keys?audience=team%2Fregistry")
        }
    }

    @Test("the token is read from its file at each call")
    func freshToken() async throws {
        try await Scratch.with { path in
            let file = path + "/token"
            let script: LoopbackBroker.Script = { _ in .init(status: 201, body: Self.issued + "}") }
            try await with(script, token: .file(file)) { client, broker in
                for token in ["one", "two"] {
                    try Scratch.write(token + "\n", to: file)
                    _ = try await client.issueToken(body)
                }
                #expect(broker.asked.map { $0.headers["authorization"] } == ["Bearer one", "Bearer two"])
            }
        }
    }

    @Test("without anything that says who asks, nothing is sent")
    func noToken() async throws {
        let script: LoopbackBroker.Script = { _ in .init(body: "") }
        try await with(script, token: .none) { client, broker in
            await #expect(throws: ClientError.noToken) { try await client.issueToken(body) }
            #expect(broker.asked.isEmpty)
        }
    }

    @Test("an update gives back the version that was seen")
    func ifMatch() async throws {
        let answer =
            #"""
            {"id":"ent_1","version":3,"identity":"workload/a","profile":"profile/p","state":"active",\#
            "justification":"j"}
            """#
        try await with { _ in
            .init(headers: ["ETag": "\"3\""], body: answer)
        } _: { client, broker in
            let seen = try await client.entitlement("ent_1")
            _ = try await client.updateEntitlement("ent_1", .init(state: "active"), ifMatch: seen.version)
            let update = try #require(broker.asked.last)
            #expect(update.method == "PATCH" && update.path == "/api/v1/entitlements/ent_1")
            #expect(update.headers["if-match"] == "\"3\"")
            #expect(update.body == #"{"state":"active"}"#)
        }
    }

    @Test("queries are escaped and leave out what is not given")
    func query() async throws {
        try await with { _ in
            .init(body: #"{"items":[]}"#)
        } _: { client, broker in
            _ = try await client.credentials(identity: "workload/a&b=c", state: "active", limit: 5)
            #expect(
                broker.asked.map(\.path) == ["/api/v1/credentials?identity=workload%2Fa%26b%3Dc&state=active&limit=5"])
        }
    }

    @Test("forms go as forms")
    func form() async throws {
        try await with { _ in
            .init(body: #"{"active":false}"#)
        } _: { client, broker in
            #expect(try await client.introspect(IntrospectionForm(token: "tnr_a+b")) == .init(active: false))
            let asked = try #require(broker.asked.first)
            #expect(asked.path == "/oauth2/introspect" && asked.body == "token=tnr_a%2Bb")
            #expect(asked.headers["content-type"] == "application/x-www-form-urlencoded")
        }
    }

    @Test("a problem comes as what it is, and other refusals by their status")
    func refusals() async throws {
        let problem = #"{"type":"urn:tenure:problem:not-approved","title":"t","status":403,"detail":"d"}"#
        let cases: [(LoopbackBroker.Answer, ClientError)] = [
            (
                .init(status: 403, body: problem),
                .problem(try JSONDecoder().decode(Problem.self, from: Data(problem.utf8)))
            ),
            (
                .init(status: 400, body: #"{"error":"invalid_request"}"#),
                .oauth(.init(error: "invalid_request"), status: 400)
            ),
            (.init(status: 502, body: "<html>"), .unexpectedAnswer(status: 502, detail: "without saying why")),
        ]
        for (answer, error) in cases {
            try await with { _ in
                answer
            } _: { client, _ in
                _ = await #expect(throws: error) { try await client.issueToken(body) }
            }
        }
    }

    @Test("a redirect is not followed: the token stays here")
    func redirect() async throws {
        try await with { _ in
            .init(status: 302, headers: ["Location": "/other"], body: "")
        } _: { client, broker in
            await #expect(throws: ClientError.self) { try await client.issueToken(body) }
            #expect(broker.asked.count == 1)
        }
    }

    @Test("T5 an answer that is not understood is not quoted")
    func notQuoted() async throws {
        try await with { _ in
            .init(status: 201, body: #"{"token":["canary-7f3a"]}"#)
        } _: { client, _ in
            let error = await #expect(throws: ClientError.self) { try await client.issueToken(body) }
            #expect(error?.description.contains("canary") == false)
            #expect(error?.exitStatus == .fault)
        }
    }

    @Test("nobody there is said so, and may be tried again")
    func unreachable() async throws {
        let client = try TenureClient(try ClientSettings(address: "http://127.0.0.1:1", token: .text("t")))
        let error = await #expect(throws: ClientError.self) { try await client.issueToken(body) }
        #expect(error?.exitStatus == .unavailable)
        try await client.shutdown()
    }

    @Test("T39 an answer under a tree that is smaller than one seen before is objected to")
    func checkpoints() async throws {
        try await Scratch.with { path in
            let file = path + "/checkpoint"
            func issue(_ size: Int64, _ root: String, index: Int64) async throws {
                let answer = Self.issued(size: size, root: root, index: index)
                let script: LoopbackBroker.Script = { _ in .init(status: 201, body: answer) }
                try await with(script, checkpointFile: file) { client, _ in
                    _ = try await client.issueToken(body)
                }
            }
            try await issue(10, "A", index: 9)
            try await issue(12, "B", index: 11)
            await #expect(throws: ClientError.self) { try await issue(11, "C", index: 12) }
            await #expect(throws: ClientError.self) { try await issue(12, "D", index: 12) }
            await #expect(throws: ClientError.self) { try await issue(13, "E", index: 5) }
            try await issue(13, "E", index: 12)
        }
    }

    @Test("T39 a larger tree that does not extend the one seen before is objected to, where the proof is given")
    func consistency() async throws {
        try await Scratch.with { path in
            let file = path + "/checkpoint"
            func issue(_ size: Int64, proof: LoopbackBroker.Answer) async throws -> [String] {
                let answer = Self.issued(size: size, root: "R\(size)", index: size - 1)
                let script: LoopbackBroker.Script = { asked in
                    asked.method == "POST" ? .init(status: 201, body: answer) : proof
                }
                return try await with(script, checkpointFile: file) { client, broker in
                    _ = try await client.issueToken(body)
                    return broker.asked.map(\.path)
                }
            }
            func proof(_ from: Int, _ to: Int, _ hash: String) -> LoopbackBroker.Answer {
                .init(body: #"{"from":\#(from),"to":\#(to),"hashes":["\#(hash)"]}"#)
            }
            #expect(try await issue(10, proof: proof(0, 10, "bad")).count == 1, "the first is taken as it is")
            let asked = try await issue(12, proof: proof(10, 12, "good"))
            #expect(asked.last == "/api/v1/audit/proofs/consistency?from=10&to=12")
            for wrong in [proof(12, 14, "bad"), proof(11, 14, "good"), proof(12, 13, "good")] {
                let error = await #expect(throws: ClientError.self) { try await issue(14, proof: wrong) }
                #expect(error?.exitStatus == .verificationFailed)
            }
            // Away for the moment: asked again the next time, from the same place.
            #expect(try await issue(14, proof: .init(status: 503, body: "")).count == 2)
            // Who may not read proofs is refused once, and not again: each refusal is an entry of the log.
            #expect(try await issue(15, proof: .init(status: 403, body: "")).count == 2)
            #expect(try await issue(16, proof: proof(15, 16, "bad")).count == 1)
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("what went wrong says what to do next")
    func nextSteps() {
        let refused = ClientError.problem(Problem(.unauthenticated, instance: "lgn_1")).description
        #expect(refused.contains("tenure login") && refused.contains("tenure explain login/lgn_1"))
        let unasked = ClientError.problem(Problem(.unauthenticated, instance: "opr_1")).description
        #expect(!unasked.contains("explain") && unasked.contains("reported as opr_1"))
        #expect(ClientError.unreachable("nobody listens there").description.contains("TENURE_ADDR"))
        #expect(ClientError.notTrusted("x").description.contains("TENURE_CA_FILE"))
    }

    @Test("a CA file without a certificate is said so before anything is sent")
    func badRoot() async throws {
        try await Scratch.with { path in
            try Scratch.write("no certificate", to: path + "/root.pem")
            let settings = try ClientSettings(address: "https://localhost:1", caFile: path + "/root.pem")
            #expect(throws: ClientError.self) { try TenureClient(settings) }
        }
    }
}
