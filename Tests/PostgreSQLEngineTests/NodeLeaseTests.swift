internal import PostgreSQLServer
internal import Storage
internal import Synchronization
internal import Testing

@testable internal import PostgreSQLEngine

@Suite("The one node of a database")
struct NodeLeaseTests {
    private func take(_ database: TestDatabase, clock: @escaping @Sendable () -> Int64 = { 0 }) async throws
        -> NodeLease
    {
        let url = database.server.url(schema: database.schema)
        return try await NodeLease(PostgreSQLAddress(url: url, environment: [:]), clock: clock)
    }

    @Test("a second node is refused until the first gives back, and other installations have their own")
    func second() async throws {
        let (database, other) = (try await TestDatabase(), try await TestDatabase())
        let first = try await take(database)
        try await first.confirm()
        let error = await #expect(throws: StorageError.self) { try await take(database) }
        #expect("\(String(describing: error))".contains("another node"))
        let elsewhere = try await take(other)
        try await elsewhere.confirm()
        await first.release()
        await #expect(throws: StorageError.self) { try await first.confirm() }
        let next = try await take(database)
        try await next.confirm()
    }

    @Test("a lease whose connection was lost stays lost, and nobody hears otherwise")
    func lost() async throws {
        let database = try await TestDatabase()
        let lease = try await take(database)
        let engine = try await database.engine()
        try await engine.write { (connection) throws(StorageError) in
            _ = try connection.rows(
                Statement(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                        + " AND (classid::bigint << 32) | objid::bigint"
                        + " = hashtextextended('tenure node ' || current_schema()::text, 0)"), [])
        }
        for _ in 0..<2 {
            await #expect(throws: StorageError.self) { try await lease.confirm() }
        }
        let next = try await take(database)
        try await next.confirm()
    }

    @Test("many who ask at once share round trips, and each is answered")
    func together() async throws {
        let database = try await TestDatabase()
        let asked = Count()
        let lease = try await take(database) {
            _ = asked.next()
            return 0
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<1_000 { group.addTask { try await lease.confirm() } }
            try await group.waitForAll()
        }
        // The clock is read twice in each round trip.
        #expect(asked.value < 2_000)
    }

    @Test(
        "a clock differs only by what the time of asking cannot explain",
        arguments: [
            (100, 90, 110, 0), (100, 100, 100, 0), (100, 103, 110, 3), (120, 90, 110, -10), (0, 1_800, 1_900, 1_800),
        ] as [(Int64, Int64, Int64, Int64)])
    func clock(_ theirs: Int64, _ before: Int64, _ after: Int64, _ expected: Int64) {
        #expect(NodeLease.difference(theirs, between: before, and: after) == expected)
    }
}
