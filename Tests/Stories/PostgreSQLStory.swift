internal import Foundation
internal import PostgreSQLServer
internal import Testing

@Suite("Story: an installation on PostgreSQL")
struct PostgreSQLStory {
    @Test("it is founded once, serves, and finds everything again when it is started anew")
    func founded() async throws {
        let installation = try ServedInstallation(nodes: 1)
        defer { installation.remove() }
        _ = try await installation.found().checked("init")
        let again = try await installation.found()
        #expect(again.status == 6 && again.errors.contains("holds an installation already"), "\(again)")
        var node = try await installation.serve(installation.first)
        let admin = try await installation.administrator()
        _ = try await installation.tenure(
            installation.first, token: admin, ["identity", "create", "team/crew"]
        ).checked("identity create")
        node.end()
        node = try await installation.serve(installation.first)
        let shown = try await installation.tenure(
            installation.first, token: admin, ["identity", "show", "team/crew"])
        #expect(try shown.text("name") == "crew")
        let verified = try await installation.tenure(installation.first, token: admin, ["audit", "verify"])
        #expect(verified.status == 0, "\(verified)")
        node.end()
    }

    @Test("T45 a URL with a password is refused, and the password is printed nowhere")
    func password() async throws {
        let installation = try ServedInstallation(nodes: 1)
        defer { installation.remove() }
        for url in ["postgresql://tenure:hunter2canary@localhost/t", "postgresql://localhost/t?password=hunter2canary"]
        {
            let outcome = try await installation.found(store: url)
            #expect(outcome.status == 2 && outcome.errors.contains("carries a password"), "\(outcome)")
            #expect(!(outcome.output + outcome.errors).contains("hunter2canary"))
        }
    }

    @Test(
        "a server that may lose what it acknowledged is refused, until the configuration says that it may",
        arguments: [("fsync", "off"), ("synchronous_commit", "off"), ("synchronous_commit", "local")])
    func durability(_ setting: String, _ value: String) async throws {
        let server = try PostgreSQLServer(settings: [setting: value])
        defer { server.stop() }
        let refusing = try ServedInstallation(nodes: 1, server: server)
        defer { refusing.remove() }
        let refused = try await refusing.found()
        #expect(refused.status == 7 && refused.errors.contains(setting), "\(refused)")
        let willing = try ServedInstallation(
            nodes: 1, server: server, storeLines: "  engine: postgresql\n  may_lose_credentials: true\n")
        defer { willing.remove() }
        _ = try await willing.found().checked("init")
    }
}
