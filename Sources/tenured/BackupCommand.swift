internal import ArgumentParser
internal import TenureServer

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database into a file, also while the server runs.",
        discussion: """
            The copy is one state of the whole, verified before the file has its name. It holds keys in wrapped form \
            alone: keep the key-encryption key elsewhere.
            """)

    @Option(help: ArgumentHelp("The server's configuration (config/README.md).", valueName: "file"))
    var config: String

    @Option(help: ArgumentHelp("Where to write it; nothing may be there.", valueName: "file"))
    var to: String

    func run() async throws { try await BackupProgram.run(configuration: config, to: to) }
}
