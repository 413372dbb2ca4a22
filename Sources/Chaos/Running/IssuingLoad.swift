internal import Synchronization
internal import TenureAPI
internal import TenureClient

/// What a client heard of one request for a token.
enum Heard: Sendable {
    case yes(GivenAnswer, token: String)
    /// The broker says that nothing was done.
    case no(Problem)
    /// The broker does not know, and names the operation to ask for.
    case unknown(operation: String)
    /// The connection ended without an answer.
    case lost(String)
    /// What no client may hear.
    case wrong(String)
}

/// All that clients heard, in the order in which they did.
final class Hearings: Sendable {
    private let heard = Mutex<[Heard]>([])

    var all: [Heard] { heard.withLock { $0 } }

    /// How many there are now.
    @discardableResult
    func add(_ one: Heard) -> Int {
        heard.withLock { heard in
            heard.append(one)
            return heard.count
        }
    }

    var givenCount: Int { heard.withLock { $0.count { if case .yes = $0 { true } else { false } } } }
    var given: [GivenAnswer] { all.compactMap { if case .yes(let answer, _) = $0 { answer } else { nil } } }
    var refusals: [Problem] { all.compactMap { if case .no(let problem) = $0 { problem } else { nil } } }
    var unknown: [String] { all.compactMap { if case .unknown(let operation) = $0 { operation } else { nil } } }
    var lostCount: Int { all.count { if case .lost = $0 { true } else { false } } }
    var wrong: [String] { all.compactMap { if case .wrong(let what) = $0 { what } else { nil } } }
}

/// Clients that ask one broker for tokens, each without a pause.
struct IssuingLoad: Sendable {
    let broker: ChaosBroker
    let hearings: Hearings
    var journal: Journal?
    private let connections: Connections
    private let numbers = Numbers()

    init(_ broker: ChaosBroker, token: String, hearings: Hearings, journal: Journal? = nil) throws(ChaosFault) {
        self.broker = broker
        self.hearings = hearings
        self.journal = journal
        connections = Connections(try broker.client(token: token))
    }

    /// Runs until `isEnough` of what was heard, and of how much was heard in all, or until nobody answers any more.
    func run(clients: Int, until isEnough: @escaping @Sendable (Heard, Int) -> Bool) async throws(ChaosFault) {
        let fault = await withTaskGroup(of: ChaosFault?.self) { group in
            for _ in 0..<clients {
                group.addTask {
                    do throws(ChaosFault) {
                        while true {
                            let heard = try await ask()
                            let count = hearings.add(heard)
                            if case .lost = heard { return nil }
                            if isEnough(heard, count) { return nil }
                        }
                    } catch {
                        return error
                    }
                }
            }
            var first: ChaosFault?
            for await fault in group { first = first ?? fault }
            return first
        }
        if let fault { throw fault }
    }

    func shutdown() async { await connections.end() }

    /// One request.
    func ask() async throws(ChaosFault) -> Heard {
        let number = numbers.next()
        try journal?.append(.sent(number))
        let answer: IssueTokenAnswer
        do throws(ClientError) {
            answer = try await connections.client.issueToken(IssueTokenBody(profile: "ci-token", audience: "registry"))
        } catch {
            return Self.heard(error)
        }
        guard let id = answer.id, let index = answer.auditIndex, let token = answer.token else {
            return .wrong("an answer without id, index or token")
        }
        let given = GivenAnswer(kind: .token, id: id, index: index, note: answer.checkpoint?.note)
        try journal?.append(.received(number, given))
        return .yes(given, token: token)
    }

    private static func heard(_ error: ClientError) -> Heard {
        switch error {
        case .problem(let problem):
            if let operation = problem.operation { return .unknown(operation: operation) }
            return .no(problem)
        case .unreachable, .timedOut: return .lost("\(error)")
        // So it looks to a client that was connecting when the broker was killed; no request was sent.
        case .notTrusted("the handshake failed"): return .lost("\(error)")
        default: return .wrong("\(error)")
        }
    }

    /// Ends them also where a round ends early: the library insists on it.
    private final class Connections: Sendable {
        let client: TenureClient

        init(_ client: TenureClient) { self.client = client }

        deinit { Task { [client] in await Self.end(client) } }

        func end() async { await Self.end(client) }

        private static func end(_ client: TenureClient) async {
            do throws(ClientError) {
                try await client.shutdown()
            } catch {
                // They were ended before.
                return
            }
        }
    }

    private final class Numbers: Sendable {
        private let last = Mutex(0)

        func next() -> Int {
            last.withLock { last in
                last += 1
                return last
            }
        }
    }
}
