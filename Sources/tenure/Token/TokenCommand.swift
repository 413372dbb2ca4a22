internal import ArgumentParser

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "API tokens: get one, or check one without asking the broker.",
        subcommands: [TokenIssueCommand.self, TokenVerifyCommand.self])
}
