internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct EntitlementUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change an entitlement; where the profile wants approval, it asks anew.",
        discussion: "tenure entitlement update ent_01jd… --ends 2027-06-30T00:00:00Z")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var constraints: ConstraintOptions
    @OptionGroup var version: VersionOptions

    @Argument(help: ArgumentHelp("The id.", valueName: "id"))
    var id: String
    @Option(help: ArgumentHelp("Why; a sentence.", valueName: "text"))
    var justification: String?
    @Option(help: ArgumentHelp("Until when, RFC 3339 in UTC.", valueName: "time"))
    var ends: String?
    @Option(help: ArgumentHelp("When its owner is asked whether it is still needed.", valueName: "time"))
    var review: String?

    func run() async throws {
        let id = try ObjectName(id, kind: "entitlement")
        let body = UpdateEntitlementBody(
            constraints: constraints.body, justification: justification, ends: ends, review: review,
            dryRun: version.body)
        let answer = try await connection.withClient { client in
            let seen: Int64
            if let given = version.ifVersion {
                seen = given
            } else {
                seen = try await client.entitlement(id.text).version
            }
            return try await client.updateEntitlement(id.text, body, ifMatch: seen)
        }
        try output.show(answer) { $0.entitlement(answer) }
    }
}
