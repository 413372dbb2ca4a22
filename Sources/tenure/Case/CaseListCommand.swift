internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct CaseListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List cases, those that changed last first.",
        discussion: "tenure case list --limit 20")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var page: PageOptions

    func run() async throws {
        let answer = try await connection.withClient { client in
            try await client.offboardings(limit: page.limit, pageToken: page.pageToken)
        }
        try output.show(answer) { report in
            report.table(
                ["case", "state", "target", "takes over", "reason"],
                answer.items.map { [$0.id, $0.state, $0.target, $0.transferTo, $0.reason] })
            report.row("Next page", answer.nextPageToken.map { "--page-token " + $0 })
        }
    }
}
