internal import ArgumentParser
internal import AuditLog
internal import TenureAPI
internal import TenureClient

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that nothing in the log was changed, dropped, reordered or inserted.",
        discussion: """
            tenure audit verify                                  the running broker's log, entry by entry
            tenure audit verify --checkpoint yesterday.note      and that it extends what was seen then

            Ends with 8 and names the entry, or the range, where something is wrong.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("A signed note that was kept: the log must extend it.", valueName: "file"))
    var checkpoint: String?

    func run() async throws {
    }
}
