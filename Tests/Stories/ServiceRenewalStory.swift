internal import Foundation
internal import Testing

@Suite("Story: a service renews its certificate")
struct ServiceRenewalStory {
    @Test(
        "a certificate passes openssl's strict check, opens a connection, and renews with a new key",
        arguments: StoryStore.allCases)
    func renewal(_ store: StoryStore) async throws {
        try await withBroker(on: store) { broker in
            let proof = try await broker.identityToken("checkout", subject: "checkout")
            let first = broker.path("first")
            let issued = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--out", first, "--ttl", "1h", "--oidc-token-file", proof)
            _ = try issued.checked("cert issue")
            try await broker.openssl(
                "verify", "-x509_strict", "-CAfile", first + "/ca.pem", "-untrusted", first + "/chain.pem",
                first + "/cert.pem")
            let names = try await broker.openssl(
                "x509", "-in", first + "/cert.pem", "-noout", "-ext", "subjectAltName")
            #expect(names.contains("DNS:checkout.example.internal"))
            #expect(names.contains("/env/production/wl/checkout"))
            let mode = try FileManager.default.attributesOfItem(
                atPath: URL(fileURLWithPath: first + "/key.pem").resolvingSymlinksInPath().path)[.posixPermissions]
            #expect(mode as? Int == 0o600)

            let second = broker.path("second")
            _ = try await broker.stranger(
                "cert", "renew", "--cert", first + "/cert.pem", "--key", first + "/key.pem", "--out", second
            ).checked("cert renew")
            let keys = try (
                String(contentsOfFile: first + "/key.pem", encoding: .utf8),
                String(contentsOfFile: second + "/key.pem", encoding: .utf8)
            )
            #expect(keys.0 != keys.1)
            try await broker.openssl(
                "verify", "-x509_strict", "-CAfile", second + "/ca.pem", "-untrusted", second + "/chain.pem",
                second + "/cert.pem")
        }
    }

    @Test("T23 a certificate of another workload renews nothing but itself")
    func sibling() async throws {
        try await withBroker { broker in
            let checkout = broker.path("checkout")
            let issued = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--out", checkout, "--oidc-token-file",
                try await broker.identityToken("checkout", subject: "checkout"))
            let id = try issued.text("id")
            let deploy = broker.path("deploy")
            _ = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--out", deploy, "--oidc-token-file",
                try await broker.jobToken()
            ).checked("cert issue")
            let csr = broker.path("new.csr")
            try await broker.openssl(
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=checkout",
                "-keyout", broker.path("new.key"), "-out", csr)
            let pem = try String(contentsOfFile: csr, encoding: .utf8).replacingOccurrences(of: "\n", with: "\\n")
            let answer = try await broker.curl(
                "POST", "/api/v1/certificates/\(id)/renewal", body: "{\"csr\":\"\(pem)\"}",
                certificate: (deploy + "/cert.pem", deploy + "/key.pem"))
            #expect(answer.status == 403 || answer.status == 404, "\(answer)")
        }
    }
}
