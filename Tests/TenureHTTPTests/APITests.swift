internal import AuditLog
internal import CredentialLifecycle
internal import HTTPTypes
internal import OpenSSLCrypto
internal import Synchronization
internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import TenureHTTP

@Suite("the API in process")
struct APITests {
    private static let order = #"{"profile":"ci-token","audience":"registry","scope":["pull"]}"#

    @Test("where nothing may be issued no key is rotated either, revoking goes on, and the reason is said")
    func notIssuing() async throws {
        let isDoubted = Mutex(false)
        let health: @Sendable () -> ServerHealth = {
            ServerHealth(notIssuing: isDoubted.withLock { $0 } ? "the clock is in doubt" : nil)
        }
        try await TestInstallation.run(health: health) { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let rotation = #"{"kind":"token-keys"}"#
            let preview = #"{"kind":"token-keys","dry_run":true}"#
            isDoubted.withLock { $0 = true }
            for (path, token, body) in [
                (APIPath.tokens, session, Self.order), (APIPath.rotations, admin, rotation),
                (APIPath.rotations, admin, preview),
            ] {
                let reply = try await server.post(path, token: token, body)
                #expect(reply.status == 503 && reply.headers[.retryAfter] == "5", "\(path): \(reply.text)")
                #expect(try reply.problem().detail?.hasSuffix("the clock is in doubt") == true)
            }
            let revoked = try await server.post(APIPath.revocations, token: admin, #"{"target":"workload/deploy"}"#)
            #expect(revoked.status == 201, "\(revoked.text)")
            isDoubted.withLock { $0 = false }
            #expect(try await server.post(APIPath.rotations, token: admin, rotation).status == 201)
        }
    }

    @Test("T35 whatever a node answers waits for what another one has acknowledged by then")
    func otherNode() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let issued = try await server.post(APIPath.tokens, token: session, Self.order)
            let token = try #require(try issued.json(IssueTokenAnswer.self).token)
            let other = try await server.otherNode()
            var form = HTTPFields()
            form[.contentType] = "application/x-www-form-urlencoded"
            let headers = form
            func answer() async throws -> String {
                try await TestInstallation.send(
                    .post, APIPath.introspection, token: admin, headers: headers, body: "token=\(token)", to: other
                ).text
            }
            #expect(try await answer().contains(#""active":true"#))
            let revoked = try await server.post(APIPath.revocations, token: admin, #"{"target":"workload/deploy"}"#)
            #expect(revoked.status == 201, "\(revoked.text)")
            #expect(try await answer().contains(#""active":false"#))
        }
    }

    @Test("a workload gets a token, which is alive until it is revoked")
    func token() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let issued = try await server.post(APIPath.tokens, token: session, Self.order)
            #expect(issued.status == 201, "\(issued.text)")
            #expect(issued.headers[.cacheControl] == "no-store")
            let answer = try issued.json(IssueTokenAnswer.self)
            let token = try #require(answer.token)
            #expect(answer.identity == "workload/deploy")
            #expect(answer.owner == "person/owner-of-deploy")
            #expect(answer.scope == ["pull"])
            #expect(answer.checkpoint != nil)
            #expect(answer.renewAfter != nil)
            #expect(answer.renewUntil == "9999-12-31T23:59:59Z", "the entitlement has no end")

            let operation = try #require(issued.headers[.operationID])
            let found = try await server.send(.get, APIPath.operation(operation), token: session)
            #expect(try found.json(OperationAnswer.self).id == answer.id)

