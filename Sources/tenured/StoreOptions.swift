internal import ArgumentParser

/// What the commands on an installation are told of it.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server's configuration (config/README.md).", valueName: "file"))
    var config: String

    @Option(
        help: ArgumentHelp(
            "In place of the configuration's: the postgresql:// URL of a database, without a password.",
            valueName: "url"))
    var store: String?
}
