internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct IdentityUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change an identity, suspend it or let it go on.",
        discussion: """
            tenure identity update workload/checkout --owner person/ben --backup-owner person/ada
            tenure identity update workload/checkout --state suspended
            tenure identity update workload/checkout --state active

            Suspending kills what it holds. Going on revives nothing; it may ask anew. For the end, see \
            `tenure offboard`.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var version: VersionOptions

    @Argument(help: ArgumentHelp("person/N, team/N or workload/N.", valueName: "identity"))
    var reference: IdentityReference
    @Option(help: ArgumentHelp("active or suspended.", valueName: "state"))
    var state: String?
    @Option(help: ArgumentHelp("Of a team: a person's name; may be repeated; all of them.", valueName: "person"))
    var member: [String] = []
    @Option(help: ArgumentHelp("The new owner.", valueName: "identity"))
    var owner: String?
    @Option(help: ArgumentHelp("The new backup owner.", valueName: "identity"))
    var backupOwner: String?
    @Option(help: ArgumentHelp("What it is for; a sentence.", valueName: "text"))
    var purpose: String?
    @Option(help: ArgumentHelp("Why.", valueName: "reason"))
    var reason: String?

    func run() async throws {
        let body = UpdateIdentityBody(
            state: state, members: member.isEmpty ? nil : member, owner: owner, backupOwner: backupOwner,
            purpose: purpose, reason: reason, dryRun: version.body)
        let answer = try await connection.withClient { client in
            let seen: Int64
            if let given = version.ifVersion {
                seen = given
            } else {
                seen = try await client.identity(reference.text).version
            }
            return try await client.updateIdentity(reference.text, body, ifMatch: seen)
        }
        try output.show(answer) { $0.identity(answer) }
    }
}
