internal import TenureModel
internal import Testing

@testable internal import Federation

/// An issuer's address: what it answers, and how often it was asked. A fetch waits while the gate is shut.
private actor KeyHost {
    var answer: Result<[UInt8], KeySourceError>
    private(set) var fetchCount = 0
    private var isShut = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ answer: Result<[UInt8], KeySourceError>) { self.answer = answer }

    func set(_ answer: Result<[UInt8], KeySourceError>) { self.answer = answer }

    func shut() { isShut = true }

    func open() {
        isShut = false
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func fetch() async throws(KeySourceError) -> [UInt8] {
        fetchCount += 1
        if isShut { await withCheckedContinuation { waiting.append($0) } }
        return try answer.get()
    }

    /// Until that many fetches have begun.
    func begun(_ count: Int) async { while fetchCount < count { await Task.yield() } }
}

@Suite("Cached key sets")
struct KeySetCacheTests {
    private let trust = OIDCTrust.development
    private let start = ClaimVector.now

    private func cache(_ host: KeyHost, sources: Int = 256) -> KeySetCache {
        var limits = KeySetCache.Limits()
        limits.sourceCountMax = sources
        return KeySetCache(limits: limits) { (_: OIDCTrust) async throws(KeySourceError) in try await host.fetch() }
    }

    private func key(_ cache: KeySetCache, _ keyID: String = "key-1", after seconds: Int64) async -> Result<
        String, KeyLookupError
    > {
        await key(cache, keyID, trust, after: seconds)
    }

    private func key(
        _ cache: KeySetCache, _ keyID: String, _ trust: OIDCTrust, after seconds: Int64
    ) async -> Result<String, KeyLookupError> {
        do throws(KeyLookupError) {
            return .success(try await cache.key(keyID, for: trust, now: start.adding(seconds: seconds)).keyID)
        } catch {
            return .failure(error)
        }
    }

