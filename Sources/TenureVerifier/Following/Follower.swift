internal import TenureClient
internal import TenureModel

/// Keeps keys and revocations as the broker has them, for as long as its task lives.
struct Follower {
    private let client: TenureClient
    private let memory: VerifierMemory
    private let keys: KeySource
    private let surroundings: VerifierSurroundings

    private static let pauseMillisecondsMin: Int64 = 100
    private static let pauseMillisecondsMax: Int64 = 5_000

    init(_ client: TenureClient, _ memory: VerifierMemory, _ keys: KeySource, _ surroundings: VerifierSurroundings) {
        self.client = client
        self.memory = memory
        self.keys = keys
        self.surroundings = surroundings
    }

    /// Until the task is cancelled.
    func run() async {
        let (signals, sawKey) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await followAgainAndAgain { sawKey.yield() } }
            group.addTask { for await _ in signals { await refetchKeys() } }
            await group.waitForAll()
        }
    }

    /// What goes wrong stands in the status and is tried again, ever more slowly.
    private func followAgainAndAgain(sawKey: @escaping () -> Void) async {
        var pause = Self.pauseMillisecondsMin
        while !Task.isCancelled {
            let begun = surroundings.elapsed()
            do throws(FollowFailure) {
                if memory.needsStart { try await start() }
                memory.note(nil)
                try await follow(sawKey: sawKey)
            } catch {
                if error.needsStart { memory.forgetPlace() }
                memory.note(error.description)
            }
            // Whoever followed for a while comes back at once; whoever is refused waits ever longer.
            if surroundings.elapsed() - begun > Self.pauseMillisecondsMax { pause = Self.pauseMillisecondsMin }
            await surroundings.pause(pause / 2 + Int64(Double(pause / 2) * surroundings.chance()))
            pause = min(pause * 2, Self.pauseMillisecondsMax)
        }
    }

    private func start() async throws(FollowFailure) {
        let asked = surroundings.elapsed()
        let answer = try await Self.calling { () async throws(ClientError) in try await client.cutoffs() }
        // After the cuts: of a key that is published later the feed tells.
        try await keys.fetch()
        do throws(FeedFault) {
            try memory.start(try RevocationMemory(answer, askedAt: asked))
        } catch {
            throw .feed(error)
        }
    }

    /// Follows from the last event that is known, until the connection ends.
    private func follow(sawKey: @escaping () -> Void) async throws(FollowFailure) {
        let place = memory.connect(at: surroundings.elapsed())
        var reading = FeedReading(memory, surroundings, sawKey: sawKey)
        try await Self.calling { () async throws(ClientError) in
            try await client.events(after: place) { bytes in reading.take(bytes) }
        }
        if let failure = reading.failure { throw failure }
    }

    /// A key that was published signs a minute later: there is time to try more than once.
    private func refetchKeys() async {
        while !Task.isCancelled {
            do throws(FollowFailure) {
                return try await keys.fetch()
            } catch {
                memory.note(error.description)
            }
            await surroundings.pause(Self.pauseMillisecondsMax)
        }
    }

    private static func calling<Answer>(
        _ call: () async throws(ClientError) -> Answer
    ) async throws(FollowFailure) -> Answer {
        do {
            return try await call()
        } catch {
            throw .call(error)
        }
    }
}
