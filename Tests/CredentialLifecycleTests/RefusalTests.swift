internal import APITokens
internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import Foundation
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import SecretMemory
internal import Storage
internal import TenureModel
internal import Testing

@Suite("Refusals and secrets in the record")
struct RefusalTests {
    private static func refusals(_ installation: TestInstallation) async throws -> [AuditEntry] {
        try await installation.broker.ledger.entries(from: 0, limit: 10_000)
            .map { try EntryEncoding.decode($0.body) }.filter { $0.outcome == .refused }
    }

    private static func refused(
        _ installation: TestInstallation, _ token: String, source: String = TestInstallation.source
    ) async throws -> LoginID? {
        let error = await expectRefused(.unauthenticated) {
            _ = try await installation.broker.authenticate(.bearer(token), source: source)
        }
        if case .unauthenticated(let login)? = error { return login }
        return nil
    }

    @Test("a refused login is explained to the operator: each bound, expected against actual, and no token")
    func explanation() async throws {
        let installation = try await TestInstallation.start()
        let token = try await installation.issuer.token([
            ("iss", "\"\(TestIssuer.url)\""), ("aud", "\"tenure\""), ("sub", "\"deploy\""),
            ("exp", String(installation.clock.now.seconds + 600)), ("jti", "\"jti-canary\""),
            ("repository", "\"evil/shop\""), ("ref", "\"refs/heads/main\""),
        ])
        let login = try #require(try await Self.refused(installation, token))
        let found = try await installation.broker.explain(
            login: login, by: try await installation.caller("admin"))
        let entry = found.entry
        #expect(entry.outcome == .refused && entry.why == "unauthenticated" && entry.object == login.text)
        let details = Dictionary(entry.details.map { ($0.key, $0.value) }, uniquingKeysWith: { one, _ in one })
        let repository = try #require(
            details.first { $0.key.hasSuffix(".claims.repository") || $0.key.hasSuffix(".repository") })
        guard case .text(let text) = repository.value else { return }
        #expect(text.hasPrefix("fails") && text.contains("acme/shop") && text.contains("evil/shop"))
        let stored = try #require(try await installation.broker.ledger.entry(found.index))
        let body = String(decoding: stored.body, as: UTF8.self)
        for part in token.split(separator: ".") { #expect(!body.contains(String(part))) }
        await expectRefused(.denied, .notFound) {
            _ = try await installation.broker.explain(login: login, by: try await installation.caller("deploy"))
        }
    }

    @Test("T41 a refused login with the longest claims is still an entry")
    func longClaims() async throws {
        let installation = try await TestInstallation.start()
        var desired = DesiredState()
        for place in 0..<5 {
            var trust = try installation.trust(of: "workload/deploy", subject: "x", name: "long-\(place)")
            guard case .oidc(var oidc) = trust.method else { return }
            oidc.issuer = "https://long.example.internal"
            oidc.keys = .fixed(installation.issuer.keySetText)
            oidc.conditions = (0..<20).map {
                ClaimCondition(claim: "c\($0)", value: .text(String(repeating: "e", count: 200)))
            }
            trust.method = .oidc(oidc)
            desired.trusts.append(trust)
        }
        _ = try await installation.broker.change(
            to: desired, as: .trustWrite, by: try await installation.caller("admin"), in: try installation.call())
        let long = "\"" + String(repeating: "\\u001b\u{202E}", count: 8) + "\""
        let token = try await installation.issuer.token(
            [
                ("iss", "\"https://long.example.internal\""), ("aud", "\"tenure\""), ("sub", "\"x\""),
                ("exp", String(installation.clock.now.seconds + 600)),
            ] + (0..<20).map { ("c\($0)", long) })
        let login = try #require(try await Self.refused(installation, token))
        let found = try await installation.broker.explain(login: login, by: try await installation.caller("admin"))
        #expect(found.entry.details.first?.value == .text("conditions"))
        #expect(found.entry.details.contains { $0.key.hasPrefix("bound.") })
    }

    @Test("equal refusals of one caller within ten seconds are one entry, and the next one says how many")
    func folded() async throws {
        let installation = try await TestInstallation.start()
        let before = try await Self.refusals(installation).count
        for _ in 0..<50 { _ = try await Self.refused(installation, "tnr_nonsense") }
        #expect(try await Self.refusals(installation).count == before + 1)
        installation.clock.advance(seconds: 10)
        _ = try await Self.refused(installation, "tnr_nonsense")
        let after = try await Self.refusals(installation)
        #expect(after.count == before + 2)
        #expect(after.last?.details.contains { $0.key == "folded" && $0.value == .number(49) } ?? false)
    }

