internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct CaseShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a case: who ended, what passed on, and its receipt.",
        discussion: """
            tenure case show cas_01jd…
            tenure case show cas_01jd… --output json > case.json     what `tenure case verify` takes
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("The id, with or without case/.", valueName: "case"))
    var id: String

    func run() async throws {
        let id = try ObjectName(id, kind: "case").text
        let answer = try await connection.withClient { client in try await client.offboarding(id) }
        try output.show(answer) { $0.offboardingCase(answer) }
    }
}
