internal import Foundation
internal import Glibc
internal import Synchronization
internal import TenureModel
internal import TenureVerifier
internal import Testing

@Suite("Story: a resource server")
struct ResourceServerStory {
    /// The machine's clocks, of which the one that never goes back can be put forward.
    private final class Clocks: Sendable {
        private let ahead = Atomic<Int64>(0)
        private let start = ContinuousClock.now

        func putForward(seconds: Int64) { ahead.add(seconds * 1000, ordering: .sequentiallyConsistent) }

        var surroundings: VerifierSurroundings {
            VerifierSurroundings(
                now: { Timestamp(clampingMilliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
                elapsed: {
                    Int64((ContinuousClock.now - self.start) / .milliseconds(1))
                        + self.ahead.load(ordering: .sequentiallyConsistent)
                },
                pause: { _ in
                    do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
                }, chance: { 0 })
        }
    }

    /// Runs with a verifier of the registry that follows the broker.
    private static func withVerifier(
        of broker: DevelopmentBroker, _ clocks: Clocks = Clocks(), _ body: (Verifier) async throws -> Void
    ) async throws {
        let settings = VerifierSettings(
            address: broker.ready.url, caFile: broker.ready.caFile, audience: "registry",
            proof: .tokenFile(broker.ready.adminTokenFile))
        let verifier = try Verifier(settings, clocks.surroundings)
        let following = Task { await verifier.run() }
        do {
            try await until("it follows") { verifier.status.freshness == .current }
            try await body(verifier)
        } catch {
            following.cancel()
            await following.value
            throw error
        }
        following.cancel()
        await following.value
    }

    /// Bounded, and no longer than it takes.
    private static func until(_ what: String, _ holds: () async -> Bool) async throws {
        for _ in 0..<1_500 {
            if await holds() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw StoryFailure("it never came: \(what)")
    }

    private static func refusal(_ verifier: Verifier, _ token: String) async -> CredentialRefusal? {
        do throws(CredentialRefusal) {
            _ = try await verifier.verify(token)
            return nil
        } catch {
            return error
        }
    }

    private static func token(_ broker: DevelopmentBroker, _ name: String = "job") async throws -> String {
        try await broker.stranger(
            "token", "issue", "--profile", "ci-token", "--audience", "registry", "--scope", "push",
            "--oidc-token-file", try await broker.jobToken(name)
        ).text("token")
    }

    @Test("P3 a token is judged without asking, and refused once its identity is offboarded; a forged one never passes")
    func tokens() async throws {
        try await withBroker { broker in
            try await Self.withVerifier(of: broker) { verifier in
                let text = try await Self.token(broker)
                let token = try await verifier.verify(text)
                #expect(token.allows("push") && !token.allows("push", "admin") && !token.isLagging)
                #expect(token.audience == "registry" && token.identity.hasPrefix("workload/"))
                var forged = text
                let place = forged.index(forged.startIndex, offsetBy: 200)
                forged.replaceSubrange(place...place, with: forged[place] == "A" ? "B" : "A")
                #expect(await Self.refusal(verifier, forged) != nil)
                #expect(await Self.refusal(verifier, "nothing of ours") == .malformed)
                _ = try await broker.admin("offboard", "workload/deploy", "--yes").checked("offboard")
                try await Self.until("the token is refused") { await Self.refusal(verifier, text) == .revoked }
            }
        }
    }

    @Test("P4 tokens of a key that was published meanwhile are accepted, and those of a key that was cut are not")
    func rotation() async throws {
        try await withBroker { broker in
            try await Self.withVerifier(of: broker) { verifier in
                let before = try await Self.token(broker)
                #expect(await Self.refusal(verifier, before) == nil)
                let revoked = try await broker.admin(
                    "revoke", "key/" + (try verifierKey(of: before)), "--reason", "keyCompromise", "--yes")
                _ = try revoked.checked("revoke")
                try await Self.until("the old key is dead") { await Self.refusal(verifier, before) != nil }
                _ = try await broker.admin("rotate", "token-keys", "--audience", "registry", "--yes").checked("rotate")
                let after = try await Self.token(broker, "again")
                try await Self.until("the new key is known") { await Self.refusal(verifier, after) == nil }
            }
        }
    }

    @Test("P3 T12 cut off from the broker it says that it lags, and refuses everything after the stated deadline")
    func cutOff() async throws {
        try await withBroker { broker in
            let clocks = Clocks()
            try await Self.withVerifier(of: broker, clocks) { verifier in
                let text = try await Self.token(broker)
                #expect(try await verifier.verify(text).isLagging == false)
                broker.end()
                clocks.putForward(seconds: 30)
                #expect(try await verifier.verify(text).isLagging)
                clocks.putForward(seconds: 40)
                #expect(await Self.refusal(verifier, text) == .cutOff)
                try await Self.until("it says what is wrong") { verifier.status.trouble != nil }
            }
        }
    }

    @Test("a certificate of a TLS peer is judged by the same feed, by what it hangs on")
    func certificates() async throws {
        try await withBroker { broker in
            try await Self.withVerifier(of: broker) { verifier in
                let folder = broker.path("service")
                _ = try await broker.stranger(
                    "cert", "issue", "--profile", "service-tls", "--out", folder, "--oidc-token-file",
                    try await broker.identityToken("checkout", subject: "checkout")
                ).checked("cert issue")
                let chain = try await broker.curl("GET", broker.ready.httpUrl + "/ca/chain.pem")
                let bundle = broker.path("issuers.pem")
                try Data(chain.body.utf8).write(to: URL(fileURLWithPath: bundle))
                let leaf = try await der(folder + "/cert.pem", broker)
                let issuer = try await der(bundle, broker)
                try verifier.judge(certificate: leaf, issuer: issuer)
                #expect(throws: CredentialRefusal.badSignature) {
                    try verifier.judge(certificate: leaf, issuer: leaf)
                }
                _ = try await broker.admin("offboard", "workload/checkout", "--yes").checked("offboard")
                try await Self.until("the certificate is refused") {
                    do throws(CredentialRefusal) {
                        try verifier.judge(certificate: leaf, issuer: issuer)
                        return false
                    } catch {
                        return error == .revoked
                    }
                }
            }
        }
    }

    @Test("P3 the reference in Python judges as the library does: good, forged, revoked")
    func python() async throws {
        try await withBroker { broker in
            let text = try await Self.token(broker)
            let reference = try LineProgram(
                Program.system("python3"),
                [
                    Self.root.appendingPathComponent("docs/verifier.py").path, "--addr", broker.ready.url, "--ca-file",
                    broker.ready.caFile, "--token-file", broker.ready.adminTokenFile, "--audience", "registry",
                ])
            defer { reference.end() }
            let good = await reference.answer(to: text)
            #expect(good.hasPrefix("good workload/") || good.hasPrefix("good wkl_"), "\(good)")
            #expect(good.hasSuffix("push"), "\(good)")
            var forged = text
            let place = forged.index(forged.startIndex, offsetBy: 200)
            forged.replaceSubrange(place...place, with: forged[place] == "A" ? "B" : "A")
            #expect(await reference.answer(to: forged) == "refused checksum")
            #expect(await reference.answer(to: "a.b.c").hasPrefix("refused malformed"))
            _ = try await broker.admin("revoke", "workload/deploy", "--yes").checked("revoke")
            try await Self.until("the token is refused") { await reference.answer(to: text) == "refused revoked" }
            let next = try await Self.token(broker, "next")
            #expect(await reference.answer(to: next).hasPrefix("good "))
        }
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The first certificate of a file in DER.
    private func der(_ file: String, _ broker: DevelopmentBroker) async throws -> [UInt8] {
        let out = broker.path("one.der")
        try await broker.openssl("x509", "-in", file, "-outform", "DER", "-out", out)
        return Array(try Data(contentsOf: URL(fileURLWithPath: out)))
    }

    /// The `kid` in a token's header.
    private func verifierKey(of token: String) throws -> String {
        let header = String(token.dropFirst(4).prefix { $0 != "." })
        let padding = String(repeating: "=", count: (4 - header.utf8.count % 4) % 4)
        let standard = header.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let bytes = try #require(Data(base64Encoded: standard + padding))
        let fields = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        return try #require(fields?["kid"] as? String)
    }
}

/// A program that answers each line with a line.
private final class LineProgram {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ program: Program, _ arguments: [String]) throws {
        process.executableURL = program.url
        process.arguments = arguments
        process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    func answer(to line: String) async -> String {
        let (reading, writing) = (output.fileHandleForReading, input.fileHandleForWriting)
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                do { try writing.write(contentsOf: Data((line + "\n").utf8)) } catch {
                    return continuation.resume(returning: "it ended")
                }
                var answer = ""
                while !answer.hasSuffix("\n") {
                    let piece = reading.availableData
                    if piece.isEmpty { break }
                    answer += String(decoding: piece, as: UTF8.self)
                }
                continuation.resume(returning: answer.trimmingCharacters(in: .newlines))
            }
        }
    }

    func end() {
        // A program that is started from here begins with the signals blocked that this thread has blocked.
        if process.isRunning { _ = kill(process.processIdentifier, SIGKILL) }
        // `waitUntilExit` runs the loop of whatever thread this task is on.
        while process.isRunning { usleep(2_000) }
    }
}
