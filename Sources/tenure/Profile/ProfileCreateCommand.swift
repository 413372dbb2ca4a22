internal import ArgumentParser
internal import StrictYAML
internal import TenureAPI
internal import TenureClient

struct ProfileCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a profile from a file.",
        discussion: """
            tenure profile create -f ca/profiles/ci-token.yaml --dry-run

            The files under ca/profiles explain every key.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(name: [.customShort("f"), .long], help: ArgumentHelp("The profile, YAML.", valueName: "file"))
    var file: String
    @Flag(help: "Show what would happen, and do nothing.")
    var dryRun = false

    func run() async throws {
        var body = try ProfileFile.read(file: file, text: try FileContent.text(file, bytesMax: 1 << 20))
        body.dryRun = dryRun ? true : nil
        let document = body
        let answer = try await connection.withClient { try await $0.createProfile(document) }
        try output.show(answer) { $0.profile(answer) }
    }
}
