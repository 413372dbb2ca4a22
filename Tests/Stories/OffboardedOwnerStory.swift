internal import Foundation
internal import Testing

@Suite("Story: an owner leaves")
struct OffboardedOwnerStory {
    @Test("everything that the owner owned dies with them, in one act")
    func leaver() async throws {
        try await withBroker { broker in
            let token = try await issueToken(broker, "job")
            let folder = broker.path("checkout")
            _ = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--out", folder, "--oidc-token-file",
                try await broker.identityToken("checkout", subject: "checkout")
            ).checked("cert issue")
            let preview = try await broker.admin(
                "offboard", "person/owner", "--reason", "affiliationChanged", "--dry-run")
            _ = try preview.checked("preview")
            #expect(try await broker.isActive(token))
            let done = try await broker.admin(
                "offboard", "person/owner", "--reason", "affiliationChanged", "--yes")
            #expect(try done.text("state") == "applied")

            #expect(try await broker.isActive(token) == false)
            #expect(try await broker.isListed(folder + "/cert.pem"))
            let renewal = try await broker.stranger(
                "cert", "renew", "--cert", folder + "/cert.pem", "--key", folder + "/key.pem", "--out",
                broker.path("none"))
            #expect([3, 4].contains(renewal.status), "\(renewal)")
            let asked = try await broker.stranger(
                "token", "issue", "--profile", "ci-token", "--audience", "registry", "--oidc-token-file",
                try await broker.jobToken("later"))
            #expect([3, 4, 5].contains(asked.status), "\(asked)")
            _ = try await broker.admin("audit", "verify").checked("audit verify")
        }
    }

    @Test("workloads pass on to B; when B leaves too, they end")
    func transfer() async throws {
        try await withBroker { broker in
            let token = try await issueToken(broker, "job")
            _ = try await broker.admin(
                "offboard", "person/owner", "--transfer-to", "person/backup", "--reason", "affiliationChanged", "--yes"
            ).checked("offboard with transfer")
            #expect(try await broker.isActive(token))
            let renewed = try await issueToken(broker, "job-2")
            #expect(try await broker.isActive(renewed))
            _ = try await broker.admin("offboard", "person/backup", "--reason", "affiliationChanged", "--yes")
                .checked("offboard the heir")
            #expect(try await broker.isActive(token) == false)
            #expect(try await broker.isActive(renewed) == false)
        }
    }

    @Test("T42 the last administrator cannot be offboarded by accident")
    func lastAdministrator() async throws {
        try await withBroker { broker in
            let refused = try await broker.admin("offboard", "person/admin", "--reason", "unspecified", "--yes")
            #expect(refused.status != 0)
            #expect((refused.output + refused.errors).contains("administrator"), "\(refused)")
            _ = try await broker.admin("status").checked("the administrator still administers")
        }
    }

    private func issueToken(_ broker: DevelopmentBroker, _ name: String) async throws -> String {
        try await broker.stranger(
            "token", "issue", "--profile", "ci-token", "--audience", "registry", "--oidc-token-file",
            try await broker.jobToken(name)
        ).text("token")
    }
}
