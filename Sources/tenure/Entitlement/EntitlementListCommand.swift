internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct EntitlementListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List entitlements.",
        discussion: """
            tenure entitlement list --identity workload/deploy
            tenure entitlement list --state requested             what waits for approval
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("Of this identity.", valueName: "identity"))
    var identity: String?
    @Option(help: ArgumentHelp("To this profile.", valueName: "profile"))
    var profile: String?
    @Option(help: ArgumentHelp("requested, active or ended.", valueName: "state"))
    var state: String?

    func run() async throws {
        let answer = try await connection.withClient { client in
            try await client.entitlements(
                identity: identity, profile: profile, state: state, limit: page.limit, pageToken: page.pageToken)
        }
        try output.show(answer) { report in
            report.table(
                ["entitlement", "identity", "profile", "state", "ends", "because"],
                answer.items.map {
                    [$0.id, $0.identity, $0.profile, $0.state, $0.ends, $0.justification]
                })
            report.row("Next page", answer.nextPageToken.map { "--page-token " + $0 })
        }
    }
}
