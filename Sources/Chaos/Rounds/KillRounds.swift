internal import Glibc
internal import TenureAPI
internal import TenureClient

/// One broker that is killed at a random moment under load, again and again (THREATS, F1).
struct KillRounds: Sendable {
    private static let clients = 64

    let place: BrokerPlace
    private var broker: ChaosBroker
    private var held: [GivenAnswer] = []
    /// The texts of tokens that were revoked: none may come back.
    private var dead: [String: String] = [:]
    private var outcome = RoundOutcome()

    init(in run: ChaosRun, name: String) async throws(ChaosFault) {
        place = try BrokerPlace(name, in: run)
        broker = try await ChaosBroker.start(place)
    }

    /// One kill after so many answers; then a token of the round is revoked.
    mutating func run(answersBeforeKill: Int, using generator: inout SeededChoices) async throws(ChaosFault) {
        let hearings = Hearings()
        let load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
        let victim = broker
        try await load.run(clients: Self.clients) { _, count in
            if count == answersBeforeKill { victim.kill() }
            return false
        }
        broker.end(SIGKILL)
        await load.shutdown()
        outcome.count("kill")
        outcome.violations += hearings.wrong
        held += hearings.given
        let start = ContinuousClock.now
        broker = try await ChaosBroker.start(place)
        outcome.restarts.append(ContinuousClock.now - start)
        guard let token = hearings.given.randomElement(using: &generator) else { return }
        held.append(try await broker.revoke(token))
        for case .yes(let answer, let text) in hearings.all where answer.id == token.id { dead[answer.id] = text }
        // Each round by itself: tokens end by themselves within minutes.
        var texts: [String: String] = [:]
        for case .yes(let answer, let text) in hearings.all { texts[answer.id] = text }
        try await introspect(texts)
    }

    /// No token that was revoked came back; then the log is held against all that clients have.
    mutating func finish() async throws(ChaosFault) -> RoundOutcome {
        try await introspect(dead)
        broker.end()
        outcome.acknowledged = held.count
        outcome.violations += try await LogOracle(verifierKey: broker.ready.auditVkey)
            .violations(in: place.dataFolder, holding: held)
        return outcome
    }

    /// A token is active unless it was revoked.
    private mutating func introspect(_ texts: [String: String]) async throws(ChaosFault) {
        let dead = dead
        let result = try await broker.asAdministrator { (client) throws(ClientError) in
            var wrong: [String] = []
            for (id, text) in texts.sorted(by: { $0.key < $1.key }) {
                let isActive = try await client.introspect(IntrospectionForm(token: text)).active
                if isActive == (dead[id] != nil) { wrong.append("token \(id) is said to be active: \(isActive)") }
            }
            return wrong
        }
        switch result {
        case .success(let wrong): outcome.violations += wrong
        case .failure(let error): throw ChaosFault("introspection: \(error)")
        }
    }
}