    @Test("another reason is another entry")
    func reasons() async throws {
        let installation = try await TestInstallation.start()
        let before = try await Self.refusals(installation).count
        _ = try await Self.refused(installation, "tnr_nonsense")
        _ = try await Self.refused(installation, "not.a.token")
        _ = try await Self.refused(installation, try await installation.oidcToken("nobody"))
        #expect(try await Self.refusals(installation).count == before + 3)
    }

    @Test("strangers share ten entries a second, from however many addresses they come")
    func strangers() async throws {
        let installation = try await TestInstallation.start()
        let before = try await Self.refusals(installation).count
        for place in 0..<40 {
            _ = try await Self.refused(installation, "tnr_nonsense", source: "198.51.100.\(place)")
        }
        #expect(try await Self.refusals(installation).count == before + 10)
        installation.clock.advance(seconds: 1)
        _ = try await Self.refused(installation, "tnr_nonsense", source: "198.51.100.200")
        #expect(try await Self.refusals(installation).count == before + 11)
    }

    @Test("T17 what is presented too often is an entry")
    func tooOften() async throws {
        let installation = try await TestInstallation(isDevelopment: false)
        for _ in 0..<2 {
            let caller = try await installation.broker.authenticate(
                .bootstrap(installation.bootstrap), source: TestInstallation.source)
            do {
                _ = try await installation.broker.login(caller, in: try installation.call())
            } catch let error as LifecycleError {
                #expect(RefusalCode(error) == .unauthenticated)
                continue
            }
        }
        let refused = try await Self.refusals(installation)
        #expect(refused.count == 1 && refused.first?.act == .loginCreate)
        #expect(refused.first?.actor.id == (try installation.identity("person/admin").id.text))
    }

    @Test("P6 no secret stands in an entry or in the database, in whatever spelling")
    func canaries() async throws {
        let installation = try await TestInstallation.start()
        let session = try await installation.session("deploy")
        let caller = try await installation.broker.authenticate(.bearer(session), source: TestInstallation.source)
        let key = try PrivateKey.generate(.p256)
        let token = try await installation.token(caller, in: try installation.call(key: "k1"))
        _ = try await installation.certificate(caller, key: key, in: try installation.call(key: "k2"))
        let oidc = try await installation.oidcToken("nobody")
        _ = try await Self.refused(installation, oidc)
        _ = try await installation.broker.revoke(
            .token(token.text), reason: .keyCompromise, by: try await installation.caller("admin"),
            in: try installation.call())
        let admin = try await installation.caller("admin")
        let audience = try #require(
            try await installation.broker.keySet(
                of: try Audience("releases"), by: admin, in: try installation.call()
            ).first)
        await installation.node.stop()
        try (installation.node.engine as? SQLiteEngine)?.close()
        var canaries: [(String, [UInt8])] = [
            ("session", Array(session.utf8)), ("token", Array(token.text.utf8)),
            ("bootstrap", Array(installation.bootstrap.utf8)), ("OIDC token", Array(oidc.utf8)),
            ("audience key", Self.bytes(audience.secret)),
            ("private key", Self.bytes(try key.pkcs8DER())),
        ]
        for (name, text) in [("session", session), ("token", token.text), ("OIDC token", oidc)] {
            // The signature alone makes a token of public claims.
            if let signature = text.split(separator: ".").last {
                canaries.append((name + "'s signature", Array(signature.prefix(40).utf8)))
            }
        }
        let bootstrapID = try Identifier<OperationKind>(
            "opr" + installation.bootstrap.dropFirst("tnb".count))
        canaries.append(("bootstrap secret", bootstrapID.bytes))
        var stored = Data()
        for name in try FileManager.default.contentsOfDirectory(atPath: installation.folder) {
            stored.append(try Data(contentsOf: URL(fileURLWithPath: installation.folder + "/" + name)))
        }
        #expect(stored.count > 100_000)
        for (name, bytes) in canaries {
            for (spelling, form) in Self.spellings(bytes) {
                #expect(stored.range(of: form) == nil, "\(name), \(spelling)")
            }
        }
        // The search itself finds what is there.
        #expect(stored.range(of: Data("acme/shop".utf8)) != nil)
    }

    private static func bytes(_ secret: SecretBytes) -> [UInt8] {
        secret.withBytes { span in (0..<span.count).map { span[$0] } }
    }

    private static func spellings(_ bytes: [UInt8]) -> [(String, Data)] {
        let base64 = Data(bytes).base64EncodedString().replacingOccurrences(of: "=", with: "")
        let url = base64.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        let hex = Hex.text(bytes)
        return [
            ("raw", Data(bytes)), ("hex", Data(hex.utf8)), ("HEX", Data(hex.uppercased().utf8)),
            ("base64", Data(base64.utf8)), ("base64url", Data(url.utf8)),
        ]
    }
}
