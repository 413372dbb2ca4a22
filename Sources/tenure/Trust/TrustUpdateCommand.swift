internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct TrustUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change a trust, or end it with all that came of it.",
        discussion: """
            tenure trust update deploy-github --claim repository_id=123456789 --claim repository_owner_id=9876543
            tenure trust update deploy-github --end --dry-run
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var issuer: IssuerOptions
    @OptionGroup var version: VersionOptions

    @Argument(help: ArgumentHelp("The name or the id.", valueName: "trust"))
    var name: String
    @Flag(help: "End it.")
    var end = false
    @Option(help: ArgumentHelp("Why.", valueName: "reason"))
    var reason: String?

    func run() async throws {
        let name = try ObjectName(name, kind: "trust")
        let body = UpdateTrustBody(
            state: end ? "ended" : nil, issuer: try issuer.body(), audience: issuer.audience,
            claims: try issuer.claims(), presentations: issuer.presentations?.value, reason: reason,
            dryRun: version.body)
        let answer = try await connection.withClient { client in
            let seen: Int64
            if let given = version.ifVersion { seen = given } else { seen = try await client.trust(name.text).version }
            return try await client.updateTrust(name.text, body, ifMatch: seen)
        }
        try output.show(answer) { $0.trust(answer) }
    }
}
