internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct IdentityShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one identity.", discussion: "tenure identity show workload/deploy")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("person/N, team/N or workload/N.", valueName: "identity"))
    var reference: IdentityReference

    func run() async throws {
        let answer = try await connection.withClient { try await $0.identity(reference.text) }
        try output.show(answer) { $0.identity(answer) }
    }
}
