internal import Authorization
internal import CredentialLifecycle
internal import Foundation
internal import SQLiteEngine
internal import Storage
internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import TenureServer

@Suite("The development server")
struct DevelopmentTests {
    private func token(_ issuer: DevelopmentIssuer, _ body: String) throws -> String {
        try issuer.idToken(for: Array(body.utf8), at: SystemClock.now())
    }

    @Test("its issuer's tokens open what the example estate trusts, and nothing else")
    func tokens() async throws {
        let installation = try await TestInstallation.founded()
        let issuer = installation.issuer
        try await installation.running { composition in
            let administrator = AdministratorSession(
                broker: composition.broker, path: installation.folder.path + "/admin.token", now: { SystemClock.now() })
            try await ExampleEstate.apply(
                Repository.path + "/config/estate.example.yaml", issuer: issuer.url, isNew: true, by: administrator)
            let job = try token(
                issuer,
                """
                {"sub": "repo:acme/shop:ref:refs/heads/main", "aud": "tenure",
                 "claims": {"repository": "acme/shop", "ref": "refs/heads/main"}}
                """)
            let caller = try await composition.broker.authenticate(.bearer(job), source: "127.0.0.1")
            let deploy = try #require(
                composition.broker.snapshot.identity(kind: .workload, name: Name("deploy")))
            #expect(caller.identity == deploy.id)
            for other in [
                #"{"sub": "x", "aud": "tenure", "claims": {"repository": "acme/fork", "ref": "refs/heads/main"}}"#,
                #"{"sub": "x", "aud": "other", "claims": {"repository": "acme/shop", "ref": "refs/heads/main"}}"#,
                #"{"sub": "checkouts", "aud": "tenure"}"#,
            ] {
                let stranger = try token(issuer, other)
                await #expect(throws: LifecycleError.self) {
                    try await composition.broker.authenticate(.bearer(stranger), source: "127.0.0.1")
                }
            }
        }
    }

    @Test("a token of the same issuer under another key is refused")
    func otherKey() async throws {
        let installation = try await TestInstallation.founded()
        let folder = try TemporaryFolder()
        let forger = try DevelopmentIssuer.load(url: installation.issuer.url, keyFile: folder.path + "/key.pem")
        try await installation.running { composition in
            let administrator = AdministratorSession(
                broker: composition.broker, path: installation.folder.path + "/admin.token", now: { SystemClock.now() })
            try await ExampleEstate.apply(
                Repository.path + "/config/estate.example.yaml", issuer: installation.issuer.url, isNew: true,
                by: administrator)
            let forged = try token(forger, #"{"sub": "checkout", "aud": "tenure"}"#)
            await #expect(throws: LifecycleError.self) {
                try await composition.broker.authenticate(.bearer(forged), source: "127.0.0.1")
            }
        }
    }

    @Test("the issuer's key is found again")
    func sameKey() throws {
        let folder = try TemporaryFolder()
        let first = try DevelopmentIssuer.load(url: "https://localhost:1/dev/oidc", keyFile: folder.path + "/key.pem")
        let second = try DevelopmentIssuer.load(url: "https://localhost:1/dev/oidc", keyFile: folder.path + "/key.pem")
        #expect(first.keySet == second.keySet)
        #expect(try folder.mode("key.pem") == 0o600)
    }

    @Test(
        "a request for a token that says something else is refused",
        arguments: [
            "", "[]", #"{"aud": "tenure"}"#, #"{"sub": "", "aud": "tenure"}"#, #"{"sub": "a"}"#,
            #"{"sub": "a", "aud": "b", "claims": []}"#, #"{"sub": "a", "aud": "b", "extra": 1}"#,
            #"{"sub": "a", "aud": "b", "claims": {"iss": "https://other.example"}}"#,
            #"{"sub": "a", "sub": "c", "aud": "b"}"#,
        ])
    func badRequests(_ body: String) throws {
        let folder = try TemporaryFolder()
        let issuer = try DevelopmentIssuer.load(url: "https://localhost:1/dev/oidc", keyFile: folder.path + "/key.pem")
        #expect(throws: TokenRequestFault.self) { try issuer.idToken(for: Array(body.utf8), at: SystemClock.now()) }
    }

    @Test("what was asked for stands before what the imitated system would say")
    func imitation() throws {
        let body = #"{"sub": "a", "aud": "b", "claims": {"repository": "o/r", "repository_id": "7", "exp": 1}}"#
        let claims = try ImitatedClaims(
            Array(body.utf8), issuer: "https://i", at: SystemClock.now(), random: Array(repeating: 1, count: 16)
        ).value
        #expect(claims["repository_id"]?.text == "7")
        #expect(claims["repository_owner"]?.text == "o")
        #expect(claims["exp"]?.integer == 1)
        #expect(claims["event_name"]?.text == "push")
    }

    @Test("the administrator's token is a session of the ordinary login, renewed at half of its life")
    func administrator() async throws {
        let installation = try await TestInstallation.founded()
        try await installation.running { composition in
            let session = AdministratorSession(
                broker: composition.broker, path: installation.folder.path + "/admin.token", now: { SystemClock.now() })
            let due = try await session.renew()
            let left = due.seconds - SystemClock.now().seconds
            #expect((1_700...1_800).contains(left))
            let token = try installation.folder.text("admin.token")
            #expect(try installation.folder.mode("admin.token") == 0o600)
            let caller = try await composition.broker.authenticate(.bearer(token), source: "127.0.0.1")
            let admin = composition.broker.snapshot.identity(kind: .person, name: try Name("admin"))
            #expect(caller.identity == admin?.id)
        }
    }

    @Test("the ready file has exactly the keys that programs rely on")
    func readyFile() async throws {
        let installation = try await TestInstallation.founded()
        let composition = try await installation.open()
        let path = installation.folder.path + "/ready.json"
        try composition.writeReadyFile(
            path, administratorToken: installation.folder.path + "/admin.token", issuer: installation.issuer.url)
        let content = try Data(contentsOf: URL(fileURLWithPath: path))
        let object = try #require(try JSONSerialization.jsonObject(with: content) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "url", "ca_file", "admin_token_file", "oidc_issuer", "http_url", "audit_vkey", "pid", "data",
            ])
        #expect(object["url"] as? String == "https://localhost:18443")
        #expect(object["oidc_issuer"] as? String == "https://localhost:18443/dev/oidc")
        #expect(object["pid"] as? Int == Int(ProcessInfo.processInfo.processIdentifier))
        #expect(object["data"] as? String == installation.folder.path)
        try await composition.store.close()
    }

    @Test("in a folder that was used before, trusts follow the issuer and nothing is applied again")
    func moved() async throws {
        let installation = try await TestInstallation.founded()
        let example = Repository.path + "/config/estate.example.yaml"
        try await installation.running { composition in
            let administrator = AdministratorSession(
                broker: composition.broker, path: installation.folder.path + "/admin.token", now: { SystemClock.now() })
            try await ExampleEstate.apply(
                example, issuer: "https://localhost:1/dev/oidc", isNew: true, by: administrator)
            let size = composition.broker.snapshot.size
            try await ExampleEstate.apply(
                example, issuer: "https://localhost:1/dev/oidc", isNew: false, by: administrator)
            #expect(composition.broker.snapshot.size == size)
            try await ExampleEstate.apply(
                example, issuer: "https://localhost:2/dev/oidc", isNew: false, by: administrator)
            #expect(composition.broker.snapshot.size == size + 3)
            let trust = try #require(composition.broker.snapshot.trust(named: Name("deploy-dev")))
            #expect(trust.oidc?.issuer == "https://localhost:2/dev/oidc")
            let gitHub = try #require(composition.broker.snapshot.trust(named: Name("deploy-github")))
            #expect(gitHub.version == 1)
        }
    }
}
