internal import Dispatch
package import Storage

// `session` and `connection` are touched in blocks of the serial `queue` alone, so by one thread at a time.
/// One state of a database, looked at for as long as this is open: what was committed when it began, whatever nodes
/// record meanwhile. It takes no lock and writes nothing.
package final class PostgreSQLSnapshot: SQLEngine, @unchecked Sendable {
    /// Between two reads lies what is done with the rows; and a read may be of a whole table.
    private static let patience = [
        Statement("SET idle_in_transaction_session_timeout = '300s'"), Statement("SET statement_timeout = '300s'"),
    ]
    private static let first = Statement("SELECT 1::bigint")

    private let queue = DispatchQueue(label: "tenure.postgresql.snapshot")
    private var session: Session?
    private var connection: PostgreSQLConnection?

    /// Connects, and begins.
    ///
    /// - Parameter mayLoseCredentials: as `PostgreSQLEngine` has it.
    /// - Throws: `unavailable` if the server is not reached, not the primary, or refused; the sentence says why.
    package init(_ address: PostgreSQLAddress, mayLoseCredentials: Bool = false) async throws(StorageError) {
        try await run { () -> Result<Void, StorageError> in
            do throws(Fault) {
                let session = try Session(address)
                try ServerState.prepare(session).check(mayLose: mayLoseCredentials)
                for setting in Self.patience { try session.send(setting, [], wantsRows: false) }
                try session.settle()
                self.session = session
                self.connection = PostgreSQLConnection(session, .read)
                return .success(())
            } catch {
                return .failure(error.storageError)
            }
        }
        // The state is that of the first statement.
        _ = try await read { (connection) throws(StorageError) in try connection.rows(Self.first, []) }
    }

    package var dialect: SchemaDialect { .postgreSQL }

    /// Always refuses.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        throw .unavailable("the database is only looked at")
    }

    /// Every read sees the one state. One that failed ends it: all that follow fail too.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await run {
            guard let connection = self.connection else {
                return .failure(.unavailable("the database is not looked at any more"))
            }
            do throws(StorageError) {
                return .success(try body(connection))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Always refuses.
    package func recover() async throws(StorageError) {
        throw .unavailable("the database is only looked at")
    }

    /// Ends the transaction, and with it the state.
    package func close() async {
        await withCheckedContinuation { done in
            queue.async {
                self.connection = nil
                self.session = nil
                done.resume()
            }
        }
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Result<Value, StorageError>
    ) async throws(StorageError) -> Value {
        let result: Result<Value, StorageError> = await withCheckedContinuation { answer in
            queue.async { answer.resume(returning: body()) }
        }
        return try result.get()
    }
}
