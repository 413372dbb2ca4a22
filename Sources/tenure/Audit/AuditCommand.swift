internal import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The record: check it, take it away, remember how long it was.",
        subcommands: [AuditVerifyCommand.self, AuditExportCommand.self, AuditCheckpointCommand.self])
}
