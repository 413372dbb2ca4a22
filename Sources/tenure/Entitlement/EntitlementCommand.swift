internal import ArgumentParser

struct EntitlementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entitlement", abstract: "Who may have what, why and until when.",
        subcommands: [
            EntitlementCreateCommand.self, EntitlementListCommand.self, EntitlementShowCommand.self,
            EntitlementUpdateCommand.self, EntitlementApproveCommand.self, EntitlementEndCommand.self,
        ])
}
