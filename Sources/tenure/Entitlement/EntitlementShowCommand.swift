internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct EntitlementShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one entitlement in its newest version.",
        discussion: "tenure entitlement show ent_01jd…")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("The id.", valueName: "id"))
    var id: String

    func run() async throws {
        let id = try ObjectName(id, kind: "entitlement")
        let answer = try await connection.withClient { try await $0.entitlement(id.text) }
        try output.show(answer) { $0.entitlement(answer) }
    }
}
