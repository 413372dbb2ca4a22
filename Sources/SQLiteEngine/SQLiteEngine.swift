internal import Foundation
internal import GRDB
package import Storage
internal import Synchronization

/// SQLite in the process: one file, one node, nothing to install.
///
/// One connection writes and checkpoints, on a queue of its own; others read. WAL with `synchronous=FULL`, set after
/// the pool was opened, since GRDB sets NORMAL while it opens (PITFALLS 0.1), and read back: a commit that returns is
/// on disk.
package final class SQLiteEngine: SQLEngine {
    /// How many connections read at the same time.
    package static let readersMax = 4

    package let path: String

    struct State {
        var pool: DatabasePool
        /// What the system said when reading or writing the file last failed; nothing is written until `recover()`.
        var poison: String?
    }

    let state: Mutex<State>
    let texts = StatementTexts()

    /// Opens the database, or makes an empty one that only this user may read.
    ///
    /// - Throws: `insecureFile` if the file, or one beside it, is a link, somebody else's, or readable by others (T43);
    ///   `unavailable` if it cannot be opened or if `synchronous=FULL` does not hold.
    package init(path: String) throws(StorageError) {
        self.path = path
        try DatabaseFile.finishRecovery(path)
        try DatabaseFile.prepare(path)
        state = Mutex(State(pool: try Self.open(path), poison: nil))
        try DatabaseFile.check(path)
    }

    package var dialect: SchemaDialect { .sqlite }

    /// The version of the library in use, such as `3.40.1`. Versions 3.7.0 to 3.51.2 keep a WAL whole only while one
    /// connection alone writes and checkpoints, which is the rule here (PITFALLS 0.2).
    package static var libraryVersion: String { SQLiteConnection.libraryVersion }

    /// `PRAGMA synchronous` of the connection that writes, as the library tells it: 2 is FULL.
    package func synchronousLevel() async throws(StorageError) -> Int64 {
        try await write { (connection) throws(StorageError) in
            let row = try connection.rows(Storage.Statement("PRAGMA synchronous"), []).first
            guard case .integer(let level)? = row?.values.first else { throw .corrupt("PRAGMA synchronous") }
            return level
        }
    }

    /// Runs on the one connection that writes; see `SQLEngine`.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        let (pool, poison) = state.withLock { ($0.pool, $0.poison) }
        if let poison { throw .unavailable("recording has stopped: \(poison)") }
        let result: Result<Value, StorageError> = await withCheckedContinuation { answer in
            pool.asyncWriteWithoutTransaction { database in
                answer.resume(returning: self.transact(database, body))
            }
        }
        return try result.get()
    }

    /// Runs on one of the connections that read; see `SQLEngine`.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        let pool = state.withLock { $0.pool }
        let texts = texts
        let result: Result<Value, StorageError> = await withCheckedContinuation { answer in
            pool.asyncRead { database in
                answer.resume(returning: SQLiteConnection.run(database, texts, body))
            }
        }
        return try result.get()
    }

    /// Writes the log into the database file and closes all connections; the engine is of no use afterwards.
    package func close() throws(StorageError) {
        let (pool, poison) = state.withLock { ($0.pool, $0.poison) }
        do {
            // GRDB closes the connections that only read last, and those cannot do it.
            if poison == nil { try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
            try pool.close()
        } catch {
            throw SQLiteConnection.translate(error)
        }
    }

    /// Closes all connections and leaves the files as they are, as the end of the process would.
    func abandon() throws(StorageError) {
        do { try state.withLock({ $0.pool }).close() } catch { throw SQLiteConnection.translate(error) }
    }

    /// Runs on the writer's queue.
    private func transact<Value: Sendable>(
        _ database: Database, _ body: (any SQLConnection) throws(StorageError) -> Value
    ) -> Result<Value, StorageError> {
        // A transaction that was queued before the poison came must not run after it.
        if let poison = state.withLock({ $0.poison }) {
            return .failure(.unavailable("recording has stopped: \(poison)"))
        }
        let connection = SQLiteConnection(database, texts)
        do throws(StorageError) {
            try connection.command("BEGIN IMMEDIATE")
        } catch {
            return .failure(settle(error, connection))
        }
        let value: Value
        do throws(StorageError) {
            value = try body(connection)
        } catch {
            return .failure(settle(error, connection))
        }
        do throws(StorageError) {
            try connection.command("COMMIT")
            return .success(value)
        } catch {
            return .failure(settleCommit(error, connection))
        }
    }

    /// Rolls back after a failure before COMMIT: nothing was written. An I/O error poisons the engine all the same.
    private func settle(_ error: StorageError, _ connection: SQLiteConnection) -> StorageError {
        if let reason = connection.lastIOError { poison(reason) }
        rollBack(connection)
        return error
    }

    /// A COMMIT that found the disk full or the file locked was not made; after any other error nobody knows.
    private func settleCommit(_ error: StorageError, _ connection: SQLiteConnection) -> StorageError {
        switch error {
        case .full where connection.isInTransaction, .constraint:
            rollBack(connection)
            return error
        default:
            poison(connection.lastIOError ?? "\(error)")
            rollBack(connection)
            return .unknownOutcome("\(error)")
        }
    }

    /// SQLite may have rolled back by itself. A rollback that fails leaves a connection that nothing more can be done
    /// with.
    private func rollBack(_ connection: SQLiteConnection) {
        guard connection.isInTransaction else { return }
        do throws(StorageError) {
            try connection.command("ROLLBACK")
        } catch {
            poison("\(error)")
        }
    }

    /// Writes nothing more until `recover()`.
    func poison(_ reason: String) {
        state.withLock { state in
            if state.poison == nil { state.poison = reason }
        }
    }
}
