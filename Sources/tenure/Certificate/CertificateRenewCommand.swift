internal import ArgumentParser
internal import TenureAPI
internal import TenureClient

struct CertificateRenewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Renew a certificate over mutual TLS with itself, with a new key.",
        discussion: """
            tenure cert renew --cert /run/checkout/tls/cert.pem --key /run/checkout/tls/key.pem --out /run/checkout/tls

            The same checks as for a new one: whoever has no living owner, or no entitlement any more, renews nothing.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("The certificate, PEM, with its issuers.", valueName: "file"))
    var cert: String
    @Option(help: ArgumentHelp("Its private key, PEM.", valueName: "file"))
    var key: String
    @Option(help: ArgumentHelp("The folder for the files; may be the one they lie in.", valueName: "folder"))
    var out: String
    @Option(help: ArgumentHelp("A signing request in PEM, instead of a key made here.", valueName: "file"))
    var csr: String?
    @Option(help: ArgumentHelp("Kind of the key that is made.", valueName: "kind"))
    var keyType: CertificateRequestMaker.KeyType = .p256

    func run() async throws {
        let certificate = try CertificateText(file: cert)
        let id = CredentialFile.reference(to: certificate, in: cert)
        let made = csr == nil ? try CertificateRequestMaker(keyType) : nil
        let request = try made?.request ?? FileContent.text(csr ?? "", bytesMax: 65_536)
        let folder = CertificateFolder(path: out)
        guard made != nil || !folder.hasKey else {
            throw CommandFailure.usage("\(out) has a key.pem, which is not the key of --csr: take another folder")
        }
        let proof = ConnectionOptions.Proof.certificate(.init(certificateFile: cert, keyFile: key))
        let answer = try await connection.withClient(proof: proof) { client in
            let answer = try await client.renewCertificate(id, RenewCertificateBody(csr: request))
            try await CertificateOutcome.write(
                answer, key: made?.keyText, root: try await client.rootCertificate(), to: folder)
            return answer
        }
        try CertificateOutcome.show(answer, folder: out, output: output)
    }
}
