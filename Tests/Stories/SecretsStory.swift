internal import Foundation
internal import Testing

@Suite("Story: whoever gets the disk, the log or the process list gets no secret (P6, T45)")
struct SecretsStory {
    @Test("T45 no token, key or proof of identity stands in files, logs, metrics, the record, arguments or environment")
    func canaries() async throws {
        try await withBroker { broker in
            var canaries: [(name: String, bytes: [UInt8])] = []
            let proof = try await broker.jobToken()
            canaries.append(("the signature of the OIDC token", try signature(ofFile: proof)))
            let issued = try await broker.stranger(
                "token", "issue", "--profile", "ci-token", "--audience", "registry", "--oidc-token-file", proof)
            let token = try issued.text("token")
            canaries.append(("the MAC of the token", try mac(of: token)))
            #expect(try await broker.isActive(token))
            let session = broker.path("session")
            _ = try await broker.stranger("login", "--oidc-token-file", proof, "--save", session).checked("login")
            canaries.append(("the MAC of the session", try mac(of: String(contentsOfFile: session, encoding: .utf8))))
            let administrator = try String(contentsOfFile: broker.ready.adminTokenFile, encoding: .utf8)
            canaries.append(("the MAC of the administrator's session", try mac(of: administrator)))
            let keys = try await broker.curl(
                "GET", "/api/v1/audiences/registry/keys", bearer: broker.ready.adminTokenFile)
            for key in try #require(keys.json["keys"] as? [[String: Any]]) {
                canaries.append(("a key of the audience", try decoded(try #require(key["k"] as? String))))
            }
            // What is refused is written down, and must not quote what was sent.
            let malformed = #"{"profile":"ci-token","audience":"registry","ttl_seconds":"canary-in-a-bad-field"}"#
            let answer = try await broker.curl("POST", "/api/v1/tokens", bearer: proof, body: malformed)
            #expect(answer.status == 400 && !answer.body.contains("canary-in-a-bad-field"))
            canaries.append(("a value of a refused body", Array("canary-in-a-bad-field".utf8)))
            let forged = broker.path("forged")
            try Data((token + "x").utf8).write(to: URL(fileURLWithPath: forged))
            _ = try await broker.curl("GET", "/api/v1/credentials", bearer: forged)

            let places = try await places(of: broker)
            #expect(places.count > 8)
            for (name, bytes) in canaries {
                for form in forms(of: bytes) {
                    for (place, content) in places where content.range(of: form) != nil {
                        Issue.record("\(name) stands in \(place)")
                    }
                }
            }
            // The search finds what is there.
            #expect(places.contains { $0.content.range(of: Data("workload".utf8)) != nil })
        }
    }

    /// Raw, hex in both cases, base64 and base64url.
    private func forms(of bytes: [UInt8]) -> [Data] {
        let data = Data(bytes)
        let hex = bytes.map { (byte: UInt8) in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        let base64 = data.base64EncodedString().replacingOccurrences(of: "=", with: "")
        let base64url = base64.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        return [data] + [hex, hex.uppercased(), base64, base64url].map { Data($0.utf8) }
    }

    private func places(of broker: DevelopmentBroker) async throws -> [(name: String, content: Data)] {
        var places: [(name: String, content: Data)] = []
        let data = URL(fileURLWithPath: broker.ready.data)
        let files = FileManager.default.enumerator(at: data, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            // By contract this file is where the administrator's session lies.
            guard file.path != broker.ready.adminTokenFile, let content = try? Data(contentsOf: file) else { continue }
            places.append((file.lastPathComponent, content))
        }
        places.append(("the log", Data(broker.log.utf8)))
        for name in ["cmdline", "environ"] {
            places.append((name, try Data(contentsOf: URL(fileURLWithPath: "/proc/\(broker.ready.pid)/\(name)"))))
        }
        let metrics = try await broker.curl("GET", "/metrics", bearer: broker.ready.adminTokenFile)
        places.append(("/metrics", Data(metrics.body.utf8)))
        let export = try await broker.admin("audit", "export").checked("audit export")
        places.append(("the record", Data(export.utf8)))
        return places
    }

    /// `tnr_` + JWS + `_` + six characters: the MAC is the last segment of the JWS.
    private func mac(of token: String) throws -> [UInt8] {
        let jws = token.trimmingCharacters(in: .whitespacesAndNewlines).dropLast(7)
        return try decoded(String(try #require(jws.split(separator: ".").last)))
    }

    private func signature(ofFile path: String) throws -> [UInt8] {
        let jws = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        return try decoded(String(try #require(jws.split(separator: ".").last)))
    }

    private func decoded(_ base64url: String) throws -> [UInt8] {
        var text = base64url.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        while text.count % 4 != 0 { text += "=" }
        return Array(try #require(Data(base64Encoded: text)))
    }
}
