internal import TenureAPI
internal import TenureClient
internal import TenureModel

/// Fetches the audience's keys, once for all who want them at the same time.
actor KeySource {
    /// An unknown name of a key is no reason to ask more often (DESIGN, section 6).
    static let pauseMilliseconds: Int64 = 5_000

    private let client: TenureClient
    private let memory: VerifierMemory
    private let audience: Audience
    private let elapsed: @Sendable () -> Int64
    private var fetchedAt: Int64?
    private var flight: Task<FollowFailure?, Never>?

    init(
        _ client: TenureClient, _ memory: VerifierMemory, audience: Audience, elapsed: @escaping @Sendable () -> Int64
    ) {
        self.client = client
        self.memory = memory
        self.audience = audience
        self.elapsed = elapsed
    }

    /// Fetches them now.
    func fetch() async throws(FollowFailure) {
        let running = flight ?? Task { await self.fetched() }
        flight = running
        if let failure = await running.value { throw failure }
    }

    /// Fetches them unless that was done a moment ago.
    func fetchForUnknownKey() async throws(FollowFailure) {
        if flight == nil, let fetchedAt, elapsed() - fetchedAt < Self.pauseMilliseconds { return }
        try await fetch()
    }

    private func fetched() async -> FollowFailure? {
        defer { flight = nil }
        do throws(ClientError) {
            let answer = try await client.keys(ofAudience: audience.text)
            fetchedAt = elapsed()
            do throws(FeedFault) {
                memory.replace(try VerificationKeys(answer, audience: audience))
                return nil
            } catch {
                return .feed(error)
            }
        } catch {
            fetchedAt = elapsed()
            return .call(error)
        }
    }
}
