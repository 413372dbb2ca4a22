internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct ProfileListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List profiles.", discussion: "tenure profile list --kind certificate")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("token, certificate or administration.", valueName: "kind"))
    var kind: String?
    @Option(help: ArgumentHelp("active or ended.", valueName: "state"))
    var state: String?

    func run() async throws {
        let answer = try await connection.withClient { client in
            try await client.profiles(kind: kind, state: state, limit: page.limit, pageToken: page.pageToken)
        }
        try output.show(answer) { report in
            report.table(
                ["profile", "kind", "version", "state", "environment", "approval", "lifetime"],
                answer.items.map {
                    [
                        "profile/" + $0.name, $0.kind, String($0.version), $0.state, $0.environment, $0.approval,
                        $0.lifetimeSeconds.map { "\($0) s" },
                    ]
                })
            report.row("Next page", answer.nextPageToken.map { "--page-token " + $0 })
        }
    }
}
