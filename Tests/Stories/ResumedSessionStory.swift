internal import Foundation
internal import Testing

@Suite("Story: a TLS session that was saved")
struct ResumedSessionStory {
    /// Logs in with a certificate over TLS by `openssl s_client`, and says how the connection came about and what was
    /// answered.
    private static func login(
        _ broker: DevelopmentBroker, _ folder: String, _ version: String, _ session: [String]
    ) async throws -> (isResumed: Bool, status: String) {
        let (host, port) = try broker.address()
        let body = #"{"method":"certificate"}"#
        let request =
            "POST /api/v1/login HTTP/1.1\r\nHost: \(host):\(port)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        let outcome = try await Program.system("openssl").run(
            [
                "s_client", version, "-ign_eof", "-connect", "\(host):\(port)", "-CAfile", broker.ready.caFile,
                "-cert", folder + "/cert.pem", "-cert_chain", folder + "/chain.pem", "-key", folder + "/key.pem",
            ] + session, input: Data(request.utf8))
        let status = outcome.output.range(of: "HTTP/1.1 ").map { found in
            String(outcome.output[found.upperBound...].prefix(3))
        }
        return (outcome.output.contains("Reused, TLS"), status ?? "closed")
    }

    @Test(
        "T28 a TLS session saved before the end of its certificate is worth nothing after it",
        arguments: ["revocation", "offboarding"])
    func resumption(_ ending: String) async throws {
        try await withBroker { broker in
            let folder = broker.path("checkout")
            let issued = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--out", folder, "--oidc-token-file",
                try await broker.identityToken("checkout", subject: "checkout"))
            let id = try issued.text("id")
            let saved = broker.path("session.pem")
            let first = try await Self.login(broker, folder, "-tls1_3", ["-sess_out", saved])
            #expect(first.status == "201")
            let again = ["-sess_in", saved]
            let second = try await Self.login(broker, folder, "-tls1_3", again)
            #expect(second.status == "201")
            #expect(second.isResumed, "no session is resumed: this story has nothing left to show")
            if ending == "revocation" {
                _ = try await broker.admin("revoke", "credential/" + id, "--yes").checked("revoke")
            } else {
                _ = try await broker.admin("offboard", "workload/checkout", "--yes").checked("offboard")
            }
            let third = try await Self.login(broker, folder, "-tls1_3", again)
            #expect(third.isResumed)
            #expect(third.status == "401")
            let fresh = try await Self.login(broker, folder, "-tls1_3", [])
            #expect(fresh.status == "401")
        }
    }
}
