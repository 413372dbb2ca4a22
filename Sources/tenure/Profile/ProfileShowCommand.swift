internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct ProfileShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one profile in its newest version.",
        discussion: "tenure profile show ci-token")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("The name or the id.", valueName: "profile"))
    var name: String

    func run() async throws {
        let name = try ObjectName(name, kind: "profile")
        let answer = try await connection.withClient { try await $0.profile(name.text) }
        try output.show(answer) { $0.profile(answer) }
    }
}
