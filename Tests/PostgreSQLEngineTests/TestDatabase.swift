internal import Dispatch
internal import Foundation
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import Storage
internal import Synchronization

/// A table of numbers that one test has for itself.
struct TestDatabase {
    let schema: String
    let server: PostgreSQLServer

    init() async throws {
        schema = "engine_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        server = try PostgreSQLServer.shared()
        let other = try await Self.open(server.url(schema: "public"))
        let schema = schema
        try await other.write { (connection) throws(StorageError) in
            try connection.execute(Statement("CREATE SCHEMA \(schema)"), [])
            try connection.execute(
                Statement("CREATE TABLE \(schema).number (n BIGINT PRIMARY KEY, times BIGINT NOT NULL)"), [])
        }
    }

    static func open(_ url: String, mayLose: Bool = false) async throws -> PostgreSQLEngine {
        try await PostgreSQLEngine(
            PostgreSQLAddress(url: url, environment: [:]), mayLoseCredentials: mayLose)
    }

    func engine(through proxy: CuttingProxy? = nil) async throws -> PostgreSQLEngine {
        try await Self.open(server.url(schema: schema, folder: proxy?.folder))
    }

    func insert(_ number: Int64, _ engine: PostgreSQLEngine) async throws(StorageError) {
        _ = try await engine.write { (connection) throws(StorageError) in
            try connection.execute(Statement("INSERT INTO number (n, times) VALUES ($1, 1)"), [.integer(number)])
        }
    }

    func numbers(_ engine: PostgreSQLEngine) async throws -> [Int64] {
        try await engine.read { (connection) throws(StorageError) in
            try connection.rows(Statement("SELECT n FROM number ORDER BY n"), [])
        }.compactMap { if case .integer(let number)? = $0.values.first { number } else { nil } }
    }

    /// Makes every COMMIT of a transaction that inserted wait for a lock that the engine's recording connection holds.
    func holdUpCommits(by lock: Int64, _ engine: PostgreSQLEngine) async throws {
        try await engine.write { (connection) throws(StorageError) in
            try connection.execute(
                Statement(
                    "CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS"
                        + " 'BEGIN PERFORM pg_advisory_xact_lock(\(lock)); RETURN NULL; END'"), [])
            try connection.execute(
                Statement(
                    "CREATE CONSTRAINT TRIGGER hold_up AFTER INSERT ON number DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION hold_up()"), [])
            _ = try connection.rows(Statement("SELECT pg_advisory_lock(\(lock))"), [])
        }
    }

    func letGo(of lock: Int64, _ engine: PostgreSQLEngine) async throws {
        // Without the write lock, which the held transaction has: on a connection that only reads it is another
        // session's, so it is the server that is told to end the one that holds.
        try await engine.read { (connection) throws(StorageError) in
            _ = try connection.rows(
                Statement(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                        + " AND (classid::bigint << 32) | objid::bigint = \(lock)"), [])
        }
    }

    /// Whether somebody comes to wait for this database's write lock.
    func somebodyWaits(_ engine: PostgreSQLEngine) async throws -> Bool {
        for _ in 0..<10_000 {
            let rows = try await engine.read { (connection) throws(StorageError) in
                try connection.rows(Statement(PostgreSQLServer.lockWaiters), [])
            }
            if case .integer(let count)? = rows.first?.values.first, count > 0 { return true }
        }
        return false
    }
}

/// Counts how often a body ran.
final class Count: Sendable {
    private let count = Mutex(0)

    /// The number of this call, from 1 on.
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    var value: Int { count.withLock { $0 } }
}
