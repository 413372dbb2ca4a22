internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct TrustCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Say how an identity proves itself.",
        discussion: """
            tenure trust create deploy-github --identity workload/deploy --preset github --audience tenure \\
                --claim repository_id=123456789 --claim repository_owner_id=9876543 --claim ref=refs/heads/main

            tenure trust create ada-sso --identity person/ada --issuer https://sso.example.internal \\
                --audience tenure --claim sub=00u1a2b3

            tenure trust create checkout-first --identity workload/checkout --bootstrap 1h --save checkout.secret

            A rule that would let strangers in is refused, and the refusal says who.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var issuer: IssuerOptions

    @Argument(help: ArgumentHelp("The name.", valueName: "name"))
    var name: String
    @Option(help: ArgumentHelp("Who proves itself so.", valueName: "identity"))
    var identity: String
    @Option(help: ArgumentHelp("github, gitlab or kubernetes.", valueName: "preset"))
    var preset: String?
    @Option(help: ArgumentHelp("Make a secret that works once, for so long.", valueName: "duration"))
    var bootstrap: DurationArgument?
    @Option(help: ArgumentHelp("Where the bootstrap secret goes, mode 0600.", valueName: "file"))
    var save: String?
    @Flag(help: "Show what would happen, and do nothing.")
    var dryRun = false

    func validate() throws {
        guard bootstrap == nil || save != nil || dryRun else {
            throw ValidationError("--bootstrap makes a secret: say where it goes with --save FILE")
        }
    }

    func run() async throws {
        let body = CreateTrustBody(
            name: try ObjectName(name, kind: "trust").text, identity: identity, preset: preset,
            issuer: try issuer.body(), audience: issuer.audience, claims: try issuer.claims(),
            presentations: issuer.presentations?.value, bootstrapSeconds: bootstrap?.seconds,
            dryRun: dryRun ? true : nil)
        var answer = try await connection.withClient { try await $0.createTrust(body) }
        if let save, let secret = answer.secret {
            try await WholeFile.write(Array((secret + "\n").utf8), to: save, nonce: Nonce.make())
            answer.secret = nil
        }
        try output.show(answer) { report in
            report.trust(answer)
            report.row("Secret saved to", save)
        }
    }
}
