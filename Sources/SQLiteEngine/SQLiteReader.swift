internal import Foundation
internal import GRDB
package import Storage

/// A database that is only looked at: opened read-only, beside a broker that runs or after one that stopped. It never
/// writes and never checkpoints, which belongs to one connection alone (PITFALLS 0.2).
package final class SQLiteReader: SQLEngine {
    private let queue: DatabaseQueue
    private let texts = StatementTexts()

    /// - Throws: `unavailable` where there is no such database, or it cannot be read.
    package init(path: String) throws(StorageError) {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .unavailable("there is no database at \(path), or you may not read it")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(
                sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON;")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw SQLiteConnection.translate(error)
        }
    }

    package var dialect: SchemaDialect { .sqlite }

    /// Always refuses.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        throw .unavailable("the database is only looked at")
    }

    /// Runs in one snapshot of the database.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        let texts = texts
        let queue = queue
        let result: Result<Value, StorageError> = await withCheckedContinuation { answer in
            queue.asyncRead { database in
                answer.resume(returning: SQLiteConnection.run(database, texts, body))
            }
        }
        return try result.get()
    }

    /// Always refuses.
    package func recover() async throws(StorageError) {
        throw .unavailable("the database is only looked at")
    }
}
