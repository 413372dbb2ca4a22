internal import AuditLog
internal import CredentialLifecycle
internal import Storage
internal import TenureModel
internal import Testing

/// Each token is refused for its own reason, which the operator reads; the caller gets one answer. Nothing changes: the
/// entry of the refusal is the only one, and it writes no row and no mark.
@Suite("Hostile tokens")
struct HostileTokenTests {
    struct Row: Sendable {
        let name: String
        /// What stands in the entry: the reason, and a part of the detail that says what came.
        let reason: String
        let detail: String
        var header = #"{"alg":"ES256","kid":"ci-1","typ":"JWT"}"#
        /// Claims instead of, or beside, the good ones; nil leaves one out.
        var claims: [(name: String, value: String?)] = []
        /// What becomes of the whole token.
        var whole: @Sendable (String) -> String = { $0 }
    }

    private static func header(_ name: String, _ members: String, _ detail: String) -> Row {
        Row(name: name, reason: "token", detail: detail, header: "{\(members)}")
    }

    private static func claim(_ name: String, _ value: String?, reason: String = "token", _ detail: String) -> Row {
        Row(name: "\(name): \(value ?? "none")", reason: reason, detail: detail, claims: [(name, value)])
    }

    private static func parts(_ token: String) -> [String] { token.split(separator: ".").map(String.init) }

    private static let good = #""alg":"ES256","kid":"ci-1""#

