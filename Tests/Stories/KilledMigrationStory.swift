internal import Foundation
internal import Glibc
internal import PostgreSQLServer
internal import Testing

@Suite("Story: a migration is killed at a commit, before it reaches the database or before its answer comes")
struct KilledMigrationStory {
    /// An empty database, and a proxy before it.
    private struct Target {
        let schema: String
        let server: PostgreSQLServer
        let proxy: CuttingProxy

        init() throws {
            server = try PostgreSQLServer.shared()
            schema = "killed_" + UUID().uuidString.lowercased().filter { $0 != "-" }
            try server.makeSchema(schema)
            proxy = try CuttingProxy(before: server)
        }

        var url: String { server.url(schema: schema) }
        var proxied: String { server.url(schema: schema, folder: proxy.folder) }
        var store: String { "  engine: postgresql\n  url: \"\(url)\"" }

        func ask(_ sql: String) throws -> String {
            try server.ask("SET client_min_messages = error; SET search_path = \(schema); \(sql)")
        }
    }

    /// Starts a program and kills it once a connection of it is held; false where it ended before.
    private static func kill(_ arguments: [String], at proxy: CuttingProxy) async throws -> Bool {
        let process = Process()
        process.executableURL = try Program.ours("tenured").url
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        for keyPath in [\Process.standardInput, \.standardOutput, \.standardError] {
            process[keyPath: keyPath] = FileHandle.nullDevice
        }
        try process.run()
        while process.isRunning, proxy.cutCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
        let isHeld = proxy.cutCount > 0
        _ = Glibc.kill(process.processIdentifier, SIGKILL)
        while process.isRunning { usleep(2_000) }
        return isHeld
    }

    private static func root(_ broker: InstalledBroker) async throws -> String {
        let said = try await broker.tenured("verify").checked("verify")
        return String(said.split(separator: "   ").last ?? "")
    }

    @Test("from SQLite to PostgreSQL: what is left is served by nobody, or whole; --again begins anew")
    func move() async throws {
        let broker = try InstalledBroker()
        _ = try await broker.tenured("init").checked("init")
        let root = try await Self.root(broker)
        let whole = try Target()
        _ = try await broker.tenured("migrate", "--to", whole.proxied).checked("migrate")
        let last = whole.proxy.commitCount - 1
        whole.proxy.stop()
        #expect(last >= 4)
        for commit in Set([0, 1, 2, last / 2, last - 1, last]).sorted() {
            for cut in [CuttingProxy.Cut.hold, .keep] {
                let target = try Target()
                target.proxy.cutNext(cut, after: commit)
                let isKilled = try await Self.kill(
                    ["migrate", "--config", try broker.configure(), "--to", target.proxied], at: target.proxy)
                target.proxy.stop()
                #expect(isKilled, "\(cut) at commit \(commit)")
                let again = try await broker.tenured("migrate", "--to", target.url)
                switch (commit, cut) {
                case (0, _), (1, .hold):
                    // There are no tables, or empty ones: nothing of it is left.
                    #expect(again.status == 0, "\(cut) at commit \(commit): \(again)")
                case (last, .keep):
                    #expect(again.status == 6 && again.errors.contains("is not empty"), "\(again)")
                default:
                    #expect(again.status == 6 && again.errors.contains("--again"), "\(cut) at \(commit): \(again)")
                    broker.store = target.store
                    let served = try await broker.serve()
                    #expect(served?.contains("left before its end") == true, "\(served ?? "it is served")")
                    broker.store = ""
                    _ = try await broker.tenured("migrate", "--to", target.url, "--again").checked("migrate --again")
                }
                broker.store = target.store
                #expect(try await Self.root(broker) == root, "\(cut) at commit \(commit)")
                broker.store = ""
            }
        }
        // The source is what it was.
        #expect(try await Self.root(broker) == root)
        #expect(try await broker.serve() == nil)
    }

    @Test("a restore into PostgreSQL: the same, and the copy serves for the next try")
    func restore() async throws {
        let broker = try InstalledBroker()
        _ = try await broker.tenured("init").checked("init")
        let copy = broker.path("copy")
        _ = try await broker.tenured("backup", "--to", copy).checked("backup")
        try FileManager.default.removeItem(atPath: broker.path("data"))
        let target = try Target()
        broker.store = "  engine: postgresql\n  url: \"\(target.proxied)\""
        target.proxy.cutNext(.keep, after: 3)
        let isKilled = try await Self.kill(
            ["restore", "--config", try broker.configure(), "--from", copy], at: target.proxy)
        #expect(isKilled)
        target.proxy.stop()
        broker.store = target.store
        let served = try await broker.serve()
        #expect(served?.contains("left before its end") == true, "\(served ?? "it is served")")
        let refused = try await broker.tenured("restore", "--from", copy)
        #expect(refused.status == 6 && refused.errors.contains("--again"), "\(refused)")
        _ = try await broker.tenured("restore", "--from", copy, "--again").checked("restore --again")
        _ = try await broker.tenured("verify").checked("verify")
        #expect(try await broker.serve() == nil)
    }

    @Test(
        "a step of the schema by a node that starts: it is taken wholly or not at all, and the next start goes on",
        arguments: [CuttingProxy.Cut.hold, .keep])
    func step(_ cut: CuttingProxy.Cut) async throws {
        let broker = try InstalledBroker()
        let target = try Target()
        broker.store = target.store
        _ = try await broker.tenured("init").checked("init")
        let version = try #require(Int(try target.ask("SELECT max(version) FROM schema_version")))
        // As the program before the last step left it.
        _ = try target.ask(
            "ALTER TABLE credential ADD CONSTRAINT credential_replaces_fkey"
                + " FOREIGN KEY (replaces) REFERENCES credential (id); DROP TABLE retention;"
                + " DELETE FROM schema_version WHERE version = 4; DELETE FROM schema_support WHERE version = 4")
        #expect(version == 4, "a newer step: this test undoes the fourth")
        broker.store = "  engine: postgresql\n  url: \"\(target.proxied)\""
        target.proxy.cutNext(cut)
        #expect(try await Self.kill(["serve", "--config", try broker.configure()], at: target.proxy))
        target.proxy.stop()
        let left = try target.ask("SELECT max(version) FROM schema_version")
        #expect(left == (cut == .keep ? "4" : "3"))
        let table = try target.ask("SELECT to_regclass('retention') IS NOT NULL")
        #expect(table == (cut == .keep ? "t" : "f"))
        broker.store = target.store
        #expect(try await broker.serve() == nil)
        #expect(try target.ask("SELECT max(version) FROM schema_version") == "4")
        broker.end()
        _ = try await broker.tenured("verify").checked("verify")
    }
}
