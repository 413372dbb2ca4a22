internal import Foundation
internal import Testing

@Suite("Story: keys are rotated while everything goes on")
struct RotationStory {
    /// What the administrator rotates.
    private static func rotate(
        _ broker: DevelopmentBroker, _ words: String...
    ) async throws -> [[String: Any]] {
        let outcome = try await broker.admin(
            "rotate", words[0], words.count > 1 ? words[1] : "--yes",
            words.count > 2 ? words[2] : "--yes")
        _ = try outcome.checked("rotate \(words)")
        return outcome.json["keys"] as? [[String: Any]] ?? []
    }

    private static func states(_ keys: [[String: Any]]) -> [String] { keys.compactMap { $0["state"] as? String } }

    @Test("P4 one audience, all rings, session keys and the issuing CA, each previewed and then done; nothing breaks")
    func rotation() async throws {
        try await withBroker { broker in
            let token = try await broker.stranger(
                "token", "issue", "--profile", "ci-token", "--audience", "registry", "--oidc-token-file",
                try await broker.jobToken()
            ).text("token")
            let service = broker.path("service")
            let issued = try await broker.stranger(
                "cert", "issue", "--profile", "service-tls", "--out", service, "--oidc-token-file",
                try await broker.identityToken("checkout", subject: "checkout"))
            let serial = try issued.text("serial")
            let bundle = broker.path("bundle.pem")
            let chain = try await broker.curl("GET", broker.ready.httpUrl + "/ca/chain.pem")
            try Data(chain.body.utf8).write(to: URL(fileURLWithPath: bundle))

            let preview = try await Self.rotate(broker, "token-keys", "--audience", "registry")
            #expect(Self.states(preview) == ["active", "staged"])
            #expect(Set(preview.compactMap { $0["kid"] as? String }).count == 2)
            let waiting = try await broker.admin("rotate", "token-keys", "--audience", "registry", "--yes")
            #expect(waiting.status == 6, "\(waiting.errors)")
            let sessions = try await broker.admin("rotate", "session-keys", "--dry-run")
            #expect(Self.states(sessions.json["keys"] as? [[String: Any]] ?? []) == ["draining", "staged"])
            _ = try await Self.rotate(broker, "session-keys")
            let authorities = try await Self.rotate(broker, "issuing-ca")
            #expect(Self.states(authorities) == ["draining", "active", "staged"])

            #expect(try await broker.isActive(token))
            let renewed = broker.path("renewed")
            _ = try await broker.stranger(
                "cert", "renew", "--cert", service + "/cert.pem", "--key", service + "/key.pem", "--out", renewed
            ).checked("cert renew")
            // Somebody who fetched the CAs before knows every issuer that signs.
            for certificate in [service, renewed] {
                try await broker.openssl(
                    "verify", "-x509_strict", "-CAfile", broker.ready.caFile, "-untrusted", bundle,
                    certificate + "/cert.pem")
            }
            let shown = try await broker.admin("credential", "show", serial)
            #expect((shown.json["names"] as? [String])?.contains("checkout.example.internal") == true)
            #expect(try shown.text("serial") == serial)
            let audit = try await broker.admin("audit", "verify", "--data", broker.ready.data, "--state")
            _ = try audit.checked("audit verify")
        }
    }

