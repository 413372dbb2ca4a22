/// What requests over HTTPS cost the server: 64 clients on kept TLS 1.3 connections, all answers durable.
enum ServerFigures {
    static func measure(
        _ context: MeasuringContext, limit: OpenSSLSpeed, target: ServerTarget
    ) async throws -> [Figure] {
        let server = try await RunningServer.find(target, context)
        defer { server.stop() }
        let client = try await LoadClient.connect(url: server.url, caFile: server.caFile)
        do {
            let figures = try await measure(context, limit: limit, server, client)
            try await client.close()
            return figures
        } catch {
            try await client.close()
            throw error
        }
    }

    private static func measure(
        _ context: MeasuringContext, limit: OpenSSLSpeed, _ server: RunningServer, _ client: LoadClient
    ) async throws -> [Figure] {
        let scenario = try await Scenario.prepare(server, client)
        let empty = scenario.empty
        let tokens = try scenario.tokens()
        let certificates = try scenario.certificates()
        let introspection = try await scenario.introspection(client)
        var loads = [
            Load("https-empty", expecting: 200) { _ in empty },
            Load("https-token", expecting: 201) { tokens[$0 % tokens.count] },
            Load("https-certificate", expecting: 201) { certificates[$0 % certificates.count] },
            Load("https-introspection", expecting: 200) { _ in introspection },
        ]
        loads.removeAll { !context.loads.isEmpty && !context.loads.contains(String($0.name.dropFirst(6))) }
        guard !loads.isEmpty else { throw BenchFault("no such load") }
        // In turn, so that each run has all of them under the same conditions; the first round is not counted.
        let count = context.count(20_000)
        for run in 0...3 {
            for place in loads.indices {
                try await loads[place].run(count: run == 0 ? count / 10 : count, isCounted: run > 0, server, client)
            }
        }
        return figures(loads, limit: limit, server)
    }

    private static func figures(_ loads: [Load], limit: OpenSSLSpeed, _ server: RunningServer) -> [Figure] {
        var figures = loads.flatMap(\.rates)
        guard loads.count == 4, let empty = loads[0].cost, let token = loads[1].cost, let certificate = loads[2].cost,
            let introspection = loads[3].cost
        else { return figures + loads.compactMap(\.bareCost) }
        let request = (empty.median, "an empty request")
        let issuance = (limit.total.median + empty.median, "openssl speed + an empty request")
        figures += [
            Figure("https-empty", empty, "µs server CPU", note: loads[0].note),
            Figure(
                "https-token", token, "µs server CPU", limit: request,
                goal: ("≤ limit + 150 µs", token.median <= empty.median + 150), note: loads[1].note),
            Figure(
                "https-certificate", certificate, "µs server CPU", limit: issuance,
                goal: ("≤ 1.6 × limit", certificate.median <= 1.6 * issuance.0), note: loads[2].note),
            Figure(
                "https-introspection", introspection, "µs server CPU", limit: request,
                goal: ("≤ 1.5 × limit", introspection.median <= 1.5 * empty.median), note: loads[3].note),
        ]
        if let shared = loads[1].perSync {
            figures.append(Figure("https-token-share", shared, "tokens a sync", goal: ("≥ 20", shared.median >= 20)))
        }
        if let size = server.residentMiB { figures.append(Figure("server-memory", Spread([size]), "MiB resident")) }
        return figures
    }

    /// One kind of request, and what its rounds cost.
    private struct Load {
        let name: String
        let status: Int
        let call: @Sendable (Int) -> LoadClient.Call
        private var rounds: [LoadClient.Round] = []
        private var costs: [Double] = []
        private var shares: [Double] = []

        init(_ name: String, expecting status: Int, _ call: @escaping @Sendable (Int) -> LoadClient.Call) {
            self.name = name
            self.status = status
            self.call = call
        }

        mutating func run(
            count: Int, isCounted: Bool, _ server: RunningServer, _ client: LoadClient
        ) async throws {
            let syncs = isCounted && name == "https-token" ? SyncCounter(pid: server.pid) : nil
            let before = try server.processorMicroseconds()
            let round = try await client.load(count: count, expecting: status, call)
            let after = try server.processorMicroseconds()
            let synced = try syncs?.count()
            let answered = count - round.refused.values.reduce(0, +)
            guard answered * 100 >= count * 99 else { throw BenchFault("\(name): answers by status \(round.refused)") }
            guard isCounted else { return }
            rounds.append(round)
            if let before, let after { costs.append((after - before) / Double(count)) }
            if let synced, synced > 0 { shares.append(Double(answered) / Double(synced)) }
        }

        /// Microseconds of server processor time a request; nil where that is not seen.
        var cost: Spread? { costs.isEmpty ? nil : Spread(costs) }

        /// The same as a figure, where the others that it is compared with are not measured.
        var bareCost: Figure? { cost.map { Figure(name, $0, "µs server CPU", note: note) } }

        var perSync: Spread? { shares.isEmpty ? nil : Spread(shares) }

        var note: String? {
            let refused = rounds.reduce(into: [Int: Int]()) { $0.merge($1.refused, uniquingKeysWith: +) }
            return refused.isEmpty ? nil : "not answered as expected, by status: \(refused)"
        }

        /// For information: the load generator and the server share the machine.
        var rates: [Figure] {
            [
                Figure("\(name)-rate", Spread(rounds.map { Double($0.count) / $0.seconds }), "a second"),
                Figure("\(name)-p50", Spread(rounds.map { $0.percentile(0.5) }), "ms"),
                Figure("\(name)-p99", Spread(rounds.map { $0.percentile(0.99) }), "ms"),
            ]
        }
    }
}
