internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct TokenIssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Get a token for one audience.",
        discussion: """
            tenure token issue --profile ci-token --audience registry --scope push --ttl 10m > registry.token

            The output is the token alone, so that it can go into a file or a pipe; --output json tells everything.

            A CI job needs no login. GitHub Actions and GitLab are recognised by their variables; elsewhere:
              tenure token issue --profile ci-token --audience registry --oidc-token-file job.jwt
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var proof: WorkloadProofOptions

    @Option(help: ArgumentHelp("The profile, which bounds what can be had.", valueName: "name"))
    var profile: String
    @Option(help: ArgumentHelp("Who will verify the token.", valueName: "audience"))
    var audience: String
    @Option(help: ArgumentHelp("A scope; may be repeated. Without it, all that is allowed.", valueName: "scope"))
    var scope: [String] = []
    @Option(help: ArgumentHelp("How long it lives, as 10m.", valueName: "duration"))
    var ttl: DurationArgument?
    @Option(help: ArgumentHelp("Write the token to this file, mode 0600, instead of showing it.", valueName: "file"))
    var save: String?
    @Flag(help: "Say whether it would be given, and give nothing.")
    var dryRun = false

    func run() async throws {
        let body = IssueTokenBody(
            profile: profile, audience: audience, scope: scope.isEmpty ? nil : scope, ttlSeconds: ttl?.seconds,
            dryRun: dryRun ? true : nil)
        var answer = try await connection.withClient(proof: .workload(proof)) { try await $0.issueToken(body) }
        if let save, let token = answer.token {
            try await WholeFile.write(Array((token + "\n").utf8), to: save, nonce: Nonce.make())
            answer.token = nil
        }
        guard let token = answer.token else {
            return try output.show(answer) { Self.report(answer, savedTo: save, on: &$0) }
        }
        try output.showDocument(answer, document: token)
    }

    private static func report(_ answer: IssueTokenAnswer, savedTo path: String?, on report: inout Report) {
        report.line(path == nil ? "It would be given." : "The token is in \(path ?? "").")
        report.row("Credential", answer.id.map { "credential/" + $0 })
        report.row("Identity", answer.identity)
        report.row("Owner", answer.owner)
        report.row("Entitlement", answer.entitlement)
        report.row("Scope", answer.scope)
        report.row("Expires", answer.expiresAt)
        report.row("Renew after", answer.renewAfter)
        report.row("Renew until", RenewalText.shown(answer.renewUntil))
        report.row("Audit index", answer.auditIndex)
    }
}
