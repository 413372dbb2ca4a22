internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct IdentityCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a person, a team or a workload.",
        discussion: """
            tenure identity create person/ada
            tenure identity create team/platform --member ada --member ben
            tenure identity create workload/checkout --class service --owner team/platform \\
                --backup-owner person/ada --purpose "Takes the orders" --environment production

            Whole estates are better kept in a file: see `tenure apply --help`.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("person/N, team/N or workload/N.", valueName: "identity"))
    var reference: IdentityReference
    @Option(help: ArgumentHelp("Of a team: a person's name; may be repeated.", valueName: "person"))
    var member: [String] = []
    @Option(
        name: .customLong("class"), help: ArgumentHelp("service, ci_job, ai_agent or third_party.", valueName: "class"))
    var workloadClass: String?
    @Option(help: ArgumentHelp("Of a workload: person/N or team/N, living.", valueName: "identity"))
    var owner: String?
    @Option(help: ArgumentHelp("Who it can pass to.", valueName: "identity"))
    var backupOwner: String?
    @Option(help: ArgumentHelp("What it is for; a sentence.", valueName: "text"))
    var purpose: String?
    @Option(help: ArgumentHelp("Where it runs; never changes.", valueName: "name"))
    var environment: String?
    @Flag(help: "Take a name whose bearer has ended: not in this release, refused.")
    var reuseName = false
    @Flag(help: "Show what would happen, and do nothing.")
    var dryRun = false

    func run() async throws {
        let body = CreateIdentityBody(
            kind: reference.kind, name: reference.name, members: member.isEmpty ? nil : member,
            workloadClass: workloadClass, owner: owner, backupOwner: backupOwner, purpose: purpose,
            environment: environment, reuseName: reuseName ? true : nil, dryRun: dryRun ? true : nil)
        let answer = try await connection.withClient { try await $0.createIdentity(body) }
        try output.show(answer) { $0.identity(answer) }
    }
}
