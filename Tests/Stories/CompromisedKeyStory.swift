internal import Foundation
internal import Testing

@Suite("Story: a compromised key")
struct CompromisedKeyStory {
    @Test(
        "revoking it takes what was renewed from it and what logged in with it, and lists both at once",
        arguments: StoryStore.allCases)
    func family(_ store: StoryStore) async throws {
        try await withBroker(on: store) { broker in
            let first = broker.path("first")
            _ = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--out", first, "--oidc-token-file",
                try await broker.identityToken("checkout", subject: "checkout")
            ).checked("cert issue")
            let second = broker.path("second")
            _ = try await broker.stranger(
                "cert", "renew", "--cert", first + "/cert.pem", "--key", first + "/key.pem", "--out", second
            ).checked("cert renew")
            let session = broker.path("session")
            _ = try await broker.stranger(
                "login", "--cert", second + "/cert.pem", "--key", second + "/key.pem", "--save", session
            ).checked("login by certificate")
            let own = "/api/v1/identities/workload/checkout"
            let known = try await broker.curl("GET", own, bearer: session)
            #expect(known.status == 200, "\(known)")

            let preview = try await broker.admin(
                "revoke", "--certificate", first + "/cert.pem", "--reason", "keyCompromise", "--dry-run")
            let revoked = try await broker.admin(
                "revoke", "--certificate", first + "/cert.pem", "--reason", "keyCompromise", "--yes")
            let counts = try #require(revoked.json["counts"] as? [String: Int])
            #expect(counts["certificate"] == 2, "\(revoked)")
            #expect(preview.json["counts"] as? [String: Int] == counts, "\(preview)")

            for folder in [first, second] {
                let renewal = try await broker.stranger(
                    "cert", "renew", "--cert", folder + "/cert.pem", "--key", folder + "/key.pem", "--out",
                    broker.path("none"))
                #expect([3, 4].contains(renewal.status), "\(renewal)")
                #expect(try await broker.isListed(folder + "/cert.pem"))
            }
            let dead = try await broker.curl("GET", own, bearer: session)
            #expect(dead.status == 401, "\(dead)")
        }
    }

    @Test("a TLS server with our list refuses the revoked certificate and accepts another")
    func relyingParty() async throws {
        try await withBroker { broker in
            let (good, bad) = (broker.path("good"), broker.path("bad"))
            for folder in [good, bad] {
                _ = try await broker.stranger(
                    "cert", "issue", "--profile", "service-tls", "--out", folder, "--oidc-token-file",
                    try await broker.identityToken("checkout", subject: "checkout")
                ).checked("cert issue")
            }
            _ = try await broker.admin(
                "revoke", "--certificate", bad + "/cert.pem", "--reason", "superseded", "--yes"
            ).checked("revoke")
            #expect(try await broker.isListed(bad + "/cert.pem"))
            #expect(try await broker.isListed(good + "/cert.pem") == false)
            let points = try await broker.openssl(
                "x509", "-in", bad + "/cert.pem", "-noout", "-ext", "crlDistributionPoints")
            let start = try #require(points.range(of: "URI:")?.upperBound)
            let address = String(points[start...].prefix { !$0.isWhitespace })
            _ = try await Program.system("curl").run(["-sS", "--fail", address, "-o", broker.path("list.der")])
                .checked("the list")
            try await broker.openssl(
                "crl", "-inform", "DER", "-in", broker.path("list.der"), "-out", broker.path("list.pem"))
            let verify = try Program.system("openssl")
            func check(_ folder: String) async throws -> Program.Outcome {
                try await verify.run([
                    "verify", "-crl_check", "-CRLfile", broker.path("list.pem"), "-CAfile", folder + "/ca.pem",
                    "-untrusted", folder + "/chain.pem", folder + "/cert.pem",
                ])
            }
            #expect(try await check(good).status == 0)
            let refused = try await check(bad)
            #expect(refused.status != 0 && (refused.output + refused.errors).contains("revoked"))
        }
    }

    @Test("a leaked public key is blocked for every identity, a leaked token dies with its family")
    func leaks() async throws {
        try await withBroker { broker in
            let folder = broker.path("checkout")
            _ = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--out", folder, "--oidc-token-file",
                try await broker.identityToken("checkout", subject: "checkout")
            ).checked("cert issue")
            try await broker.openssl(
                "pkey", "-in", folder + "/key.pem", "-pubout", "-out", broker.path("public.pem"))
            let blocked = try await broker.admin(
                "revoke", "--public-key", broker.path("public.pem"), "--reason", "keyCompromise", "--yes")
            #expect((blocked.json["counts"] as? [String: Int])?["certificate"] == 1, "\(blocked)")
            try await broker.openssl(
                "req", "-new", "-key", folder + "/key.pem", "-subj", "/CN=x", "-out", broker.path("again.csr"))
            let again = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--csr", broker.path("again.csr"), "--out",
                broker.path("again"), "--oidc-token-file", try await broker.jobToken())
            #expect(again.status == 3 && again.errors.contains("block"), "\(again)")

            let issued = try await broker.stranger(
                "token", "issue", "--profile", "ci-token", "--audience", "registry", "--oidc-token-file",
                try await broker.jobToken("job-2"))
            let token = try issued.text("token")
            #expect(try await broker.isActive(token))
            _ = try await broker.admin(
                "revoke", "--token-stdin", "--reason", "keyCompromise", "--yes", input: token
            ).checked("revoke token")
            #expect(try await broker.isActive(token) == false)
        }
    }
}