            func isActive() async throws -> Bool {
                let reply = try await server.post(
                    APIPath.introspection, token: admin, "token=" + token,
                    headers: [.contentType: "application/x-www-form-urlencoded"])
                #expect(reply.status == 200, "\(reply.text)")
                #expect(reply.headers[.cacheControl] == "no-store")
                return try reply.json(IntrospectionAnswer.self).active
            }
            #expect(try await isActive())
            let preview = try await server.post(
                APIPath.revocations, token: admin, #"{"target":"workload/deploy","dry_run":true}"#)
            #expect(preview.status == 200, "\(preview.text)")
            #expect(try preview.json(RevocationAnswer.self).counts == CountsAnswer(token: 1, certificate: 0))
            #expect(try await isActive())
            let revoked = try await server.post(
                APIPath.revocations, token: admin, #"{"target":"workload/deploy","reason":"superseded"}"#)
            #expect(revoked.status == 201, "\(revoked.text)")
            #expect(try revoked.json(RevocationAnswer.self).counts == CountsAnswer(token: 1, certificate: 0))
            #expect(try await !isActive())

            let id = try #require(answer.id)
            let explained = try await server.send(.get, APIPath.explanation(ofCredential: id), token: admin)
            #expect(explained.status == 200, "\(explained.text)")
            let explanation = try explained.json(CredentialExplanationAnswer.self)
            #expect(explanation.credential.state == "revoked")
            #expect(explanation.entitlement.approvedBy == "policy/ci-token@1")
            #expect(explanation.end?.object == "workload/deploy")
            #expect(!explained.text.contains(token))
        }
    }

