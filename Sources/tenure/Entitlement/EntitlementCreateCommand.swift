internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct EntitlementCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Ask that an identity may have what a profile describes.",
        discussion: """
            tenure entitlement create --identity workload/assistant --profile ci-token --scope pull \\
                --justification "The assistant reads images" --ends 2027-01-31T00:00:00Z

            It is `active` at once where the profile wants no approval, else `requested`.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var constraints: ConstraintOptions

    @Option(help: ArgumentHelp("Who.", valueName: "identity"))
    var identity: String
    @Option(help: ArgumentHelp("To what.", valueName: "profile"))
    var profile: String
    @Option(help: ArgumentHelp("Why; a sentence.", valueName: "text"))
    var justification: String
    @Option(help: ArgumentHelp("From when, RFC 3339 in UTC.", valueName: "time"))
    var starts: String?
    @Option(help: ArgumentHelp("Until when, RFC 3339 in UTC.", valueName: "time"))
    var ends: String?
    @Option(help: ArgumentHelp("When its owner is asked whether it is still needed.", valueName: "time"))
    var review: String?
    @Flag(help: "Show what would happen, and do nothing.")
    var dryRun = false

    func run() async throws {
        let body = CreateEntitlementBody(
            identity: identity, profile: profile, constraints: constraints.body, justification: justification,
            starts: starts, ends: ends, review: review, dryRun: dryRun ? true : nil)
        let answer = try await connection.withClient { try await $0.createEntitlement(body) }
        try output.show(answer) { $0.entitlement(answer) }
    }
}
