internal import ArgumentParser
internal import TenureServer

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the log and the tables in the configured database, also while nodes serve it.",
        discussion: """
            Reads one state of the database, changes nothing, and ends with 8 where something is wrong. `tenure audit \
            verify --data` does the same with a data folder, and without --state with a running broker.
            """)

    @Option(help: ArgumentHelp("The server's configuration (config/README.md).", valueName: "file"))
    var config: String

    @Option(
        help: ArgumentHelp(
            "A signed note that somebody kept: a shorter log is refused. May be repeated.", valueName: "file"))
    var checkpoint: [String] = []

    func run() async throws { try await VerifyProgram.run(configuration: config, checkpoints: checkpoint) }
}
