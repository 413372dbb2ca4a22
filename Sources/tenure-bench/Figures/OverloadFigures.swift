internal import Foundation
internal import TenureAPI

/// What becomes of certificates, and of a revocation, where requests come faster than they can be served.
enum OverloadFigures {
    /// Open at once, so that a request finds a free one however long the line is.
    private static let connectionCount = 900

    static func measure(_ context: MeasuringContext, target: ServerTarget) async throws -> [Figure] {
        let server = try await RunningServer.find(target, context)
        defer { server.stop() }
        let clients = try await LoadClient.connect(url: server.url, caFile: server.caFile)
        let crowd = try await LoadClient.connect(url: server.url, caFile: server.caFile, count: connectionCount)
        let administrator = try await LoadClient.connect(url: server.url, caFile: server.caFile, count: 1)
        let figures = try await measure(context, server, clients, crowd, administrator)
        for client in [clients, crowd, administrator] { try await client.close() }
        return figures
    }

    private static func measure(
        _ context: MeasuringContext, _ server: RunningServer, _ clients: LoadClient, _ crowd: LoadClient,
        _ administrator: LoadClient
    ) async throws -> [Figure] {
        let scenario = try await Scenario.prepare(server, clients)
        let certificates = try scenario.certificates()
        let call: @Sendable (Int) -> LoadClient.Call = { certificates[$0 % certificates.count] }
        _ = try await clients.load(count: context.count(20_000), expecting: 201, call)
        let usual = try await clients.load(count: context.count(40_000), expecting: 201, call)
        let sustained = Double(usual.count) / usual.seconds

        let seconds = context.isQuick ? 3.0 : 15.0
        let half = try await crowd.load(perSecond: sustained / 2, seconds: seconds, call)
        // Once before, so that its memory is that of an overloaded server.
        _ = try await crowd.load(perSecond: sustained * 4, seconds: seconds / 3, call)
        let before = server.residentMiB
        async let kills = revocations(scenario, administrator, seconds: seconds)
        let over = try await crowd.load(perSecond: sustained * 4, seconds: seconds, call)
        let slowest = try await kills
        return figures(usual, sustained, half, over, slowest, memory: (before, server.residentMiB))
    }

    private static func figures(
        _ usual: LoadClient.Round, _ sustained: Double, _ half: OpenLoad.Outcome, _ over: OpenLoad.Outcome,
        _ slowest: Double, memory: (before: Double?, after: Double?)
    ) -> [Figure] {
        func spread(_ value: Double?) -> Spread { Spread([value ?? .nan]) }
        let median = half.percentile(0.5, of: 201)
        let tail = half.percentile(0.99, of: 201)
        let usually = usual.percentile(0.99)
        let accepted = over.percentile(0.99, of: 201)
        let refused = over.percentile(0.99, of: 503)
        var figures = [
            Figure(
                "sustained-rate", Spread([sustained]), "certificates a second",
                note: "64 clients, each as fast as it can"),
            Figure("sustained-p99", Spread([usually]), "ms"),
            Figure("half-rate-p50", spread(median), "ms", note: note(half)),
            Figure(
                "half-rate-p99", spread(tail), "ms", limit: median.map { ($0, "the median") },
                goal: ("≤ 5 × limit", (tail ?? .infinity) <= 5 * (median ?? 0))),
            Figure(
                "overload-accepted-p99", spread(accepted), "ms", limit: (usually, "the usual one"),
                goal: ("≤ 3 × limit", (accepted ?? .infinity) <= 3 * usually), note: note(over)),
            Figure("overload-refused-p99", spread(refused), "ms"),
            Figure(
                "overload-revocation", Spread([slowest]), "ms, the slowest", goal: ("≤ 1000 ms", slowest <= 1_000)),
        ]
        if let before = memory.before, let after = memory.after {
            figures.append(
                Figure(
                    "overload-memory", Spread([after]), "MiB resident", limit: (before, "a third of its time"),
                    goal: ("≤ 1.1 × limit", after <= 1.1 * before)))
        }
        return figures
    }

    private static func note(_ outcome: OpenLoad.Outcome) -> String {
        let answers = outcome.milliseconds.mapValues(\.count).sorted { $0.key < $1.key }
        let counts = answers.map { "\($0.value) with \($0.key)" }.joined(separator: ", ")
        return "answered: \(counts); not sent for want of a connection: \(outcome.unsent)"
    }

    private struct Issued: Decodable { let id: String }

    /// Revokes a token every half second, and says how long the slowest took, in milliseconds.
    private static func revocations(
        _ scenario: Scenario, _ administrator: LoadClient, seconds: Double
    ) async throws -> Double {
        let order = try scenario.tokens()[0]
        var ids: [String] = []
        for _ in 0..<Int(seconds * 2) {
            let answer = try await administrator.send(order)
            // The overload has begun, which may refuse it.
            guard answer.status == 201 else { continue }
            ids.append(try JSONDecoder().decode(Issued.self, from: Data(answer.body)).id)
        }
        guard !ids.isEmpty else { throw BenchFault("no token to revoke") }
        var slowest = 0.0
        for id in ids {
            let body = RevocationBody(target: .reference("credential/" + id), reason: "superseded")
            let start = ContinuousClock.now
            let answer = try await administrator.send(
                Scenario.json(APIPath.revocations, scenario.administrator, Array(try JSONEncoder().encode(body))))
            guard answer.status == 201 else { throw BenchEstate.fault("a revocation", answer) }
            slowest = max(slowest, (ContinuousClock.now - start) / .milliseconds(1))
            try await Task.sleep(for: .milliseconds(400))
        }
        return slowest
    }
}
