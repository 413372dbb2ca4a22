internal import GRDB
package import Storage

/// A database in memory with one connection: the real statements on the real library, without files and threads. For
/// the simulation, which decides itself what becomes of each transaction.
package final class SQLiteMemory: SQLEngine {
    private let queue: DatabaseQueue
    private let texts = StatementTexts()

    /// Makes an empty database.
    package init() throws(StorageError) {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: "PRAGMA trusted_schema = OFF; PRAGMA recursive_triggers = ON; PRAGMA synchronous = OFF;")
        }
        do {
            queue = try DatabaseQueue(configuration: configuration)
        } catch {
            throw SQLiteConnection.translate(error)
        }
    }

    /// Another database with the same content.
    package func copy() throws(StorageError) -> SQLiteMemory {
        let copy = try SQLiteMemory()
        do {
            try queue.backup(to: copy.queue)
        } catch {
            throw SQLiteConnection.translate(error)
        }
        return copy
    }

    package var dialect: SchemaDialect { .sqlite }

    /// Runs `body` in a transaction, at once and on the caller's thread; commits it if `keeps`, else takes it back and
    /// returns what it returned all the same.
    package func transact<Value>(
        keeps: Bool, _ body: (any SQLConnection) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        try queue.writeWithoutTransaction { database in
            let connection = SQLiteConnection(database, texts)
            return Self.transact(connection, keeps: keeps, body)
        }.get()
    }

    private static func transact<Value>(
        _ connection: SQLiteConnection, keeps: Bool, _ body: (any SQLConnection) throws(StorageError) -> Value
    ) -> Result<Value, StorageError> {
        do throws(StorageError) {
            try connection.command("BEGIN IMMEDIATE")
            let value: Value
            do throws(StorageError) {
                value = try body(connection)
            } catch {
                try connection.command("ROLLBACK")
                throw error
            }
            try connection.command(keeps ? "COMMIT" : "ROLLBACK")
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    /// Runs a reading body at once, on the caller's thread.
    package func look<Value>(
        _ body: (any SQLConnection) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        try queue.writeWithoutTransaction { database in
            SQLiteConnection.run(.success(database), texts, body)
        }.get()
    }

    /// Runs a writing body at once, on the caller's thread.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try transact(keeps: true, body)
    }

    /// Runs a reading body at once, on the caller's thread.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try look(body)
    }

    /// Nothing can happen to it.
    package func recover() async throws(StorageError) {}
}
