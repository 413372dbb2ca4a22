internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct CertificateIssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Make a key here and get a certificate for it.",
        discussion: """
            tenure cert issue --profile service-tls --out /run/checkout/tls --ttl 1h

            writes key.pem (mode 0600), cert.pem (leaf, then issuers), chain.pem (issuers), ca.pem (root) and \
            credential.json. They change all at once: a reader finds the old pair or the new one.

            With a key that lies elsewhere, send its request:
              tenure cert issue --profile service-tls --csr request.pem --out /run/checkout/tls

            A CI job needs no login; see `tenure token issue --help`.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var proof: WorkloadProofOptions

    @Option(help: ArgumentHelp("The profile, which bounds what can be had.", valueName: "name"))
    var profile: String
    @Option(help: ArgumentHelp("The folder for the files.", valueName: "folder"))
    var out: String
    @Option(help: ArgumentHelp("A signing request in PEM, instead of a key made here.", valueName: "file"))
    var csr: String?
    @Option(help: ArgumentHelp("How long it lives, as 1h.", valueName: "duration"))
    var ttl: DurationArgument?
    @Option(help: ArgumentHelp("Kind of the key that is made.", valueName: "kind"))
    var keyType: CertificateRequestMaker.KeyType = .p256
    @Flag(help: "Say whether it would be given, and give nothing.")
    var dryRun = false

    func run() async throws {
        let folder = CertificateFolder(path: out)
        let made = csr == nil ? try CertificateRequestMaker(keyType) : nil
        let request = try made?.request ?? FileContent.text(csr ?? "", bytesMax: 65_536)
        guard made != nil || !folder.hasKey else {
            throw CommandFailure.usage("\(out) has a key.pem, which is not the key of --csr: take another folder")
        }
        let body = IssueCertificateBody(
            profile: profile, csr: request, ttlSeconds: ttl?.seconds, dryRun: dryRun ? true : nil)
        let answer = try await connection.withClient(proof: .workload(proof)) { client in
            let answer = try await client.issueCertificate(body)
            guard !dryRun else { return answer }
            try await CertificateOutcome.write(
                answer, key: made?.keyText, root: try await client.rootCertificate(), to: folder)
            return answer
        }
        try CertificateOutcome.show(answer, folder: dryRun ? nil : out, output: output)
    }
}
