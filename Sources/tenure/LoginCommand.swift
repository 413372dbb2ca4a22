internal import ArgumentParser
internal import Foundation
internal import TenureAPI
internal import TenureClient

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Prove who you are once and save a session token.",
        discussion: """
            A person, with the token of the company's identity provider:
              tenure login --oidc-token-file token.jwt --save ~/.tenure.token

            The first administrator, with the secret that `tenured init` wrote:
              tenure login --bootstrap-file bootstrap.secret --save ~/.tenure.token

            A service, with a certificate of ours:
              tenure login --cert tls/cert.pem --key tls/key.pem --save session.token

            In GitHub Actions and GitLab CI no flag is needed, and for `token issue` and `cert issue` no login.
            The token goes into the file alone, mode 0600; it is good for an hour.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("File with an OIDC token.", valueName: "file"))
    var oidcTokenFile: String?
    @Option(help: ArgumentHelp("File with a bootstrap secret, good for one login.", valueName: "file"))
    var bootstrapFile: String?
    @Option(help: ArgumentHelp("A certificate of ours, PEM.", valueName: "file"))
    var cert: String?
    @Option(help: ArgumentHelp("Its private key, PEM.", valueName: "file"))
    var key: String?
    @Option(help: ArgumentHelp("Name or id of the trust, where several could accept the token.", valueName: "trust"))
    var trust: String?
    @Option(help: ArgumentHelp("Audience of the OIDC token that GitHub Actions is asked for.", valueName: "audience"))
    var oidcAudience = "tenure"
    @Option(
        help: ArgumentHelp(
            "Where the session token goes. Else --token-file, or TENURE_TOKEN_FILE.", valueName: "file"))
    var save: String?

    func validate() throws {
        guard (cert == nil) == (key == nil) else { throw ValidationError("--cert and --key go together") }
        let given = [oidcTokenFile, bootstrapFile, cert].compactMap { $0 }.count
        guard given <= 1 else {
            throw ValidationError("give one of --oidc-token-file, --bootstrap-file and --cert with --key")
        }
    }

    func run() async throws {
        guard let path = save ?? connection.tokenFile ?? ConnectionOptions.variable("TENURE_TOKEN_FILE") else {
            throw CommandFailure.usage("say where the session token goes: --save FILE, or TENURE_TOKEN_FILE")
        }
        let (body, proof) = try await request()
        let answer = try await connection.withClient(proof: proof) { try await $0.login(body) }
        try await WholeFile.write(Array((answer.token + "\n").utf8), to: path, nonce: Nonce.make())
        let shown = LoginResult(
            identity: answer.identity, expiresAt: answer.expiresAt, savedTo: path, login: answer.login,
            auditIndex: answer.auditIndex)
        try output.show(shown) { report in
            report.line("Logged in as \(answer.identity) until \(answer.expiresAt).")
            report.row("Token saved to", path)
            report.row("Login", answer.login.map { "login/" + $0 })
        }
    }

    private func request() async throws -> (LoginBody, ConnectionOptions.Proof) {
        if let cert, let key {
            return (
                LoginBody(method: "certificate", trust: trust),
                .certificate(.init(certificateFile: cert, keyFile: key))
            )
        }
        if let bootstrapFile {
            let secret = try TokenSource.file(bootstrapFile).current()
            return (LoginBody(method: "bootstrap", token: secret, trust: trust), .none)
        }
        let source: TokenSource
        if let oidcTokenFile {
            source = .file(oidcTokenFile)
        } else if let system = CISystem(environment: ProcessInfo.processInfo.environment) {
            source = try await system.token(audience: oidcAudience)
        } else {
            throw CommandFailure.usage(
                "say how you prove who you are: --oidc-token-file, --bootstrap-file, or --cert with --key")
        }
        return (LoginBody(method: "oidc", token: try source.current(), trust: trust), .none)
    }
}

/// What a login shows: all but the token, which is in the file.
private struct LoginResult: Encodable {
    let identity: String
    let expiresAt: String
    let savedTo: String
    let login: String?
    let auditIndex: Int64?

    enum CodingKeys: String, CodingKey {
        case identity
        case expiresAt = "expires_at"
        case savedTo = "saved_to"
        case login
        case auditIndex = "audit_index"
    }
}
