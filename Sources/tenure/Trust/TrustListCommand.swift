internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct TrustListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List trusts.", discussion: "tenure trust list --identity workload/deploy")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("Of this identity.", valueName: "identity"))
    var identity: String?
    @Option(help: ArgumentHelp("active or ended.", valueName: "state"))
    var state: String?

    func run() async throws {
        let answer = try await connection.withClient { client in
            try await client.trusts(identity: identity, state: state, limit: page.limit, pageToken: page.pageToken)
        }
        try output.show(answer) { report in
            report.table(
                ["trust", "for", "state", "method", "preset", "issuer", "audience"],
                answer.items.map {
                    ["trust/" + $0.name, $0.identity, $0.state, $0.method, $0.preset, $0.issuer?.url, $0.audience]
                })
            report.row("Next page", answer.nextPageToken.map { "--page-token " + $0 })
        }
    }
}
