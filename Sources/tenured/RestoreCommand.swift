internal import ArgumentParser
internal import TenureServer

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Go on from a copy that `tenured backup` made, after the data folder was lost.",
        discussion: """
            Verifies the copy entry by entry, ends its log and begins the next under a new name. What was recorded \
            after the copy is lost, so every credential and every session from before is cut; --keep-before lets \
            credentials live on to their ends, those too that were revoked since.

              tenured restore --config /etc/tenure/tenured.yaml --from tenure.backup --checkpoint yesterday.note
            """)

    @Option(help: ArgumentHelp("The server's configuration (config/README.md).", valueName: "file"))
    var config: String

    @Option(help: ArgumentHelp("What `tenured backup` wrote.", valueName: "file"))
    var from: String

    @Option(
        help: ArgumentHelp(
            "A signed note that somebody kept: a copy that is shorter is refused. May be repeated.",
            valueName: "file"))
    var checkpoint: [String] = []

    @Flag(help: "Cut no environment.")
    var keepBefore = false

    func run() async throws {
        try await RestoreProgram.run(
            configuration: config, from: from, checkpoints: checkpoint, keepsBefore: keepBefore)
    }
}
