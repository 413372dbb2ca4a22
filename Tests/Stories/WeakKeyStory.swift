internal import Foundation
internal import Testing

@Suite("Story: a list of weak keys")
struct WeakKeyStory {
    /// Profiles of the sources, of which the one for services allows RSA.
    private static func profiles(for broker: InstalledBroker) throws -> String {
        let folder = broker.path("profiles")
        try FileManager.default.copyItem(atPath: try ServedInstallation.profiles(), toPath: folder)
        let file = URL(fileURLWithPath: folder + "/service-tls.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("keys: [p256]", with: "keys: [p256, rsa2048]").utf8).write(to: file)
        return folder
    }

    /// Makes an RSA key with a request for it, and returns the key's line in a list, as its makers say to compute it.
    private static func makeKey(_ name: String, for broker: InstalledBroker) async throws -> String {
        let (key, modulus) = (broker.path(name + ".key"), broker.path(name + ".modulus"))
        let openssl = try Program.system("openssl")
        _ = try await openssl.run([
            "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)", "-keyout", key, "-out",
            broker.path(name + ".csr"),
        ]).checked("req")
        _ = try await openssl.run(["rsa", "-in", key, "-noout", "-modulus", "-out", modulus]).checked("modulus")
        let hash = try await Program.system("sha1sum").run([modulus]).checked("sha1sum")
        return String(hash.prefix(40).suffix(20))
    }

    private static func issue(
        _ name: String, _ issuer: StoryIssuer, _ broker: InstalledBroker
    ) async throws -> Program.Outcome {
        try await broker.stranger(
            "cert", "issue", "--profile", "service-tls", "--csr", broker.path(name + ".csr"), "--out",
            broker.path(name), "--oidc-token-file", try await issuer.proof(of: "checkout"))
    }

    @Test("T21 a key of the list gets no certificate, neither at first nor by renewal, and the answer says why")
    func listed() async throws {
        let broker = try InstalledBroker()
        broker.profiles = try Self.profiles(for: broker)
        let weak = try await Self.makeKey("weak", for: broker)
        _ = try await Self.makeKey("good", for: broker)
        _ = try await broker.tenured("init").checked("init")
        broker.authority = ["weak_key_files: [\(broker.path("weak-keys"))]"]
        let missing = try await broker.serve()
        #expect(missing?.contains("which ca.weak_key_files names, is not there") == true, "\(missing ?? "it started")")
        try broker.write("weak-keys", "# Debian\n00005890bc78bcbee3ca\n\(weak.uppercased())\n")
        let malformed = try await broker.serve()
        #expect(malformed?.contains("line 3 is neither a comment nor") == true, "\(malformed ?? "it started")")
        try broker.write("weak-keys", "# Debian\n00005890bc78bcbee3ca\n\(weak)\n")
        #expect(try await broker.serve() == nil)
        try await broker.login()
        let (issuer, estate) = try await StoryIssuer.make(
            in: broker.folder, workloads: ["checkout"], profile: "service-tls")
        _ = try await broker.tenure("apply", "-f", estate, "--yes").checked("apply")

        let refused = try await Self.issue("weak", issuer, broker)
        #expect(refused.status == 3 && refused.errors.contains("list of weak keys"), "\(refused)")
        let id = try await Self.issue("good", issuer, broker).text("id")
        let csr = try String(contentsOfFile: broker.path("weak.csr"), encoding: .utf8).replacing("\n", with: "\\n")
        try broker.write("body.json", "{\"csr\":\"\(csr)\"}")
        let renewal = try await Program.system("curl").run([
            "-sS", "--cacert", broker.path("data/root.pem"), "--cert", broker.path("good/cert.pem"), "--key",
            broker.path("good.key"), "-H", "Content-Type: application/json", "--data-binary",
            "@" + broker.path("body.json"), broker.url + "/api/v1/certificates/\(id)/renewal",
        ]).checked("curl")
        #expect(renewal.contains("urn:tenure:problem:weak-key") && renewal.contains("list of weak keys"), "\(renewal)")
        broker.end()
        let doctor = try await broker.tenured("doctor")
        #expect(doctor.output.contains("ok    weak keys: 2 fingerprints in "), "\(doctor.output)")
        broker.authority = []
        let without = try await broker.tenured("doctor")
        #expect(without.output.contains("weak keys: no list is configured (ca.weak_key_files)"), "\(without.output)")
    }
}
