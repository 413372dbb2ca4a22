internal import APITokens
internal import AuditLog
internal import OpenSSLCrypto
internal import SecretMemory
internal import Storage
internal import TenureAPI
internal import TenureModel
internal import TenureVerifier

/// What a token costs a resource server that follows the feed: signature, claims, time and all marks, from memory.
enum VerifierFigures {
    private static let tokenCount = 2_000
    private static let markCount: Int64 = 100_000
    private static let issuer = "https://tenure.example.org"

    static func measure(_ context: MeasuringContext) async throws -> [Figure] {
        let population = try await Population.make(path: context.scratch.file("verifier.sqlite"))
        var secret = try SecureRandom.bytes(32)
        let answer = keys(Base64URL.text(secret))
        let key = try AudienceKey(
            kid: KeyID(0x00FF_00FF_00FF_00FF), audience: Audience("registry"), signFrom: Population.now, signUntil: nil,
            verifyUntil: nil, secret: SecretBytes(wiping: &secret))
        let texts = try await tokens(population, key)
        try await population.close()
        let cutoffs = try cutoffs(population)
        let passes = context.count(100)
        var first: [Double] = []
        var again: [Double] = []
        for _ in 0..<context.runs {
            var (new, seen) = (0.0, 0.0)
            for _ in 0..<passes {
                let verifier = try verifier(cutoffs, answer)
                new += try time(texts, verifier)
                seen += try time(texts, verifier)
            }
            first.append(new / Double(passes * tokenCount))
            again.append(seen / Double(passes * tokenCount))
        }
        let rate = Spread(first).perSecond
        return [
            Figure(
                "verifier-token", rate, "a second and core", goal: ("≥ 200,000", rate.median >= 200_000),
                note: "each token for the first time, \(markCount) marks"),
            Figure("verifier-token-again", Spread(again).perSecond, "a second and core"),
        ]
    }

    private static func time(_ texts: [String], _ verifier: Verifier) throws -> Double {
        let watch = Stopwatch()
        for text in texts { _ = try verifier.verifyFromMemory(text) }
        return watch.processorMicroseconds
    }

    private static func tokens(_ population: Population, _ key: AudienceKey) async throws -> [String] {
        guard let issuer = TokenIssuer(issuer) else { throw BenchFault("no issuer") }
        var texts: [String] = []
        for number in 0..<UInt64(tokenCount) {
            let credential = try population.credential(1_000 + number, signingKey: key.reference.number)
            let recorded = try await population.recorder.record(population.member(credential, 1_000 + number)).get()
            guard let receipt = recorded.receipts.first,
                let claims = TokenClaims(credential: credential, issuer: issuer, log: population.log)
            else { throw BenchFault("no receipt") }
            texts.append(
                try TokenMinter.prepare(claims, key: key, form: .prefixed).reveal(after: receipt) { _ in nil }.text())
        }
        return texts
    }

    private static func verifier(_ cutoffs: CutoffsAnswer, _ keys: AudienceKeySetAnswer) throws -> Verifier {
        let settings = VerifierSettings(
            address: "https://localhost:8443", audience: "registry", proof: .tokenFile("/dev/null"))
        let now = Population.now.adding(seconds: 1)
        let verifier = try Verifier(
            settings, VerifierSurroundings(now: { now }, elapsed: { 0 }, pause: { _ in }, chance: { 0 }))
        try verifier.begin(with: cutoffs, keys: keys)
        return verifier
    }

    private static func keys(_ secret: String) -> AudienceKeySetAnswer {
        let key = AudienceKeyAnswer(
            kty: "oct", kid: KeyID(0x00FF_00FF_00FF_00FF).text, k: secret, alg: "HS256", use: "sig",
            signUntil: Timestamp.distantFuture.secondsText, verifyUntil: Timestamp.distantFuture.secondsText)
        return AudienceKeySetAnswer(keys: [key], audience: "registry", issuer: issuer)
    }

    /// Cuts of other credentials, as many as a large installation makes in a month.
    private static func cutoffs(_ population: Population) throws -> CutoffsAnswer {
        let marks = (0..<markCount).map { number in
            CutoffsAnswer.Mark(
                kind: "c", number: .hash(LineageReference(.credential, 1 << 62 | number << 20).hexText), cut: number)
        }
        let origin = "example.org/tenure/\(population.log)"
        return CutoffsAnswer(
            marks: marks, logs: [.init(log: population.log.text, start: 0)], head: markCount + 1, last: markCount - 1,
            checkpoint: CheckpointAnswer(
                size: markCount, root: "r", note: "\(origin)\n\(markCount)\nr\n\n— \(origin) AAAAAA==\n"))
    }
}
