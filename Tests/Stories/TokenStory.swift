internal import Foundation
internal import TenureAPI
internal import TenureClient
internal import Testing

@Suite("Story: the issuing CA's key lies in a PKCS#11 token")
struct TokenStory {
    /// A SoftHSM of this story alone: its tokens in the broker's folder.
    private struct Token {
        let broker: InstalledBroker
        static let pin = "714-canary-2963"

        static func module() throws -> String {
            for path in [
                "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so",
            ] where FileManager.default.fileExists(atPath: path) { return path }
            throw StoryFailure("SoftHSM is not installed: apt-get install softhsm2")
        }

        init(_ broker: InstalledBroker) async throws {
            self.broker = broker
            try FileManager.default.createDirectory(
                atPath: broker.path("tokens"), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try broker.write(
                "softhsm2.conf", "directories.tokendir = \(broker.path("tokens"))\nobjectstore.backend = file\n")
            broker.environment["SOFTHSM2_CONF"] = broker.path("softhsm2.conf")
            var program = try Program.system("softhsm2-util")
            program.environment = broker.environment
            _ = try await program.run([
                "--init-token", "--free", "--label", "tenure story", "--pin", Self.pin, "--so-pin", "87654321",
            ]).checked("softhsm2-util")
            try broker.write("pin", Self.pin + "\n")
        }

        /// What the section `ca` says.
        func section(label: String = "tenure story", pin: String? = nil) throws -> [String] {
            let pin = pin ?? "pin_file: \(broker.path("pin"))"
            return ["pkcs11: {module: \(try Self.module()), token: \(label), \(pin)}"]
        }
    }

    private static func issue(_ name: String, _ issuer: StoryIssuer, _ broker: InstalledBroker) async throws {
        _ = try await broker.stranger(
            "cert", "issue", "--profile", "service-tls", "--out", broker.path(name), "--oidc-token-file",
            try await issuer.proof(of: "checkout")
        ).checked("cert issue")
        let folder = broker.path(name)
        _ = try await Program.system("openssl").run([
            "verify", "-x509_strict", "-CAfile", folder + "/ca.pem", "-untrusted", folder + "/chain.pem",
            folder + "/cert.pem",
        ]).checked("openssl verify")
    }

    /// So many certificates for one key, asked for at the same time.
    private static func issueMany(_ count: Int, _ issuer: StoryIssuer, _ broker: InstalledBroker) async throws -> Int {
        let csr = broker.path("many.csr")
        _ = try await Program.system("openssl").run([
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=checkout",
            "-keyout", broker.path("many.key"), "-out", csr,
        ]).checked("req")
        let proof = try await issuer.proof(of: "checkout")
        let client = try TenureClient(
            ClientSettings(address: broker.url, caFile: broker.path("data/root.pem"), token: .file(proof)))
        let body = IssueCertificateBody(
            profile: "service-tls", csr: try String(contentsOfFile: csr, encoding: .utf8))
        let serials = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<count { group.addTask { try? await client.issueCertificate(body).serial } }
            return await group.reduce(into: Set<String>()) { if let serial = $1 { $0.insert(serial) } }
        }
        try await client.shutdown()
        return serials.count
    }

    @Test("certificates are signed in the token, side by side, and OpenSSL accepts them")
    func signed() async throws {
        let broker = try InstalledBroker()
        let token = try await Token(broker)
        broker.authority = try token.section()
        _ = try await broker.tenured("init").checked("init")
        #expect(try await broker.serve() == nil)
        try await broker.login()
        let (issuer, estate) = try await StoryIssuer.make(
            in: broker.folder, workloads: ["checkout"], profile: "service-tls")
        _ = try await broker.tenure("apply", "-f", estate, "--yes").checked("apply")
        try await Self.issue("first", issuer, broker)
        #expect(try await Self.issueMany(16, issuer, broker) == 16)
        broker.end()
        let doctor = try await broker.tenured("doctor")
        #expect(doctor.output.contains("issuing CAs' keys: 2 sign; new ones are made in the token `tenure story`"))
        #expect(!doctor.output.contains("FAULT"), "\(doctor.output)")
        // With the PIN from a variable, which is wiped.
        broker.authority = try token.section(pin: "pin_environment: STORY_PIN")
        broker.environment["STORY_PIN"] = Token.pin
        #expect(try await broker.serve() == nil)
        let shown = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(broker.processID)/environ"))
        #expect(shown.range(of: Data(Token.pin.utf8)) == nil)
        try await Self.issue("second", issuer, broker)
        broker.end()
        _ = try await broker.tenure("audit", "verify", "--data", broker.path("data"), "--state").checked("audit verify")
        #expect(!broker.log.contains(Token.pin))
    }

    @Test("a token that is away, a wrong PIN or another token keeps it from starting, and the reason is said")
    func refused() async throws {
        let broker = try InstalledBroker()
        let token = try await Token(broker)
        broker.authority = try token.section()
        _ = try await broker.tenured("init").checked("init")
        func said(_ authority: [String]) async throws -> String {
            broker.authority = authority
            let said = try await broker.serve() ?? "it started"
            broker.end()
            return said
        }
        #expect(try await said(token.section(label: "another")).contains("no token with this label is there"))
        try broker.write("wrong", "00000000")
        let wrong = try await said(token.section(pin: "pin_file: \(broker.path("wrong"))"))
        #expect(wrong.contains("the PIN is wrong"), "\(wrong)")
        let none = try await said([])
        #expect(none.contains("lies in the token `tenure story`, and the configuration has no ca.pkcs11"), "\(none)")
        let module = try await said(["pkcs11: {module: /usr/lib/none.so, token: a, pin_file: \(broker.path("pin"))}"])
        #expect(module.contains("install the token's module"), "\(module)")
        let library = try await said([
            "pkcs11: {module: \(broker.path("pin")), token: a, pin_file: \(broker.path("pin"))}"
        ])
        #expect(library.contains("cannot be used"), "\(library)")
        // Its keys are gone, as after an exchange of the token.
        try FileManager.default.removeItem(atPath: broker.path("tokens"))
        let exchanged = try await Token(broker)
        let lost = try await said(exchanged.section())
        #expect(lost.contains("the token has no such key"), "\(lost)")
        let doctor = try await broker.tenured("doctor")
        #expect(doctor.status == 1 && doctor.output.contains("FAULT issuing CAs' keys"), "\(doctor.output)")
    }
}
