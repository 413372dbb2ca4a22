internal import APITokens
internal import AuditLog
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureModel

/// What a token costs, made and verified, without HTTP and storage.
enum TokenFigures {
    static func measure(_ context: MeasuringContext) async throws -> [Figure] {
        let population = try await Population.make(path: context.scratch.file("tokens.sqlite"))
        let key = try audienceKey()
        let credential = try population.credential(0, signingKey: key.reference.number)
        let receipt = try await population.record(credential)
        guard let issuer = TokenIssuer("https://tenure.example.org"),
            let claims = TokenClaims(credential: credential, issuer: issuer, log: population.log)
        else { throw BenchFault("no claims") }
        let text = try mint(claims, key, receipt)
        let verifier = TokenVerifier(issuer: issuer, audience: key.audience)
        let calls = context.count(200_000)
        let now = Population.now.adding(seconds: 1)
        let verified = try Stopwatch.perCall(runs: context.runs, calls: calls) {
            let token = try verifier.verify(text, at: now) { (_) throws(Never) in key }
            guard token.claims.id == credential.id else { throw BenchFault("another token") }
        }
        let minted = try Stopwatch.perCall(runs: context.runs, calls: calls) { _ = try mint(claims, key, receipt) }
        let bytes = Array(text.utf8)
        let mac = try HMACKey(key.secret)
        let authenticated = try Stopwatch.perCall(runs: context.runs, calls: calls) { _ = try mac.authenticate(bytes) }
        try await population.close()
        return [
            Figure(
                "token-verify", verified.perSecond, "a second and core",
                limit: (authenticated.perSecond.median, "HMAC-SHA256 of its \(bytes.count) bytes"),
                goal: ("≥ 100,000", verified.perSecond.median >= 100_000)),
            Figure("token-mint", minted.perSecond, "a second and core"),
        ]
    }

    private static func mint(_ claims: TokenClaims, _ key: AudienceKey, _ receipt: AuditReceipt) throws -> String {
        try TokenMinter.prepare(claims, key: key, form: .prefixed).reveal(after: receipt) { _ in nil }.text()
    }

    private static func audienceKey() throws -> AudienceKey {
        var secret = try SecureRandom.bytes(32)
        return try AudienceKey(
            kid: KeyID(0x00FF_00FF_00FF_00FF), audience: Audience("registry"), signFrom: Population.now, signUntil: nil,
            verifyUntil: nil, secret: SecretBytes(wiping: &secret))
    }
}

extension Spread {
    /// Calls a second, of microseconds a call.
    var perSecond: Spread { map { 1e6 / $0 } }
}
