internal import Foundation
internal import Testing

@Suite("Story: an owner leaves")
struct OffboardedOwnerStory {
    @Test(
        "everything that the owner owned dies with them, in one act",
        arguments: StoryStore.allCases)
    func leaver(_ store: StoryStore) async throws {
        try await withBroker(on: store) { broker in
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
            try await verifyReceipt(of: try done.text("id"), broker)
        }
    }

    /// The case is closed within moments, by a receipt that needs nothing but the log's key to be checked.
    private func verifyReceipt(of id: String, _ broker: DevelopmentBroker) async throws {
        var shown = try await broker.admin("case", "show", id)
        for _ in 0..<100 where try shown.text("state") != "closed" {
            try await Task.sleep(for: .milliseconds(100))
            shown = try await broker.admin("case", "show", id)
        }
        #expect(try shown.text("state") == "closed")
        #expect(try await broker.admin("case", "list").checked("case list").contains(id))
        let (file, dead, key) = (broker.path("case.json"), broker.path("dead.txt"), broker.path("audit.vkey"))
        try shown.output.write(toFile: file, atomically: true, encoding: .utf8)
        try broker.ready.auditVkey.write(toFile: key, atomically: true, encoding: .utf8)
        let ids = try await broker.admin("case", "export", id).checked("case export")
        try ids.write(toFile: dead, atomically: true, encoding: .utf8)
        #expect(ids.split(separator: "\n").count == 2)
        let verified = try await broker.stranger("case", "verify", file, "--vkey", key, "--dead", dead)
        _ = try verified.checked("case verify")
        #expect(try verified.text("case") == id && verified.json["dead_list_verified"] as? Bool == true)
        #expect(verified.json["counts"] as? [String: Int] == ["token": 1, "certificate": 1])
        // One id less, and one byte more.
        try ids.split(separator: "\n").dropLast().joined(separator: "\n").write(
            toFile: dead, atomically: true, encoding: .utf8)
        let shorter = try await broker.stranger("case", "verify", file, "--vkey", key, "--dead", dead)
        #expect(shorter.status == 8, "\(shorter)")
        try shown.output.replacingOccurrences(of: "person\\/owner", with: "person/other")
            .replacingOccurrences(of: "person/owner", with: "person/other")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let forged = try await broker.stranger("case", "verify", file, "--vkey", key)
        #expect(forged.status == 8, "\(forged)")
    }

    @Test(
        "workloads pass on to B; when B leaves too, they end",
        arguments: StoryStore.allCases)
    func transfer(_ store: StoryStore) async throws {
        try await withBroker(on: store) { broker in
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
