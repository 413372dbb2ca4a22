internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct CredentialShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one credential.",
        discussion: """
            tenure credential show crd_01jd…
            tenure credential show 4f8c01…        a certificate by its serial number, in lower-case hexadecimal
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("The id, or a certificate's serial number.", valueName: "id"))
    var id: String

    func run() async throws {
        let bare = id.hasPrefix("credential/") ? String(id.dropFirst("credential/".count)) : id
        let credential = try await connection.withClient { try await $0.credential(bare) }
        try output.show(credential) { $0.credential(credential) }
    }
}
