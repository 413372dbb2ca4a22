internal import Foundation
internal import PostgreSQLServer
internal import TenureAPI
internal import TenureClient
internal import Testing

@Suite("Story: an installation on PostgreSQL is copied under load, lost, and restored elsewhere")
struct BackupStory {
    private static let body = IssueTokenBody(profile: "ci-token", audience: "registry")

    /// What is left of an installation whose database is lost.
    private struct Lost {
        let copy: String
        /// A signed note that is newer than the copy.
        let newer: String
        /// Where a token was recorded before the copy was begun.
        let index: Int64
    }

    @Test("T38 T39 it goes on in PostgreSQL or in SQLite; a newer checkpoint and an old witness notice what is lost")
    func restored() async throws {
        try await Cluster.run(nodes: 2, spare: 2) { cluster in
            let installation = cluster.installation
            let lost = try await Self.copy(cluster)
            for node in cluster.running { node.end() }

            // Into another, empty PostgreSQL, by a node that has nothing but its configuration and the keys.
            let other = installation.nodes[2]
            let url = try installation.makeDatabase()
            try installation.configure(other, store: "  engine: postgresql\n  url: \"\(url)\"\n")
            try await Self.restore(lost, at: other, of: cluster)
            let filled = try await installation.tenured("restore", other, "--from", lost.copy)
            #expect(filled.status == 6 && filled.errors.contains("is not empty"), "\(filled)")
            // A node of the old installation does not take it for its own.
            let first = installation.first
            try installation.configure(first, store: "  engine: postgresql\n  url: \"\(url)\"\n")
            let foreign = try await installation.tenured("doctor", first)
            #expect(foreign.status != 0 && foreign.output.contains("is not the key of the log"), "\(foreign)")

            let file = installation.nodes[3]
            try installation.configure(file, store: "")
            try await Self.restore(lost, at: file, of: cluster)
            _ = try await installation.tenure(
                file, ["audit", "verify", "--data", file.folder.appendingPathComponent("data").path, "--state"]
            ).checked("audit verify")
        }
    }

    /// Copies it while clients ask both nodes for tokens.
    private static func copy(_ cluster: Cluster) async throws -> Lost {
        let installation = cluster.installation
        let clients = try cluster.clients(token: try await cluster.proof(of: "worker-0"))
        let loads = clients.map { IssuingLoad($0) }
        let working = loads.map { load in Task { await load.run() } }
        let index = try #require(try await clients[0].issueToken(body).auditIndex)
        let copy = installation.folder.appendingPathComponent("copy").path
        let said = try await installation.tenured("backup", installation.nodes[1], "--to", copy).checked("backup")
        #expect(said.contains("It was verified entry by entry"))
        let issued = loads.map(\.issued)
        let again = try await installation.tenured("backup", installation.first, "--to", copy)
        #expect(again.status == 6, "\(again)")
        _ = try await installation.tenured("verify", installation.nodes[1]).checked("verify")
        for (load, before) in zip(loads, issued) {
            #expect(before > 0 && load.issued > before, "clients went on meanwhile")
            load.end()
        }
        for task in working { await task.value }
        _ = try await clients[1].issueToken(body)
        let note = try await clients[0].auditCheckpoint()
        let newer = installation.folder.appendingPathComponent("newer.note").path
        try Data(note.utf8).write(to: URL(fileURLWithPath: newer))
        let checked = try await installation.tenured("verify", installation.first, "--checkpoint", newer)
        #expect(checked.status == 0, "\(checked)")
        return Lost(copy: copy, newer: newer, index: index)
    }

    /// Restores the copy at a node, serves it, and issues.
    private static func restore(
        _ lost: Lost, at node: ServedInstallation.Node, of cluster: Cluster
    ) async throws {
        let installation = cluster.installation
        let short = try await installation.tenured("restore", node, "--from", lost.copy, "--checkpoint", lost.newer)
        #expect(short.status == 8 && short.errors.contains("take a newer copy"), "\(short)")
        let said = try await installation.tenured("restore", node, "--from", lost.copy).checked("restore")
        #expect(said.contains("it goes on as") && said.contains("environment/production"), "\(said)")
        _ = try await installation.tenured("verify", node).checked("verify")
        // The newer checkpoint is of a log that ended, and longer than that did.
        let newer = try await installation.tenured("verify", node, "--checkpoint", lost.newer)
        #expect(newer.status == 8, "\(newer)")

        let running = try await installation.serve(node, ownStore: true)
        defer { running.end(SIGKILL) }
        let client = try cluster.client(of: node, token: try await cluster.proof(of: "worker-1"))
        let answer = try await client.issueToken(body)
        #expect(try #require(answer.auditIndex) > lost.index)
        running.end()
        _ = try await installation.tenured("verify", node).checked("verify")
    }
}
