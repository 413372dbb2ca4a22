internal import ArgumentParser

struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential", abstract: "What was given: list it, or show one. Never a secret.",
        subcommands: [CredentialListCommand.self, CredentialShowCommand.self])
}
