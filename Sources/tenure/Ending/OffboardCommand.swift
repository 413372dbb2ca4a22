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
            tenure offboard workload/deploy --reason superseded

            One transaction ends the person and every workload that does not pass on. Once it is acknowledged, nothing \
            is issued to them any more, and what they held is refused. Of more than a thousand workloads the person \
            ends first, and this waits for the rest. The receipt follows: tenure case show.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: ArgumentHelp("Who: workload/N, person/N or team/N.", valueName: "identity"))
    var target: String
    @Option(help: ArgumentHelp("Who takes over what they own: person/M or team/M.", valueName: "identity"))
    var transferTo: String?
    @Option(
        help: ArgumentHelp(
            "cessationOfOperation (the default), affiliationChanged, superseded, privilegeWithdrawn or keyCompromise.",
            valueName: "reason"))
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
            let opened = try await client.offboard(body(dryRun: nil))
            let answer = try await Self.waitUntilApplied(opened, client)
            try output.show(answer) { report in
                report.line(
                    answer.state == "planned"
                        ? "Planned: it waits for somebody else's approval, and nothing has ended yet."
                        : "Done: the case is \(answer.state).")
                report.offboardingCase(answer)
            }
        }
    }

    /// Of more than a thousand identities the rest follows after the answer: says how far it is until it is done.
    private static func waitUntilApplied(_ opened: CaseAnswer, _ client: TenureClient) async throws -> CaseAnswer {
        guard opened.state == "approved", let id = opened.id else { return opened }
        Diagnostics.say("\(opened.plan.target) has ended, and nothing is issued any more to what it owned.")
        for _ in 0..<waitSecondsMax {
            let answer = try await client.offboarding(id)
            guard answer.state == "approved" else { return answer }
            Diagnostics.say("\(answer.remaining ?? 0) of \(answer.plan.ends.count + answer.plan.passes.count) are left")
            try await Task.sleep(for: .seconds(1))
        }
        throw CommandFailure(.unavailable, "it goes on by itself; ask again with: tenure case show \(id)")
    }

    private static let waitSecondsMax = 600

    private func body(dryRun: Bool?) -> OffboardingBody {
        OffboardingBody(target: target, transferTo: transferTo, reason: reason, dryRun: dryRun)
    }
}
