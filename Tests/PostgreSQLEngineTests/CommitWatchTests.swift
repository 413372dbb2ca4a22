internal import PostgreSQLServer
internal import Storage
internal import Testing

@testable internal import PostgreSQLEngine

@Suite("Hearing of other nodes' commits")
struct CommitWatchTests {
    private func watch(_ database: TestDatabase, clock: @escaping @Sendable () -> Int64 = { 0 }) throws -> CommitWatch {
        CommitWatch(
            try PostgreSQLAddress(url: database.server.url(schema: database.schema), environment: [:]), clock: clock)
    }

    @Test("a commit wakes who waits, long before the wait is over")
    func heard() async throws {
        let database = try await TestDatabase()
        let engine = try await database.engine()
        let watch = try watch(database)
        // The first one returns at once: what was committed before it listened was not heard.
        try await watch.wait(atMost: 60_000)
        let waiting = Task { try await watch.wait(atMost: 60_000) }
        try await database.insert(1, engine)
        try await waiting.value
        await watch.close()
        await #expect(throws: StorageError.self) { try await watch.wait(atMost: 1) }
    }

    @Test("other installations of the same database are not heard, and a lost connection listens again")
    func channels() async throws {
        let (database, other) = (try await TestDatabase(), try await TestDatabase())
        let engine = try await database.engine()
        let watch = try watch(database)
        try await watch.wait(atMost: 60_000)
        try await other.insert(1, try await other.engine())
        try await engine.write { (connection) throws(StorageError) in
            _ = try connection.rows(
                Statement(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE query = 'LISTEN \"tenure_' || md5(current_schema()::text) || '\"'"), [])
        }
        var isLost = false
        while !isLost {
            do { try await watch.compareClocks() } catch { isLost = true }
        }
        // A new connection, which listens and returns at once.
        try await watch.wait(atMost: 60_000)
        let waiting = Task { try await watch.wait(atMost: 60_000) }
        try await database.insert(2, engine)
        try await waiting.value
    }

    @Test("the clock is compared with the database's")
    func compared() async throws {
        let database = try await TestDatabase()
        let watch = try watch(database)
        try await watch.compareClocks()
        // This node's clock says 1970.
        #expect(watch.clockDifference < -1_000_000_000_000)
    }

    @Test(
        "a clock differs only by what the time of asking cannot explain",
        arguments: [
            (100, 90, 110, 0), (100, 100, 100, 0), (100, 103, 110, 3), (120, 90, 110, -10), (0, 1_800, 1_900, 1_800),
        ] as [(Int64, Int64, Int64, Int64)])
    func clock(_ theirs: Int64, _ before: Int64, _ after: Int64, _ expected: Int64) {
        #expect(CommitWatch.difference(theirs, between: before, and: after) == expected)
    }
}
