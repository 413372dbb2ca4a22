internal import ArgumentParser

struct IdentityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: "People, teams and workloads.",
        subcommands: [
            IdentityCreateCommand.self, IdentityListCommand.self, IdentityShowCommand.self, IdentityUpdateCommand.self,
        ])
}
