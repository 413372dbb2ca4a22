internal import Foundation
internal import PostgreSQLServer
internal import Testing

@Suite("Story: an installation moves to PostgreSQL and back")
struct MigrationStory {
    private static func database() throws -> String {
        let server = try PostgreSQLServer.shared()
        let schema = "moved_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try server.makeSchema(schema)
        return server.url(schema: schema)
    }

    /// The root over the whole log, as the broker signs it.
    private static func root(_ broker: InstalledBroker) async throws -> String {
        let status = try await broker.tenure("status").checked("status")
        let json = try JSONSerialization.jsonObject(with: Data(status.utf8)) as? [String: Any]
        let checkpoint = try #require(json?["checkpoint"] as? [String: Any])
        return "\(checkpoint["size"] ?? "") \(checkpoint["root"] ?? "")"
    }

    @Test("everything is kept, both ways: sessions, objects, the root; what is half done or filled is refused")
    func move() async throws {
        let broker = try InstalledBroker()
        let url = try Self.database()
        _ = try await broker.tenured("init").checked("init")
        #expect(try await broker.serve() == nil)
        try await broker.login()
        _ = try await broker.tenure("identity", "create", "team/crew").checked("identity create")
        let root = try await Self.root(broker)
        let running = try await broker.tenured("migrate", "--to", url)
        #expect(running.status == 7 && running.errors.contains("another tenured uses"), "\(running.errors)")
        broker.end()
        let secret = try await broker.tenured("migrate", "--to", "postgresql://u:hunter2canary@localhost/t")
        #expect(secret.status == 2 && !secret.errors.contains("hunter2canary"), "\(secret.errors)")
        let moved = try await broker.tenured("migrate", "--to", url).checked("migrate")
        #expect(moved.contains("both logs were verified"))

        broker.store = "  engine: postgresql\n  url: \"\(url)\""
        #expect(try await broker.serve() == nil)
        #expect(try await Self.root(broker) == root)
        _ = try await broker.tenure("identity", "show", "team/crew").checked("identity show")
        _ = try await broker.tenure("identity", "create", "team/moved").checked("identity create")
        _ = try await broker.tenure("audit", "verify").checked("audit verify")
        let served = try await broker.tenured("migrate", "--to", "sqlite")
        #expect(served.status == 7, "\(served.errors)")
        let later = try await Self.root(broker)
        broker.end()

        let filled = try await broker.tenured("migrate", "--to", "sqlite")
        #expect(filled.status == 6 && filled.errors.contains("is not empty"), "\(filled.errors)")
        // The old database is behind the witness now, and is not served again by mistake.
        broker.store = ""
        let said = try await broker.serve()
        #expect(said?.contains("is an older copy") == true, "\(said ?? "it started")")
        let doctor = try await broker.tenured("doctor")
        #expect(doctor.status == 1 && doctor.output.contains("credentials and revocations of the last"), "\(doctor)")
        for name in ["tenure.db", "tenure.db-wal", "tenure.db-shm"] {
            try? FileManager.default.removeItem(atPath: broker.path("data/" + name))
        }
        let back = try await broker.tenured("migrate", "--from", url, "--to", "sqlite").checked("migrate back")
        #expect(back.contains("both logs were verified"))
        _ = try await broker.tenure("audit", "verify", "--data", broker.path("data"), "--state").checked("audit verify")
        #expect(try await broker.serve() == nil)
        #expect(try await Self.root(broker) == later)
        _ = try await broker.tenure("identity", "show", "team/moved").checked("identity show")
    }
}
