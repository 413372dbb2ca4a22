internal import Foundation
internal import Testing

@Suite("Story: a deployment job")
struct DeploymentJobStory {
    @Test(
        "a job turns its OIDC token into a token for ten minutes, which verifies offline and online",
        arguments: StoryStore.allCases)
    func job(_ store: StoryStore) async throws {
        try await withBroker(on: store) { broker in
            let proof = try await broker.jobToken()
            let issued = try await broker.stranger(
                "token", "issue", "--profile", "ci-token", "--audience", "registry", "--scope", "push", "--ttl", "10m",
                "--oidc-token-file", proof)
            let token = try issued.text("token")
            #expect(token.hasPrefix("tnr_"))
            #expect(try issued.text("identity").contains("deploy"))
            #expect(try await broker.isActive(token))

            let keys = try await broker.curl(
                "GET", "/api/v1/audiences/registry/keys", bearer: broker.ready.adminTokenFile)
            #expect(keys.status == 200, "\(keys)")
            try Data(keys.body.utf8).write(to: URL(fileURLWithPath: broker.path("keys.json")))
            let verified = try await broker.stranger(
                "token", "verify", "--keys", broker.path("keys.json"), input: token)
            #expect(verified.status == 0, "\(verified)")

            var forged = token
            forged.replaceSubrange(
                forged.index(forged.startIndex, offsetBy: 60)...forged.index(forged.startIndex, offsetBy: 60), with: "A"
            )
            #expect(try await broker.isActive(forged) == false)
            let refused = try await broker.stranger(
                "token", "verify", "--keys", broker.path("keys.json"), input: forged)
            #expect(refused.status == 8, "\(refused)")
        }
    }

    @Test("a program that speaks OAuth exchanges the job's OIDC token, and gives the token back early")
    func exchange() async throws {
        try await withBroker { broker in
            let form = "application/x-www-form-urlencoded"
            let described = try await broker.curl("GET", "/.well-known/oauth-authorization-server")
            let endpoint = try #require(described.json["token_endpoint"] as? String)
            let proof = try await broker.jobToken()
            let subject = try String(contentsOfFile: proof, encoding: .utf8)
            let request =
                "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&audience=registry&scope=push"
                + "&subject_token_type=urn:ietf:params:oauth:token-type:jwt&subject_token="
            let answer = try await broker.curl("POST", endpoint, body: request + subject, type: form)
            #expect(answer.status == 200, "\(answer)")
            let token = try #require(answer.json["access_token"] as? String)
            #expect(answer.json["scope"] as? String == "push")
            #expect(try await broker.isActive(token))
            let revoked = try await broker.curl(
                "POST", try #require(described.json["revocation_endpoint"] as? String), bearer: proof,
                body: "token=" + token, type: form)
            #expect(revoked.status == 200, "\(revoked)")
            #expect(try await broker.isActive(token) == false)

            let fork = try await broker.identityToken(
                "fork", subject: "repo:acme/fork:ref:refs/heads/main",
                claims: ["repository": "acme/fork", "ref": "refs/heads/main"])
            let foreign = try String(contentsOfFile: fork, encoding: .utf8)
            let refused = try await broker.curl("POST", endpoint, body: request + foreign, type: form)
            #expect(refused.status == 400 && refused.json["error"] as? String == "invalid_request", "\(refused)")
            #expect(!refused.body.contains("acme"))
        }
    }

    @Test("the auditor reads from the record why the job held it, and the log verifies with the public key alone")
    func audit() async throws {
        try await withBroker { broker in
            let issued = try await broker.stranger(
                "token", "issue", "--profile", "ci-token", "--audience", "registry", "--oidc-token-file",
                try await broker.jobToken())
            let id = try issued.text("id")
            let explained = try await broker.admin("explain", "credential/\(id)")
            _ = try explained.checked("explain")
            for word in ["deploy", "owner", "ent_", "policy/ci-token@1", "oidc"] {
                #expect(explained.output.contains(word), "\(word) is missing in \(explained.output)")
            }
            _ = try await broker.admin("audit", "verify").checked("audit verify")
            let export = try await broker.admin("audit", "export").checked("audit export")
            let file = broker.path("log.jsonl")
            try Data(export.utf8).write(to: URL(fileURLWithPath: file))
            try Data(broker.ready.auditVkey.utf8).write(to: URL(fileURLWithPath: broker.path("log.vkey")))
            _ = try await broker.stranger("audit", "verify", "--export", file, "--vkey", broker.path("log.vkey"))
                .checked("offline verification")

            // One letter of one entry, and the same command names the index.
            let changed = export.replacingOccurrences(of: "The pipeline pushes", with: "The pipeline pulls")
            try #require(changed != export || export.contains(id))
            let tampered =
                changed == export
                ? export.replacingOccurrences(of: id, with: "crd_" + String(repeating: "0", count: 26)) : changed
            try Data(tampered.utf8).write(to: URL(fileURLWithPath: file))
            let found = try await broker.stranger(
                "audit", "verify", "--export", file, "--vkey", broker.path("log.vkey"))
            #expect(found.status == 8, "\(found)")
        }
    }

    @Test("a stranger's job gets one answer, and the operator is told which bound failed")
    func stranger() async throws {
        try await withBroker { broker in
            let proof = try await broker.identityToken(
                "stranger", subject: "repo:acme/fork:ref:refs/heads/main",
                claims: ["repository": "acme/fork", "ref": "refs/heads/main"])
            let body = #"{"profile":"ci-token","audience":"registry"}"#
            let answer = try await broker.curl("POST", "/api/v1/tokens", bearer: proof, body: body)
            #expect(answer.status == 401, "\(answer)")
            #expect(answer.json["type"] as? String == "urn:tenure:problem:unauthenticated")
            #expect(!answer.body.contains("acme"))
            let instance = try #require(answer.json["instance"] as? String)
            let login = try #require(instance.components(separatedBy: CharacterSet(charactersIn: "/:")).last)
            let explained = try await broker.admin("explain", "login/\(login)")
            _ = try explained.checked("explain login")
            #expect(explained.output.contains("acme/shop") && explained.output.contains("acme/fork"))
        }
    }

    @Test("what a job asks beyond its entitlement is refused with the field at fault")
    func bounds() async throws {
        try await withBroker { broker in
            let proof = try await broker.jobToken()
            let cases: [(String, String)] = [
                (#"{"profile":"ci-token","audience":"elsewhere"}"#, "audience"),
                (#"{"profile":"ci-token","audience":"registry","scope":["admin"]}"#, "scope"),
                (#"{"profile":"ci-token","audience":"registry","ttl_seconds":864000}"#, "ttl_seconds"),
                (#"{"profile":"nothing","audience":"registry"}"#, "profile"),
            ]
            for (body, field) in cases {
                let answer = try await broker.curl("POST", "/api/v1/tokens", bearer: proof, body: body)
                #expect((400..<500).contains(answer.status), "\(answer)")
                #expect(answer.body.contains("\"\(field)\""), "\(field) in \(answer)")
            }
        }
    }
}
