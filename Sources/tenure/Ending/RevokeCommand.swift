internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Kill credentials: one, or all that hang on something.",
        discussion: """
            tenure revoke credential/crd_01jd…                                      one
            tenure revoke workload/deploy --reason privilegeWithdrawn                all of one identity
            tenure revoke trust/deploy-github                                       all that came of one trust
            tenure revoke owner/person/ada                                          all issued while she owned it
            tenure revoke environment/staging
            tenure revoke --certificate leaked.pem --reason keyCompromise           with its family
            tenure revoke --public-key leaked.pub --reason keyCompromise            and blocks the key
            tenure revoke --token-stdin --reason keyCompromise < leaked.token

            The preview (--dry-run) counts exactly what dies. What was killed stays dead; who is still entitled may \
            ask anew.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: ArgumentHelp("What to revoke, as kind/name or kind/id.", valueName: "ref"))
    var reference: String?
    @Option(help: ArgumentHelp("A certificate, PEM.", valueName: "file"))
    var certificate: String?
    @Option(help: ArgumentHelp("A public key, PEM; it is blocked from then on.", valueName: "file"))
    var publicKey: String?
    @Flag(help: "A token on standard input.")
    var tokenStdin = false
    @Option(help: ArgumentHelp("Why, as keyCompromise, superseded or privilegeWithdrawn.", valueName: "reason"))
    var reason: String?

    func validate() throws {
        let given = [reference, certificate, publicKey].compactMap { $0 }.count + (tokenStdin ? 1 : 0)
        guard given == 1 else {
            throw ValidationError("give one of a reference, --certificate, --public-key and --token-stdin")
        }
    }

    func run() async throws {
        let target = try target()
        try await connection.withClient { client in
            if change.dryRun || (!change.yes && ProcessGuard.isInteractive) {
                let preview = try await client.revoke(RevocationBody(target: target, reason: reason, dryRun: true))
                guard !change.dryRun else { return try output.show(preview) { $0.revocation(preview) } }
                try Confirmation.require(change, question: "Revoke this?") { $0.revocation(preview) }
            } else {
                try Confirmation.require(change, question: "Revoke this?") { _ in }
            }
            let answer = try await client.revoke(RevocationBody(target: target, reason: reason))
            try output.show(answer) { report in
                report.line("Revoked.")
                report.revocation(answer)
                report.row("Revocation", answer.id)
            }
        }
    }

    private func target() throws -> RevocationTargetBody {
        if let certificate { return .certificate(try CertificateText(file: certificate).pem) }
        if let publicKey { return .publicKey(try FileContent.text(publicKey, bytesMax: 65_536)) }
        if tokenStdin { return .token(try TokenInput.read()) }
        return .reference(reference ?? "")
    }
}