    @Test("keys are fetched once and used for ten minutes")
    func fetchedOnce() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        for second in stride(from: Int64(0), to: 600, by: 50) {
            #expect(await key(cache, after: second) == .success("key-1"))
        }
        #expect(await host.fetchCount == 1)
    }

    @Test("T16 ten thousand unknown key ids cost one fetch in 30 seconds")
    func unknownKeys() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        #expect(await key(cache, after: 0) == .success("key-1"))
        for number in 0..<10_000 {
            #expect(await key(cache, "unknown-\(number)", after: Int64(number % 30)) == .failure(.unknownKey))
        }
        #expect(await host.fetchCount == 1)
        for number in 0..<1000 { #expect(await key(cache, "u\(number)", after: 30) == .failure(.unknownKey)) }
        #expect(await host.fetchCount == 2)
        #expect(await key(cache, after: 59) == .success("key-1"))
        #expect(await host.fetchCount == 2)
    }

    @Test("T16 a thousand callers at once wait for one fetch")
    func singleFlight() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        await host.shut()
        let found = await withTaskGroup(of: Bool.self, returning: Int.self) { group in
            for number in 0..<1000 {
                group.addTask { await key(cache, number % 2 == 0 ? "key-1" : "unknown", after: 0) == .success("key-1") }
            }
            group.addTask {
                await host.begun(1)
                await host.open()
                return false
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(found == 500)
        #expect(await host.fetchCount == 1)
    }

    @Test("a caller that hangs up does not end the fetch for the others")
    func cancelled() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        await host.shut()
        let first = Task { await key(cache, after: 0) }
        await host.begun(1)
        first.cancel()
        let second = Task { await key(cache, after: 0) }
        await host.open()
        #expect(await second.value == .success("key-1"))
        #expect(await first.value == .success("key-1"))
        #expect(await host.fetchCount == 1)
    }

    @Test("a key that the issuer has just added is found by its first token")
    func addedKey() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        #expect(await key(cache, after: 0) == .success("key-1"))
        await host.set(.success(try await TestIssuer.es256("key-2").set()))
        #expect(await key(cache, "key-2", after: 31) == .success("key-2"))
        #expect(await key(cache, after: 31) == .failure(.unknownKey), "and the one that it took away is gone")
    }

    @Test("after ten minutes keys are refreshed ahead, and nobody waits for it")
    func refreshedAhead() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        #expect(await key(cache, after: 0) == .success("key-1"))
        await host.shut()
        #expect(await key(cache, after: 600) == .success("key-1"))
        await host.begun(2)
        #expect(await key(cache, after: 600) == .success("key-1"))
        await host.open()
        await cache.refreshDue(now: start.adding(seconds: 601))
        #expect(await host.fetchCount == 2)
    }

    @Test("past an hour a login waits, so that a withdrawn key is not used because nobody came by")
    func withdrawnKey() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        #expect(await key(cache, after: 0) == .success("key-1"))
        await host.set(.success(try await TestIssuer.es256("key-2").set()))
        #expect(await key(cache, after: 3600) == .failure(.unknownKey))
        #expect(await key(cache, "key-2", after: 3600) == .success("key-2"))
    }

    @Test("while the issuer cannot be reached its last good keys serve for a day and no second longer")
    func unreachable() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        #expect(await key(cache, after: 0) == .success("key-1"))
        await host.set(.failure(.unreachable("timed out")))
        #expect(await key(cache, after: 3600) == .success("key-1"))
        #expect(await key(cache, after: 86_399) == .success("key-1"))
        #expect(await key(cache, after: 86_400) == .failure(.unavailable(.unreachable("timed out"))))
        await host.set(.success(try await TestIssuer.es256().set()))
        #expect(await key(cache, after: 86_410) == .failure(.unavailable(.unreachable("timed out"))), "asked 10 s ago")
        #expect(await key(cache, after: 86_430) == .success("key-1"))
    }

    @Test("a bad set replaces nothing, and its reason is kept for the operator")
    func badSet() async throws {
        let issuer = try await TestIssuer.es256()
        let host = KeyHost(.success(issuer.set()))
        let cache = cache(host)
        #expect(await key(cache, after: 0) == .success("key-1"))
        await host.set(.success(issuer.set(issuer.jwk)))
        #expect(await key(cache, after: 4000) == .success("key-1"))
        let states = await cache.states()
        #expect(states.map(\.failure) == [.keySet(.equalKeyIDs("key-1"))])
        #expect(states.map(\.keyIDs) == [["key-1"]])
        #expect(states.map(\.issuer) == [trust.issuer])
        #expect(states.map(\.fetched) == [start])
    }

    @Test("an issuer that fails at first is asked again after 30 seconds, by the clock of either caller")
    func failsFirst() async throws {
        let host = KeyHost(.failure(.status(302)))
        let cache = cache(host)
        for second: Int64 in [0, 1, 29, -3] {
            #expect(await key(cache, after: second) == .failure(.unavailable(.status(302))))
        }
        #expect(await host.fetchCount == 1)
        #expect(await key(cache, after: 30) == .failure(.unavailable(.status(302))))
        #expect(await host.fetchCount == 2)
    }

    @Test("T16 a trust with keys of its own gives none to another trust of the issuer")
    func ownKeys() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        var planted = trust
        planted.keys = .fixed(String(decoding: try await TestIssuer.es256("planted").set(), as: UTF8.self))
        #expect(await key(cache, "planted", planted, after: 0) == .success("planted"))
        #expect(await key(cache, "planted", trust, after: 0) == .failure(.unknownKey))
        #expect(await key(cache, "key-1", planted, after: 0) == .failure(.unknownKey))
    }

    @Test("a fixed set is parsed once, never fetched, and does not age")
    func fixed() async throws {
        let host = KeyHost(.failure(.tooLarge))
        let cache = cache(host)
        var trust = trust
        trust.keys = .fixed(String(decoding: try await TestIssuer.es256().set(), as: UTF8.self))
        for second: Int64 in [0, 86_400, 400_000_000] {
            #expect(await key(cache, "key-1", trust, after: second) == .success("key-1"))
            #expect(await key(cache, "key-2", trust, after: second) == .failure(.unknownKey))
        }
        #expect(await host.fetchCount == 0)
        trust.keys = .fixed("{}")
        #expect(await key(cache, "key-1", trust, after: 0) == .failure(.unavailable(.keySet(.notAKeySet))))
    }

    @Test("the sources are bounded: the one longest unused goes")
    func bounded() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host, sources: 3)
        func use(_ number: Int, after second: Int64) async {
            var trust = trust
            trust.issuer += "/\(number)"
            #expect(await key(cache, "key-1", trust, after: second) == .success("key-1"))
        }
        for number in 0..<3 { await use(number, after: Int64(number)) }
        await use(0, after: 10)
        await use(3, after: 11)
        #expect(await cache.states().map(\.issuer) == [0, 2, 3].map { trust.issuer + "/\($0)" })
        #expect(await host.fetchCount == 4)
    }

    @Test("the loop refreshes what is due, and forgets what nobody used for a day")
    func loop() async throws {
        let host = KeyHost(.success(try await TestIssuer.es256().set()))
        let cache = cache(host)
        for number in 0..<20 {
            var trust = trust
            trust.issuer += "/\(number)"
            #expect(await key(cache, "key-1", trust, after: number < 10 ? 0 : 50_000) == .success("key-1"))
        }
        #expect(await host.fetchCount == 20)
        await cache.refreshDue(now: start.adding(seconds: 50_599))
        #expect(await host.fetchCount == 30)
        await cache.refreshDue(now: start.adding(seconds: 86_400))
        #expect(await cache.states().count == 10)
        #expect(await host.fetchCount == 40)
    }
}