    @Test("a login is explained under the id in its answer, and renewal reaches to the end of the entitlement")
    func loginAndRenewal() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            _ = try await Workloads.make(server, admin: admin)
            let trust = try await server.post(
                APIPath.trusts, token: admin,
                #"{"name":"again","identity":"workload/deploy","bootstrap_seconds":600}"#)
            let secret = try #require(try trust.json(TrustAnswer.self).secret)
            let opened = try await server.post(APIPath.login, #"{"method":"bootstrap","token":"\#(secret)"}"#)
            let login = try opened.json(LoginAnswer.self)
            let id = try #require(login.login)
            #expect(id.hasPrefix("lgn_"))
            let explained = try await server.send(.get, APIPath.explanation(ofLogin: id), token: admin)
            #expect(explained.status == 200, "\(explained.text)")
            let explanation = try explained.json(LoginExplanationAnswer.self)
            #expect(explanation.outcome == "done" && explanation.method == "bootstrap")
            #expect(explanation.identity == "workload/deploy" && explanation.auditIndex == login.auditIndex)
            #expect(explanation.attempts.map(\.trust) == ["trust/again@1"])

            let held = try await server.send(
                .get, APIPath.entitlements + "?identity=workload/deploy&profile=ci-token", token: admin)
            let entitlement = try #require(try held.json(PageAnswer<EntitlementAnswer>.self).items.first?.id)
            let narrowed = try await server.send(
                .patch, APIPath.entitlement(entitlement), token: admin, headers: [.ifMatch: "\"1\""],
                body: #"{"ends":"2099-01-01T00:00:00Z"}"#)
            #expect(narrowed.status == 200, "\(narrowed.text)")
            let issued = try await server.post(APIPath.tokens, token: login.token, Self.order)
            let answer = try issued.json(IssueTokenAnswer.self)
            #expect(answer.renewUntil == "2099-01-01T00:00:00Z" && answer.expiresAt < "2099")
        }
    }

    @Test("what a caller may not know of is a refusal in the record, with the object that was asked for")
    func recordedAbsence() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let reply = try await server.send(.get, APIPath.identity("person/owner-of-deploy"), token: session)
            #expect(reply.status == 404)
            #expect(!reply.text.contains("owner-of-deploy"))
            let log = try await server.send(.get, APIPath.auditEntries + "?limit=500", token: admin)
            let refusal = try #require(
                try log.json(AuditEntriesAnswer.self).items.compactMap(\.body)
                    .last { $0.contains(#""why":"not-found""#) })
            #expect(refusal.contains(#""act":"identity.read""#) && refusal.contains("no person/owner-of-deploy"))
        }
    }

    @Test("the token that was shown is in no list, explanation or metric")
    func noSecretsInReads() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let issued = try await server.post(APIPath.tokens, token: session, Self.order)
            let token = try #require(try issued.json(IssueTokenAnswer.self).token)
            for path in [
                APIPath.credentials, APIPath.auditEntries + "?limit=500", APIPath.metrics, APIPath.trusts,
                APIPath.identities, APIPath.owners, APIPath.profiles, APIPath.entitlements, APIPath.status,
            ] {
                let reply = try await server.send(.get, path, token: admin)
                #expect(reply.status == 200, "\(path): \(reply.text)")
                #expect(!reply.text.contains(token) && !reply.text.contains(session), "\(path)")
            }
        }
    }

    @Test("T22 a certificate is made of the authorization, and what else was asked for is listed")
    func certificate() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let key = try PrivateKey.generate(.p256)
            let csr = try CertificationRequest.makePEM(commonName: "wish", dnsNames: ["wish.example"], key: key)
            let body = try JSONBody.text(IssueCertificateBody(profile: "service-tls", csr: csr))
            let issued = try await server.post(APIPath.certificates, token: session, body)
            #expect(issued.status == 201, "\(issued.text)")
            let answer = try issued.json(IssueCertificateAnswer.self)
            #expect(answer.certificate?.hasPrefix("-----BEGIN CERTIFICATE-----") == true)
            #expect(answer.chain?.count == 1)
            let bad = try JSONBody.text(IssueCertificateBody(profile: "service-tls", csr: "nonsense"))
            let refused = try await server.post(APIPath.certificates, token: session, bad)
            #expect(try refused.problem().code == .badCSR)
            #expect(refused.status == 400)
            let id = try #require(answer.id)
            let renewal = try await server.post(
                APIPath.renewal(of: id), token: session, try JSONBody.text(RenewCertificateBody(csr: csr)))
            #expect(renewal.status == 403, "a session is not the certificate")
        }
    }

    @Test("T13 a key with the same body gives the same token, with another body 422, and belongs to its identity")
    func idempotency() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let other = try await Workloads.make(server, admin: admin, name: "other")
            let headers: HTTPFields = [.idempotencyKey: "job-1"]
            let first = try await server.post(APIPath.tokens, token: session, Self.order, headers: headers)
            let again = try await server.post(APIPath.tokens, token: session, Self.order, headers: headers)
            #expect(try first.json(IssueTokenAnswer.self).token == again.json(IssueTokenAnswer.self).token)
            #expect(first.headers[.operationID] == again.headers[.operationID])
            let changed = try await server.post(
                APIPath.tokens, token: session, Self.order + " ", headers: headers)
            #expect(changed.status == 422, "\(changed.text)")
            let others = try await server.post(APIPath.tokens, token: other, Self.order, headers: headers)
            #expect(try others.json(IssueTokenAnswer.self).id != first.json(IssueTokenAnswer.self).id)
            let malformed = try await server.post(
                APIPath.tokens, token: session, Self.order, headers: [.idempotencyKey: "a b"])
            #expect(malformed.status == 400)
            _ = try await server.post(APIPath.offboardings, token: admin, #"{"target":"workload/deploy"}"#)
            let late = try await server.post(APIPath.tokens, token: session, Self.order, headers: headers)
            #expect(late.status == 401)
            #expect(!late.text.contains(try #require(try first.json(IssueTokenAnswer.self).token)))
        }
    }

    @Test("offboarding ends sessions at once, and says what ended")
    func offboarding() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            _ = try await server.post(APIPath.tokens, token: session, Self.order)
            let reply = try await server.post(
                APIPath.offboardings, token: admin, #"{"target":"person/owner-of-deploy"}"#)
            #expect(reply.status == 201, "\(reply.text)")
            let answer = try reply.json(CaseAnswer.self)
            #expect(answer.state == "applied")
            #expect(answer.plan.ends == ["person/owner-of-deploy", "workload/deploy"])
            #expect(answer.plan.dies?.counts == CountsAnswer(token: 1, certificate: 0))
            #expect(try await server.post(APIPath.tokens, token: session, Self.order).status == 401)
            let last = try await server.post(APIPath.offboardings, token: admin, #"{"target":"person/admin"}"#)
            #expect(last.status == 409, "the last administrator stays")
        }
    }

    @Test("T7 what the caller may not know of is not found, as what is not there")
    func foreignIDs() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let other = try await Workloads.make(server, admin: admin, name: "other")
            let issued = try await server.post(APIPath.tokens, token: other, Self.order)
            let id = try #require(try issued.json(IssueTokenAnswer.self).id)
            let unknown = "crd_00000000000000000000000000"
            for path in [APIPath.credential, APIPath.explanation(ofCredential:)] {
                let foreign = try await server.send(.get, path(id), token: session)
                let missing = try await server.send(.get, path(unknown), token: session)
                #expect(foreign.status == 404 && missing.status == 404, "\(foreign.text) \(missing.text)")
                var one = try foreign.problem()
                var two = try missing.problem()
                (one.instance, two.instance) = (nil, nil)
                #expect(one == two)
            }
        }
    }

    @Test("a change of what was not seen is refused, and a dry run changes nothing")
    func versions() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            _ = try await Workloads.make(server, admin: admin)
            let path = APIPath.identity("workload/deploy")
            let shown = try await server.send(.get, path, token: admin)
            #expect(shown.headers[.eTag] == "\"1\"")
            let body = #"{"purpose":"something else"}"#
            let stale = try await server.send(.patch, path, token: admin, headers: [.ifMatch: "\"2\""], body: body)
            #expect(stale.status == 409)
            #expect(try stale.problem().code == .stale)
            let dry = try await server.send(
                .patch, path, token: admin, headers: [.ifMatch: "\"1\""],
                body: #"{"purpose":"something else","dry_run":true}"#)
            #expect(dry.status == 200, "\(dry.text)")
            #expect(try await server.send(.get, path, token: admin).headers[.eTag] == "\"1\"")
            let done = try await server.send(.patch, path, token: admin, headers: [.ifMatch: "\"1\""], body: body)
            #expect(done.status == 200, "\(done.text)")
            #expect(done.headers[.eTag] == "\"2\"")
            for tag in ["3", "W/\"2\"", "\"03\"", "\"\"", "\"x\""] {
                let malformed = try await server.send(
                    .patch, path, token: admin, headers: [.ifMatch: tag], body: body)
                #expect(malformed.status == 400, "\(tag)")
            }
        }
    }

    @Test("a plan is shown, applied once, and the second time stale or empty")
    func plans() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let estate =
                #"{"estate":{"apiVersion":"tenure/1","estate":"shop","people":[{"name":"ada"}],"teams":[],"#
                + #""workloads":[],"trusts":[],"entitlements":[]}}"#
            let planned = try await server.post(APIPath.plans, token: admin, estate)
            #expect(planned.status == 201, "\(planned.text)")
            let plan = try planned.json(PlanAnswer.self)
            #expect(plan.changes.map(\.object) == ["person/ada"])
            let id = try #require(plan.id)
            let applied = try await server.send(.post, APIPath.application(ofPlan: id), token: admin)
            #expect(applied.status == 201, "\(applied.text)")
            let again = try await server.send(.post, APIPath.application(ofPlan: id), token: admin)
            #expect(again.status == 409)
        }
    }

    @Test("lists come in pages that join without a gap")
    func pages() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            for name in ["a", "b", "c", "d"] {
                _ = try await server.post(APIPath.identities, token: admin, #"{"kind":"person","name":"\#(name)"}"#)
            }
            var names: [String] = []
            var token: String?
            repeat {
                let path = APIPath.identities + "?limit=2" + (token.map { "&page_token=" + $0 } ?? "")
                let reply = try await server.send(.get, path, token: admin)
                let page = try reply.json(PageAnswer<IdentityAnswer>.self)
                names += page.items.map(\.name)
                token = page.nextPageToken
            } while token != nil
            #expect(names == ["admin", "a", "b", "c", "d"])
            for query in [
                "limit=0", "limit=501", "limit=-1", "limit=9223372036854775808", "identiy=x", "limit=1&limit=2",
            ] {
                let reply = try await server.send(.get, APIPath.identities + "?" + query, token: admin)
                #expect(reply.status == 400, "\(query)")
            }
        }
    }

    @Test("proofs and tiles lead to the root of the signed checkpoint")
    func proofs() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let checkpoint = server.broker.checkpoint
            let reply = try await server.send(
                .get, APIPath.inclusionProofs + "?index=1&size=\(checkpoint.size)", token: admin)
            #expect(try reply.json(InclusionProofAnswer.self).root == Base64.text(checkpoint.root))
            let tile = try await server.send(.get, "/audit/tile/0/000.p/3", token: admin)
            #expect(tile.body.count == 96)
            #expect(try await server.send(.get, "/audit/tile/0/001", token: admin).status == 404)
            #expect(
                try await server.send(.get, APIPath.inclusionProofs + "?index=9&size=4", token: admin).status == 400)
            let note = try await server.send(.get, APIPath.auditCheckpoint)
            #expect(note.text.hasPrefix("example.test/tenure/"))
        }
    }

    @Test("the keys of an audience come to whoever may read them, by either path")
    func keys() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let set = try await server.send(.get, APIPath.audiences + "/registry/keys", token: admin)
            #expect(set.status == 200, "\(set.text)")
            let keys = try set.json(AudienceKeySetAnswer.self).keys
            #expect(keys.map(\.kty) == ["oct"])
            let slashed = try await server.send(.get, APIPath.keys + "?audience=team%2Fregistry", token: admin)
            #expect(slashed.status == 200, "\(slashed.text)")
            #expect(try slashed.json(AudienceKeySetAnswer.self).keys.first?.k != keys.first?.k)
            #expect(try await server.send(.get, APIPath.keys + "?audience=registry", token: session).status != 200)
        }
    }

    @Test("an identity that asks too often is told when to come back")
    func rates() async throws {
        // All at one moment, however long this machine takes for it, and again a second later.
        let time = Mutex(TestInstallation.wallClock())
        let clock: @Sendable () -> Timestamp = { time.withLock { $0 } }
        try await TestInstallation.run(requestsPerSecond: 2, clock: clock) { server in
            let admin = try await server.administrator()
            for _ in 0..<2 {
                time.withLock { $0 = $0.adding(seconds: 1) }
                var replies: [TestInstallation.Reply] = []
                for _ in 0..<5 { replies.append(try await server.post(APIPath.revocations, token: admin, "{}")) }
                #expect(replies.map(\.status) == [400, 400, 429, 429, 429])
                #expect(replies.last?.headers[.retryAfter] == "1")
            }
        }
    }

    @Test("a body over the limit is 413, whether its length was told or not")
    func tooLarge() async throws {
        try await TestInstallation.run { server in
            let admin = try await server.administrator()
            let large = String(repeating: " ", count: 70_000)
            #expect(try await server.post(APIPath.tokens, token: admin, large).status == 413)
            let untold = try await server.send(
                .post, APIPath.tokens, token: admin, headers: [.contentLength: "10"], body: large)
            #expect(untold.status == 413)
        }
    }

    @Test("T30 in development a foreign host is 421, and its own names are served")
    func hosts() async throws {
        try await TestInstallation.run(isDevelopment: true) { server in
            for host in ["evil.example", "localhost.evil.example:8443", "127.0.0.1.nip.io", ""] {
                let reply = try await server.send(.get, APIPath.bundle, host: host)
                #expect(reply.status == 421, "\(host)")
            }
            for host in ["localhost:8443", "LOCALHOST", "127.0.0.1:1", "[::1]:8443"] {
                let reply = try await server.send(.get, APIPath.bundle, host: host)
                #expect(reply.status == 200, "\(host)")
            }
        }
    }

    @Test("T29 forwarding headers change neither the caller nor the source")
    func forwarding() async throws {
        try await TestInstallation.run { server in
            let headers: HTTPFields = [
                .init("X-Forwarded-For")!: "203.0.113.7", .init("X-Client-Cert")!: "MII", .cookie: "session=tnr_x",
            ]
            #expect(try await server.send(.get, APIPath.status, headers: headers).status == 401)
            // A refused login is an entry, with the address of the peer: the test's has none.
            #expect(try await server.send(.get, APIPath.status, token: "tnr_x", headers: headers).status == 401)
            let admin = try await server.administrator()
            let log = try await server.send(.get, APIPath.auditEntries + "?limit=500", token: admin)
            let bodies = try log.json(AuditEntriesAnswer.self).items.compactMap(\.body)
            #expect(bodies.contains { $0.contains(#""out":"refused""#) && $0.contains(#""src":"unknown""#) })
            #expect(!bodies.contains { $0.contains("203.0.113.7") })
        }
    }

    @Test("methods and paths that are not there are told apart")
    func unmatched() async throws {
        try await TestInstallation.run { server in
            let other = try await server.send(.delete, APIPath.tokens)
            #expect(other.status == 405)
            #expect(other.headers[.allow] == "POST")
            #expect(try await server.send(.get, "/api/v2/tokens").status == 404)
            #expect(try await server.send(.get, "/api/v1/tokens%2f").status == 400)
            let head = try await server.send(.head, APIPath.ready)
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }
}
