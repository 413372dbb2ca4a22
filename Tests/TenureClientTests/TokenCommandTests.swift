internal import AuditLog
internal import Foundation
internal import SecretMemory
internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import APITokens

@Suite("Tokens by command line")
struct TokenCommandTests {
    private static let secret = [UInt8](repeating: 7, count: 32)

    private func key(_ bytes: [UInt8] = secret, until: Int64 = 4_000_000_000) throws -> AudienceKey {
        var bytes = bytes
        return try AudienceKey(
            kid: KeyID(0xFF), audience: Audience("registry"), signFrom: Timestamp(clampingSeconds: 0),
            signUntil: Timestamp(clampingSeconds: until), verifyUntil: Timestamp(clampingSeconds: until),
            secret: SecretBytes(wiping: &bytes))
    }

    private func token(expires: Int64 = 3_999_999_999, form: TokenForm = .prefixed) throws -> String {
        let key = try key()
        let lineage = Lineage(
            identity: 1, owner: 2, entitlements: [3], profile: 4, trust: 5, environment: 1 << 62,
            instance: 1 << 62 | 1, credential: 1 << 62 | 2, family: 1 << 62 | 2, authentication: 1 << 62 | 3,
            subjectKey: nil, signingKey: key.reference.number)
        let claims = TokenClaims(
            issuer: try #require(TokenIssuer("https://t.example")), subject: .workload(WorkloadID(high: 1, low: 1)),
            audience: try Audience("registry"), expires: Timestamp(clampingSeconds: expires),
            issued: Timestamp(clampingSeconds: 1_000_000_000), notBefore: Timestamp(clampingSeconds: 1_000_000_000),
            id: CredentialID(high: 1, low: 2), scopes: [try Scope("push")], owner: .person(PersonID(high: 1, low: 3)),
            entitlement: EntitlementID(high: 1, low: 4), entitlementVersion: 3, index: 12, log: LogID(1),
            lineage: lineage)
        return try TokenMinter.sign(claims.encoded(), key: key, form: form)
    }

    private func keySet(_ secret: [UInt8] = secret, issuer: String? = nil, until: String = "2096-10-02T07:06:40Z")
        throws
        -> String
    {
        let key = AudienceKeyAnswer(
            kty: "oct", kid: "00000000000000ff", k: Base64URL.text(secret), alg: "HS256", use: "sig", signUntil: until,
            verifyUntil: until)
        let set = AudienceKeySetAnswer(keys: [key], audience: "registry", issuer: issuer)
        return String(decoding: try JSONEncoder().encode(set), as: UTF8.self)
    }

    private func verify(_ token: String, _ keys: String, _ more: [String] = []) async throws -> CommandLine.Outcome {
        try await Scratch.with { path in
            try Scratch.write(keys, to: path + "/keys")
            return try await CommandLine.run(["token", "verify", "--keys", path + "/keys"] + more, input: token)
        }
    }

    @Test("a good token verifies without a broker, alone or as `token issue` shows it", arguments: TokenForm.allCases)
    func good(_ form: TokenForm) async throws {
        let token = try token(form: form)
        let json = #"{"token":"\#(token)","expires_at":"e","identity":"i","owner":"o","entitlement":"e"}"#
        for input in [token, token + "\n", json] {
            let outcome = try await verify(input, keySet(issuer: "https://t.example"))
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains(#""audience" : "registry""#))
            #expect(outcome.output.contains(#""audit_index" : 12"#))
            #expect(!outcome.output.contains(token))
        }
    }

    @Test("a token with another key, issuer, audience or end does not verify, and neither does a changed one")
    func bad() async throws {
        let good = try token()
        let cases: [(String, String, [String])] = try [
            (good, keySet([UInt8](repeating: 8, count: 32)), []), (good, keySet(issuer: "https://other.example"), []),
            (good, keySet(until: "2001-01-01T00:00:00Z"), []), (good, #"{"keys":[]}"#, []),
            (token(expires: 1_000_000_060), keySet(), []), (String(good.dropLast()), keySet(), []),
            (good, keySet(), ["--audience", "releases"]), (good, keySet(), ["--issuer", "https://other.example"]),
        ]
        for (token, keys, more) in cases {
            let outcome = try await verify(token, keys, more)
            #expect(outcome.status == TenureAPI.ExitStatus.verificationFailed.rawValue)
            #expect(outcome.output.isEmpty && !outcome.errors.contains(token))
        }
        #expect(try await verify("", keySet()).status == TenureAPI.ExitStatus.usage.rawValue)
        #expect(try await verify(good, "{}").status == TenureAPI.ExitStatus.usage.rawValue)
    }

    @Test("explaining a token sends its id, never the token")
    func explain() async throws {
        let token = try token()
        try await LoopbackBroker.with { _ in
            .init(status: 404, body: "{}")
        } _: { broker in
            let outcome = try await CommandLine.run(
                ["explain", "-"], environment: ["TENURE_ADDR": broker.address, "TENURE_TOKEN": "t"], input: token)
            #expect(outcome.status == TenureAPI.ExitStatus.notFound.rawValue)
            let id = CredentialID(high: 1, low: 2).text
            #expect(broker.asked.map(\.path) == ["/api/v1/credentials/\(id)/explanation"])
        }
    }
}