    @Test("T24 the server's own certificate is replaced at once when its CA is cut, while an open connection goes on")
    func cutIssuer() async throws {
        try await withBroker { broker in
            let (host, port) = try broker.address()
            let kept = try KeptConnection(broker)
            defer { kept.close() }
            #expect(try await kept.get("/livez").contains(" 200 "))
            let before = try await broker.served(host, port)
            let issuers = try await broker.curl("GET", broker.ready.httpUrl + "/ca/chain.pem")
            let first = broker.path("issuing.pem")
            try Data(issuers.body.utf8).write(to: URL(fileURLWithPath: first))
            let key = try await broker.openssl("x509", "-in", first, "-noout", "-pubkey")
            try Data(key.utf8).write(to: URL(fileURLWithPath: broker.path("issuing.pub")))
            #expect(before.issuer == (try await broker.openssl("x509", "-in", first, "-noout", "-subject")).dropLabel)
            _ = try await broker.admin(
                "revoke", "--public-key", broker.path("issuing.pub"), "--reason", "keyCompromise", "--yes"
            ).checked("revoke")
            var after = before
            // Looked at each second by the server; bounded, and no longer than it takes.
            for _ in 0..<100 where after == before { after = try await broker.served(host, port) }
            #expect(after.issuer != before.issuer)
            #expect(try await kept.get("/livez").contains(" 200 "))
            let status = try await broker.curl("GET", "/api/v1/status", bearer: broker.ready.adminTokenFile)
            #expect(status.status == 200)
            // The root's own list names the CA, for those who check whole chains.
            let root = broker.ready.data + "/root.crl"
            var list = ""
            let serial = try await broker.openssl("x509", "-in", first, "-noout", "-serial").dropLabel
            for _ in 0..<100 where !list.contains(serial) {
                list = try await broker.openssl("crl", "-inform", "DER", "-in", root, "-noout", "-text")
                    .replacingOccurrences(of: ":", with: "")
            }
            #expect(list.contains(serial))
        }
    }
}

extension String {
    /// What stands after the first `=`, as openssl labels its fields.
    fileprivate var dropLabel: String {
        String(drop { $0 != "=" }.dropFirst()).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// What a server shows to a new connection.
struct ServedCertificate: Hashable {
    let issuer: String
    let serial: String
}

extension DevelopmentBroker {
    /// Host and port of the API.
    func address() throws -> (host: String, port: Int) {
        guard let url = URL(string: ready.url), let host = url.host, let port = url.port else {
            throw StoryFailure("no address in \(ready.url)")
        }
        return (host, port)
    }

    func served(_ host: String, _ port: Int) async throws -> ServedCertificate {
        let shown = try await openssl(
            "s_client", "-connect", "\(host):\(port)", "-CAfile", ready.caFile, "-verify_return_error")
        let file = path("served.pem")
        guard let start = shown.range(of: "-----BEGIN CERTIFICATE-----"),
            let end = shown.range(of: "-----END CERTIFICATE-----")
        else { throw StoryFailure("no certificate: \(shown)") }
        try Data((String(shown[start.lowerBound..<end.upperBound]) + "\n").utf8).write(to: URL(fileURLWithPath: file))
        return ServedCertificate(
            issuer: try await openssl("x509", "-in", file, "-noout", "-issuer").dropLabel,
            serial: try await openssl("x509", "-in", file, "-noout", "-serial").dropLabel)
    }
}

/// A TLS connection of openssl that stays open.
final class KeptConnection {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ broker: DevelopmentBroker, _ more: [String] = []) throws {
        let (host, port) = try broker.address()
        process.executableURL = try Program.system("openssl").url
        process.arguments =
            ["s_client", "-quiet", "-connect", "\(host):\(port)", "-CAfile", broker.ready.caFile] + more
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Sends one request and reads until its answer has a body's first byte.
    func get(_ path: String) async throws -> String {
        try input.fileHandleForWriting.write(contentsOf: Data("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        let handle = output.fileHandleForReading
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var answer = ""
                while !answer.contains("\r\n\r\n") || answer.hasSuffix("\r\n\r\n") {
                    let piece = handle.availableData
                    if piece.isEmpty { break }
                    answer += String(decoding: piece, as: UTF8.self)
                }
                continuation.resume(returning: answer)
            }
        }
    }

    func close() {
        if process.isRunning { process.terminate() }
        // `waitUntilExit` runs the loop of whatever thread this task is on.
        while process.isRunning { usleep(2_000) }
    }
}
