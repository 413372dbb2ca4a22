internal import Foundation
internal import Synchronization
internal import TenureAPI
internal import TenureClient
internal import Testing

@Suite("Story: kill -9 under load (F1)")
struct CrashStory {
    static let rounds = 20
    static let clientCount = 64

    @Test("F1 a killed broker answers again, with every token that was received, and none that was revoked, in its log")
    func killed() async throws {
        var generator = SeededGenerator(seed: 20_261_124)
        var broker = try await DevelopmentBroker.start()
        defer { broker.remove() }
        var received: [String] = []
        var dead: Set<String> = []
        for round in 0..<Self.rounds {
            let proof = try await broker.jobToken("round\(round)")
            let tokens = try await Self.load(
                broker, proof, answersBeforeKill: Int.random(in: 8...160, using: &generator))
            #expect(!tokens.isEmpty)
            received += tokens
            broker = try await DevelopmentBroker.start(in: broker.folder)
            #expect(try await broker.curl("GET", "/readyz").status == 200)
            let victim = try #require(tokens.randomElement(using: &generator))
            _ = try await broker.admin("revoke", "--token-stdin", "--yes", input: victim).checked("revoke")
            dead.insert(victim)
        }
        try await Self.expect(received, alive: { !dead.contains($0) }, at: broker)
        _ = try await broker.admin("audit", "verify").checked("audit verify")
        broker.end()
        _ = try await broker.stranger("audit", "verify", "--data", broker.path("data"), "--state")
            .checked("audit verify --data --state")
    }

    /// Clients ask for tokens without a pause; after so many answers the broker is killed while the others wait.
    private static func load(
        _ broker: DevelopmentBroker, _ proof: String, answersBeforeKill: Int
    ) async throws -> [String] {
        let client = try client(of: broker, token: proof)
        let tally = Tally()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<clientCount {
                group.addTask {
                    while let token = await Self.token(client) {
                        if tally.add(token) == answersBeforeKill { broker.kill() }
                    }
                }
            }
        }
        broker.end(SIGKILL)
        try await client.shutdown()
        return tally.tokens
    }

    /// A token, or nil once nobody answers.
    private static func token(_ client: TenureClient) async -> String? {
        do {
            return try await client.issueToken(IssueTokenBody(profile: "ci-token", audience: "registry")).token
        } catch {
            return nil
        }
    }

    private static func expect(
        _ tokens: [String], alive: (String) -> Bool, at broker: DevelopmentBroker
    ) async throws {
        let client = try client(of: broker, token: broker.ready.adminTokenFile)
        for token in tokens {
            let active = try await client.introspect(IntrospectionForm(token: token)).active
            #expect(active == alive(token))
        }
        try await client.shutdown()
    }

    private static func client(of broker: DevelopmentBroker, token: String) throws -> TenureClient {
        try TenureClient(
            ClientSettings(address: broker.ready.url, caFile: broker.ready.caFile, token: .file(token)))
    }
}

/// What the clients of one round received.
private final class Tally: Sendable {
    private let received = Mutex<[String]>([])

    var tokens: [String] { received.withLock { $0 } }

    func add(_ token: String) -> Int {
        received.withLock { received in
            received.append(token)
            return received.count
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
