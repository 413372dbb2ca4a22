internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct TrustShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one trust.", discussion: "tenure trust show deploy-github")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("The name or the id.", valueName: "trust"))
    var name: String

    func run() async throws {
        let name = try ObjectName(name, kind: "trust")
        let answer = try await connection.withClient { try await $0.trust(name.text) }
        try output.show(answer) { $0.trust(answer) }
    }
}