    /// Also the flags AlgIsNone, WrongPrimitive and JsonSerialization of Wycheproof's JWS vectors.
    private static let forms: [Row] = [
        header("AlgIsNone", #""alg":"none","kid":"ci-1""#, "none of the accepted"),
        header("HS256 under our key", #""alg":"HS256","kid":"ci-1""#, "none of the accepted"),
        header("crit", good + #","crit":["exp"]"#, "`crit` changes how"),
        header("b64", good + #","b64":false"#, "`b64` changes how"),
        header("jwk", good + #","jwk":{}"#, "`jwk` changes how"),
        header("jku", good + #","jku":"https://evil.example""#, "`jku` changes how"),
        header("zip", good + #","zip":"DEF""#, "`zip` changes how"),
        Row(
            name: "WrongPrimitive", reason: "signature", detail: "not the key's",
            header: #"{"alg":"RS256","kid":"ci-1"}"#),
        Row(name: "a JWE of five parts", reason: "token", detail: "compact form") { $0 + ".a.b" },
        Row(name: "JsonSerialization", reason: "token", detail: "compact form") {
            let parts = parts($0)
            return #"{"protected":"\#(parts[0])","payload":"\#(parts[1])","signature":"\#(parts[2])"}"#
        },
        Row(name: "r = s = 0", reason: "signature", detail: "signature is wrong") {
            parts($0)[..<2].joined(separator: ".") + "." + String(repeating: "A", count: 86)
        },
    ]

    /// Also the flags ModifiedPadding and ModifiedSignature.
    private static let spellings: [Row] = [
        Row(name: "ModifiedPadding", reason: "token", detail: "canonical base64url") { $0 + "==" },
        Row(name: "a newline", reason: "token", detail: "canonical base64url") { $0 + "\n" },
        Row(name: "another last character", reason: "token", detail: "canonical base64url") {
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
            guard let last = $0.last, let place = alphabet.firstIndex(of: last) else { return $0 }
            return $0.dropLast() + String(alphabet[place ^ 1])
        },
        Row(name: "ModifiedSignature", reason: "signature", detail: "signature is wrong") {
            let parts = parts($0)
            let first = parts[2].first == "A" ? "B" : "A"
            return parts[0] + "." + parts[1] + "." + first + parts[2].dropFirst()
        },
    ]

    private static let times: [Row] = [
        claim("exp", nil, reason: "conditions", "actual missing"),
        claim("exp", "-1", "`exp` is no whole number"), claim("exp", "2000000000.5", "`exp` is no whole number"),
        claim("exp", "9007199254740993", "`exp` is no whole number"), claim("exp", "1e300", "`exp` is no whole number"),
        claim("exp", "1", reason: "conditions", "fails"),
        claim("nbf", "9007199254740000", reason: "conditions", "fails"),
        claim("iss", "\"https://evil.example\"", reason: "issuer", "evil.example"),
        claim("aud", "\"another-service\"", reason: "conditions", "actual another-service"),
    ]

    /// What JWTKit traps on, or takes a key for that was not meant.
    private static let traps: [Row] = [
        header("a number beyond doubles' whole ones", good + #","x":1e300"#, "`x` is no header member"),
        claim("aud", "[]", "`aud` is empty"),
        Row(name: "an unknown kid", reason: "key", detail: "", header: #"{"alg":"ES256","kid":"ci-2"}"#),
        header("no kid", #""alg":"ES256""#, "`kid` is missing"),
    ]

    private static let strangers: [Row] = [
        claim("repository", "\"evil/shop\"", reason: "conditions", "actual \"evil/shop\""),
        claim("ref", "\"refs/tags/main\"", reason: "conditions", "actual \"refs/tags/main\""),
        claim("ref", nil, reason: "conditions", "actual missing"),
        claim("repository", "[\"acme/shop\"]", reason: "conditions", "fails"),
    ]

    @Test("T8 a token of each bad form is refused for its reason, and nothing changes")
    func forms() async throws { try await expectRefused(Self.forms) }

    @Test("T9 a token in each other spelling is refused for its reason, and nothing changes")
    func spellings() async throws { try await expectRefused(Self.spellings) }

    @Test("T10 a token of each bad time, issuer or audience is refused for its reason, and nothing changes")
    func times() async throws { try await expectRefused(Self.times) }

    @Test("T15 a token of each kind on which the library would trap is refused for its reason, and nothing changes")
    func traps() async throws { try await expectRefused(Self.traps) }

    @Test("T18 a token of each stranger is refused for its reason, and nothing changes")
    func strangers() async throws { try await expectRefused(Self.strangers) }

    /// The token that nothing was done to opens the door, so that each row is refused for what was done to it.
    private func expectRefused(_ rows: [Row]) async throws {
        let installation = try await TestInstallation.start()
        let broker = installation.broker
        _ = try await installation.presenting("deploy")
        for row in rows {
            // Equal refusals within ten seconds are one entry.
            installation.clock.advance(seconds: 11)
            let token = try await Self.token(row, installation)
            let before = try await broker.ledger.head()
            await expectAllRefused(token, row.name, at: broker)
            let entries = try await broker.ledger.entries(from: before.size, limit: 10)
                .map { try EntryEncoding.decode($0.body) }
            #expect(entries.count == 1, "\(row.name)")
            let entry = try #require(entries.first)
            #expect(entry.outcome == .refused && entry.why == "unauthenticated" && entry.rows.isEmpty, "\(row.name)")
            let details = entry.details.compactMap { if case .text(let text) = $0.value { text } else { nil } }
            #expect(entry.details.first?.value == .text(row.reason), "\(row.name): \(details)")
            #expect(details.contains { $0.contains(row.detail) }, "\(row.name): \(details)")
        }
    }

    private func expectAllRefused(_ token: String, _ name: String, at broker: Broker) async {
        await CredentialLifecycleTests.expectRefused(.unauthenticated, because: name) {
            _ = try await broker.authenticate(.bearer(token), source: TestInstallation.source)
        }
    }

    private static func token(_ row: Row, _ installation: TestInstallation) async throws -> String {
        let now = installation.clock.now.seconds
        var claims: [(String, String)] = [
            ("iss", "\"\(TestIssuer.url)\""), ("aud", "\"tenure\""), ("sub", "\"deploy\""), ("exp", String(now + 600)),
            ("iat", String(now)), ("jti", "\"\(row.name.utf8.count)-\(now)\""), ("repository", "\"acme/shop\""),
            ("ref", "\"refs/heads/main\""),
        ]
        for (name, value) in row.claims {
            claims.removeAll { $0.0 == name }
            if let value { claims.append((name, value)) }
        }
        return row.whole(try await installation.issuer.token(claims, header: row.header))
    }
}
