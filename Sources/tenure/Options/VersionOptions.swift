internal import ArgumentParser

/// Options of what changes an object that is there.
struct VersionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Change it only if it still has this version. Else the version that it has now.", valueName: "version"))
    var ifVersion: Int64?

    @Flag(help: "Show what would happen, and do nothing.")
    var dryRun = false

    /// For calls that take `dry_run`.
    var body: Bool? { dryRun ? true : nil }
}
