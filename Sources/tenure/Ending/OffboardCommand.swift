internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct OffboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offboard",
        abstract: "End an identity, with all that it has, for good.",
        discussion: """
            tenure offboard person/ada --dry-run                             shows the plan
            tenure offboard person/ada --transfer-to person/ben              her workloads pass to Ben
            tenure offboard workload/deploy --reason "Replaced by release"

            One transaction ends the person and every workload that does not pass on. Once it is acknowledged, nothing \
            is issued to them any more, and what they held is refused.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: ArgumentHelp("Who: workload/N, person/N or team/N.", valueName: "identity"))
    var target: String
    @Option(help: ArgumentHelp("Who takes over what they own: person/M or team/M.", valueName: "identity"))
    var transferTo: String?
    @Option(help: ArgumentHelp("Why; a sentence.", valueName: "reason"))
    var reason: String?

    func run() async throws {
        try await connection.withClient { client in
            if change.dryRun || (!change.yes && ProcessGuard.isInteractive) {
                let preview = try await client.offboard(body(dryRun: true))
                guard !change.dryRun else { return try output.show(preview) { $0.offboarding(preview.plan) } }
                try Confirmation.require(change, question: "Offboard \(target)?") { $0.offboarding(preview.plan) }
            } else {
                try Confirmation.require(change, question: "Offboard \(target)?") { _ in }
            }
            let answer = try await client.offboard(body(dryRun: nil))
            try output.show(answer) { report in
                report.line(
                    answer.state == "planned"
                        ? "Planned: it waits for somebody else's approval, and nothing has ended yet."
                        : "Done: the case is \(answer.state).")
                report.row("Case", answer.id.map { "case/" + $0 })
                report.offboarding(answer.plan)
                report.row("Audit index", answer.auditIndex)
            }
        }
    }

    private func body(dryRun: Bool?) -> OffboardingBody {
        OffboardingBody(target: target, transferTo: transferTo, reason: reason, dryRun: dryRun)
    }
}
