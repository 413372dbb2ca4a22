internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct EntitlementApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve an entitlement that was asked for.",
        discussion: """
            tenure entitlement approve ent_01jd…                    shows it and asks
            tenure entitlement approve ent_01jd…@3 --yes            approves version 3 and no other
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: ArgumentHelp("The id, with @VERSION where --yes is given.", valueName: "id"))
    var id: String
    @Option(help: ArgumentHelp("Approve this version and no other.", valueName: "version"))
    var ifVersion: Int64?
    @Option(help: ArgumentHelp("Why.", valueName: "reason"))
    var reason: String?

    func run() async throws {
        let parts = id.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let bare = try ObjectName(String(parts[0]), kind: "entitlement")
        let version = try ifVersion ?? Self.version(parts)
        try await connection.withClient { client in
            let seen = try await client.entitlement(bare.text)
            try Confirmation.require(change, question: "Approve this?") { $0.entitlement(seen) }
            let body = UpdateEntitlementBody(state: "active", reason: reason, dryRun: change.body)
            let answer = try await client.updateEntitlement(bare.text, body, ifMatch: version ?? seen.version)
            try output.show(answer) { $0.entitlement(answer) }
        }
    }

    private static func version(_ parts: [Substring]) throws -> Int64? {
        guard parts.count == 2 else { return nil }
        guard let version = Int64(parts[1]), String(version) == parts[1] else {
            throw CommandFailure.usage("after @ a version is expected")
        }
        return version
    }
}
