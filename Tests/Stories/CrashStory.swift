internal import Foundation
internal import Testing

@Suite("Story: kill -9 under load (F1)")
struct CrashStory {
    @Test("every token that a client received is in the log, nothing revoked comes back, and the log verifies")
    func killed() async throws {
        let rounds = 20
        var broker = try await DevelopmentBroker.start()
        defer { broker.remove() }
        var generator = SeededGenerator(seed: 20_261_124)
        var received: [String] = []
        var dead: [String] = []
        for round in 0..<rounds {
            received += try await tokens(8, of: broker, named: "round\(round)")
            if let victim = received.randomElement(using: &generator), !dead.contains(victim) {
                let revoked = try await broker.admin("revoke", "--token-stdin", "--yes", input: victim)
                if revoked.status == 0 { dead.append(victim) }
            }
            // More requests are under way when it is killed; what they got is not waited for.
            let killed = broker
            async let underWay = tokensIfAlive(4, of: killed, named: "late\(round)")
            killed.end(SIGKILL)
            received += await underWay
            broker = try await DevelopmentBroker.start(in: broker.folder)
        }
        for token in received {
            let expected = !dead.contains(token)
            #expect(try await broker.isActive(token) == expected)
        }
        #expect(received.count >= rounds * 8)
        _ = try await broker.admin("audit", "verify").checked("audit verify")
        broker.end()
        let state = try await broker.stranger(
            "audit", "verify", "--data", broker.path("data"), "--state")
        _ = try state.checked("audit verify --data --state")
    }

    /// What came before the end; a broker that is killed answers nobody any more.
    private func tokensIfAlive(_ count: Int, of broker: DevelopmentBroker, named name: String) async -> [String] {
        do {
            return try await tokens(count, of: broker, named: name)
        } catch {
            return []
        }
    }

    private func tokens(_ count: Int, of broker: DevelopmentBroker, named name: String) async throws -> [String] {
        let proof = try await broker.jobToken(name)
        return try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count {
                group.addTask {
                    let answer = try await broker.curl(
                        "POST", "/api/v1/tokens", bearer: proof, body: #"{"profile":"ci-token","audience":"registry"}"#)
                    guard answer.status == 201, let token = answer.json["token"] as? String else {
                        throw StoryFailure("no token: \(answer)")
                    }
                    return token
                }
            }
            var received: [String] = []
            for try await token in group { received.append(token) }
            return received
        }
    }
}

/// The same choices in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
