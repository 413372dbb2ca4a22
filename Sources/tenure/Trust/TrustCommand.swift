internal import ArgumentParser

struct TrustCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "How identities prove themselves.",
        subcommands: [TrustCreateCommand.self, TrustListCommand.self, TrustShowCommand.self, TrustUpdateCommand.self])
}
