internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct RotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give keys a successor before their time.",
        discussion: """
            tenure rotate token-keys                             every ring
            tenure rotate token-keys --environment production    one ring
            tenure rotate token-keys --audience registry         one audience's key alone
            tenure rotate session-keys                           what sessions are signed with
            tenure rotate issuing-ca                             its published successor takes over
            tenure rotate key-encryption-key                     the one of `keys.next` takes over (docs/rotation.md)
            tenure rotate data-key                               all keys come to rest under a new one

            Nothing breaks: the new key is published before it signs, and the old one verifies until the last thing \
            that it signed has ended. On a terminal it asks first.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var change: ChangeOptions

    @Argument(
        help: ArgumentHelp(
            "token-keys, issuing-ca, session-keys, key-encryption-key or data-key.", valueName: "kind"))
    var kind: String
    @Option(help: ArgumentHelp("Of token-keys: this audience's alone.", valueName: "audience"))
    var audience: String?
    @Option(help: ArgumentHelp("Of token-keys: this environment's alone.", valueName: "environment"))
    var environment: String?

    func run() async throws {
        try await connection.withClient { client in
            if change.dryRun || (!change.yes && ProcessGuard.isInteractive) {
                let preview = try await client.rotate(body(dryRun: true))
                guard !change.dryRun else { return try output.show(preview) { Self.report(preview, on: &$0) } }
                try Confirmation.require(change, question: "Rotate?") { Self.report(preview, on: &$0) }
            }
            let answer = try await client.rotate(body(dryRun: nil))
            try output.show(answer) { report in
                report.line("Rotated.")
                Self.report(answer, on: &report)
                report.row("Audit index", answer.auditIndex)
            }
        }
    }

    private func body(dryRun: Bool?) -> RotationBody {
        RotationBody(kind: kind, audience: audience, environment: environment, dryRun: dryRun)
    }

    private static func report(_ answer: RotationAnswer, on report: inout Report) {
        report.row("Kind", answer.kind)
        report.row("Audience", answer.audience)
        report.row("Environment", answer.environment)
        report.table(
            ["key", "of", "state", "signs from", "signs until", "verifies until"],
            answer.keys.map { [$0.kid ?? $0.id, $0.purpose, $0.state, $0.signFrom, $0.signUntil, $0.verifyUntil] })
        report.row("Next step", answer.nextStep)
    }
}
