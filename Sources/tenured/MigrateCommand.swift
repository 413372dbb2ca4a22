internal import ArgumentParser
internal import TenureServer

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Move an installation into another database: from SQLite to PostgreSQL, or back.",
        discussion: """
            The server must not run meanwhile. Everything is copied and compared row by row; both logs are verified \
            entry by entry and have the same root, and their tables are what the logs say, before it says so. The \
            source is not changed. A target that is not empty is refused; one that an earlier try left is begun anew \
            with --again.

              tenured migrate --config F --to 'postgresql://tenure@db.example/tenure?passfile=/etc/tenure/pgpass'
              tenured migrate --config F --from 'postgresql://…' --to sqlite

            Without --to it brings the schema of the configured store to the newest that this program knows, as a \
            start does.
            """)

    @Option(help: ArgumentHelp("The server's configuration (config/README.md).", valueName: "file"))
    var config: String

    @Option(
        help: ArgumentHelp(
            "Where it is: sqlite or a postgresql:// URL without a password; by default the configuration's store.",
            valueName: "store"))
    var from: String?

    @Option(help: ArgumentHelp("Where it goes: sqlite (the data folder) or a postgresql:// URL.", valueName: "store"))
    var to: String?

    @Flag(help: "Begin anew in a target that an earlier try left before its end.")
    var again = false

    func run() async throws {
        try await MigrateProgram.run(configuration: config, from: from, to: to, again: again)
    }
}
