internal import ArgumentParser
internal import Foundation

/// Options of what changes something.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Show what would happen, and do nothing.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    /// For calls that take `dry_run`.
    var body: Bool? { dryRun ? true : nil }
}

/// Asks before something that cannot be taken back.
enum Confirmation {
    /// Shows the preview and waits for `yes`; returns at once with `--yes`.
    ///
    /// - Throws: usage where nobody can answer, or the answer is another.
    static func require(_ options: ChangeOptions, question: String, preview: (inout Report) -> Void) throws {
        guard !options.yes else { return }
        guard ProcessGuard.isInteractive else {
            throw CommandFailure.usage("this needs a confirmation, and nobody can answer here: add --yes")
        }
        var report = Report()
        preview(&report)
        Diagnostics.write(report.text)
        Diagnostics.write("\(question) Type yes: ")
        guard readLine(strippingNewline: true) == "yes" else { throw CommandFailure.usage("nothing was done") }
    }
}
