internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct IdentityListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List identities.",
        discussion: "tenure identity list --kind workload --owner person/ada")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("person, team or workload.", valueName: "kind"))
    var kind: String?
    @Option(help: ArgumentHelp("active, suspended or ended.", valueName: "state"))
    var state: String?
    @Option(help: ArgumentHelp("Workloads that this person or team owns.", valueName: "identity"))
    var owner: String?

    func run() async throws {
        let answer = try await connection.withClient { client in
            try await client.identities(
                kind: kind, state: state, owner: owner, limit: page.limit, pageToken: page.pageToken)
        }
        try output.show(answer) { report in
            report.table(
                ["identity", "state", "class", "owner", "environment", "purpose"],
                answer.items.map {
                    [$0.reference, $0.state, $0.workloadClass, $0.owner, $0.environment, $0.purpose]
                })
            report.row("Next page", answer.nextPageToken.map { "--page-token " + $0 })
        }
    }
}
