internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct CredentialListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List credentials, the newest first.",
        discussion: """
            tenure credential list --identity workload/deploy --state active
            tenure credential list --owner person/ada --output json
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("Of this identity, as workload/deploy.", valueName: "identity"))
    var identity: String?
    @Option(help: ArgumentHelp("Issued while this person or team owned it.", valueName: "owner"))
    var owner: String?
    @Option(help: ArgumentHelp("On this entitlement.", valueName: "id"))
    var entitlement: String?
    @Option(help: ArgumentHelp("active, revoked or expired.", valueName: "state"))
    var state: String?

    func run() async throws {
        let answer = try await connection.withClient { client in
            try await client.credentials(
                identity: identity, owner: owner, entitlement: entitlement, state: state, limit: page.limit,
                pageToken: page.pageToken)
        }
        try output.show(answer) { report in
            report.table(
                ["id", "kind", "state", "identity", "owner", "profile", "ends"],
                answer.items.map { [$0.id, $0.kind, $0.state, $0.identity, $0.owner, $0.profile, $0.notAfter] })
            report.row("Next page", answer.nextPageToken.map { "--page-token " + $0 })
        }
    }
}
