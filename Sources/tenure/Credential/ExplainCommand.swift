internal import APITokens
internal import ArgumentParser
internal import TenureAPI
internal import TenureClient
internal import TenureModel

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say who has a credential and why, or why a login failed.",
        discussion: """
            tenure explain credential/crd_01jd…
            tenure explain --certificate tls/cert.pem
            tenure explain - < registry.token            a token or a certificate on standard input
            tenure explain login/lgn_01jd…               every bound, expected and actual

            A token is not sent: its id is read here.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: ArgumentHelp("credential/ID, login/ID, or - for standard input.", valueName: "ref"))
    var reference: String?
    @Option(help: ArgumentHelp("A certificate, PEM.", valueName: "file"))
    var certificate: String?

    private enum Subject {
        case credential(String)
        case login(String)
    }

    func validate() throws {
        guard (reference == nil) != (certificate == nil) else {
            throw ValidationError("give one of a reference, - and --certificate")
        }
    }

    func run() async throws {
        let subject = try subject()
        try await connection.withClient { client in
            switch subject {
            case .credential(let id):
                let explanation = try await client.explanation(ofCredential: id)
                try output.show(explanation) { $0.explanation(explanation) }
            case .login(let id):
                let explanation = try await client.explanation(ofLogin: id)
                try output.show(explanation) { $0.explanation(explanation) }
            }
        }
    }

    private func subject() throws -> Subject {
        if let certificate {
            return .credential(
                CredentialFile.reference(to: try CertificateText(file: certificate), in: certificate))
        }
        let reference = reference ?? ""
        if reference == "-" { return try standardInput() }
        for (prefix, id) in [("credential/", "crd_"), ("login/", "lgn_")] {
            guard reference.hasPrefix(prefix) || reference.hasPrefix(id) else { continue }
            let bare = reference.hasPrefix(prefix) ? String(reference.dropFirst(prefix.count)) : reference
            return id == "crd_" ? .credential(bare) : .login(bare)
        }
        throw CommandFailure.usage("what can be explained is credential/ID, login/ID, a token or a certificate")
    }

    private func standardInput() throws -> Subject {
        let input = try FileContent.standardInput(bytesMax: 1 << 20)
        guard let text = String(validating: input, as: UTF8.self) else {
            throw CommandFailure.usage("standard input is not UTF-8 text")
        }
        guard !text.contains("-----BEGIN") else {
            return .credential(try CertificateText(input, from: "standard input").serial)
        }
        do {
            return .credential(try TokenVerifier.uncheckedClaims(of: try TokenInput.token(in: text)).claims.id.text)
        } catch is TokenFailure {
            throw CommandFailure.usage("standard input holds neither a token of ours nor a PEM certificate")
        }
    }
}
