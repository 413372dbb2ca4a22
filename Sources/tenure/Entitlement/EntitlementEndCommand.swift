internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct EntitlementEndCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End an entitlement, with the live credentials that rest on it.",
        discussion: "tenure entitlement end ent_01jd… --dry-run")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: ArgumentHelp("The id.", valueName: "id"))
    var id: String
    @Option(help: ArgumentHelp("Why.", valueName: "reason"))
    var reason: String?

    func run() async throws {
        let id = try ObjectName(id, kind: "entitlement")
        try await connection.withClient { client in
            let seen = try await client.entitlement(id.text)
            let preview = UpdateEntitlementBody(state: "ended", reason: reason, dryRun: true)
            if change.dryRun || (!change.yes && ProcessGuard.isInteractive) {
                let plan = try await client.updateEntitlement(id.text, preview, ifMatch: seen.version)
                guard !change.dryRun else { return try output.show(plan) { $0.entitlement(plan) } }
                try Confirmation.require(change, question: "End this?") { $0.entitlement(plan) }
            } else {
                try Confirmation.require(change, question: "End this?") { _ in }
            }
            let body = UpdateEntitlementBody(state: "ended", reason: reason)
            let answer = try await client.updateEntitlement(id.text, body, ifMatch: seen.version)
            try output.show(answer) { $0.entitlement(answer) }
        }
    }
}
