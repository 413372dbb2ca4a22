internal import ArgumentParser
internal import TenureServer

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Go on from a copy that `tenured backup` made, after the database was lost.",
        discussion: """
            Verifies the copy entry by entry, ends its log and begins the next under a new name. What was recorded \
            after the copy is lost, so every credential and every session from before is cut; --keep-before lets \
            credentials live on to their ends, those too that were revoked since. It goes where the configuration's \
            `store` says, whichever engine it was copied from; a PostgreSQL must be empty there.

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

    @Flag(help: "Begin anew in a PostgreSQL that an earlier try left before its end.")
    var again = false

    func run() async throws {
        try await RestoreProgram.run(
            configuration: config, from: from, checkpoints: checkpoint, keepsBefore: keepBefore, again: again)
    }
}
