/// A database that keeps Tenure's tables: SQLite in the process, or PostgreSQL beside it.
///
/// The texts of statements are the engine's common subset (DESIGN, section 5): `$1` parameters, `ON CONFLICT`,
/// `RETURNING`; no `now()`, no ORDER BY on text.
package protocol SQLEngine: Sendable {
    /// How the schema and the few statements outside the common subset are written for this engine.
    var dialect: SchemaDialect { get }

    /// Whether other nodes may write to the same database: then a snapshot is as new as the last read.
    var isShared: Bool { get }

    /// Runs `body` in one transaction on the writing connection, holding the write lock from its first statement on
    /// (`BEGIN IMMEDIATE` in SQLite, an advisory lock in PostgreSQL), and commits durably when it returns.
    ///
    /// - Parameter body: has no effect but its writes and its result: it runs again where the database took the
    ///   transaction back.
    /// - Throws: what `body` threw, after a rollback; `StorageError.unknownOutcome` when COMMIT itself failed, since
    ///   the transaction may be durable then.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value

    /// Runs `body` on a reading connection, in one snapshot of the database.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value

    /// Makes the engine trustworthy again after an I/O error, until when every write fails with `unavailable`; does
    /// nothing on one that is well. What reads show afterwards is durable.
    ///
    /// - Throws: what stands in the way; the engine stays as it was then.
    func recover() async throws(StorageError)
}

extension SQLEngine {
    /// One node alone has the database.
    package var isShared: Bool { false }
}

/// One connection inside a transaction. Never leaves the closure that it was given to.
package protocol SQLConnection {
    /// Runs a statement that gives no rows; returns how many rows it changed.
    @discardableResult
    func execute(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) -> Int

    /// Runs a statement and returns all its rows. Statements carry their own LIMIT, unless a snapshot needs all rows.
    func rows(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) -> [SQLRow]

    /// Runs a statement whose rows and count nobody needs. An engine beside the process sends it together with those
    /// that follow: its failure is thrown by this call or a later one, at the latest by `settle()` or the commit.
    func enqueue(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError)

    /// Returns once all that was enqueued is carried out.
    func settle() throws(StorageError)
}

extension SQLConnection {
    /// At once, where there is no round trip to save.
    package func enqueue(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) {
        try execute(statement, arguments)
    }

    /// Nothing waits.
    package func settle() throws(StorageError) {}
}

/// The text of one statement, in the common subset; prepared once per connection.
package struct Statement: Hashable, Sendable {
    package let sql: String
    /// Made once: long texts are looked up at every use.
    private let hash: Int

    /// Takes the text, and hashes it.
    package init(_ sql: String) {
        self.sql = sql
        hash = sql.hashValue
    }

    /// The hash that was made of the text.
    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// One value as both engines keep it. Times are integers, ids are 16 bytes, text holds no NUL.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

/// One row of an answer; columns by position, in the order of the statement's column list.
package struct SQLRow: Hashable, Sendable {
    package let values: [SQLValue]

    package init(_ values: [SQLValue]) { self.values = values }
}

/// Why the database did not do what it was asked.
package enum StorageError: Error, Hashable, Sendable {
    /// A constraint refused a row; nothing was written. Names the constraint or the column where the engine tells.
    case constraint(String)
    /// Nothing was written; the same may be tried again.
    case unavailable(String)
    /// The disk is full; nothing was written.
    case full
    /// COMMIT failed: the transaction may be durable or not. Look the operation up.
    case unknownOutcome(String)
    /// A row holds what no version of the program writes.
    case corrupt(String)
    /// The schema is newer than this program.
    case newerSchema(found: Int64, known: Int64)
    /// A file of the database may be read or exchanged by somebody else (T43); the sentence says which and why.
    case insecureFile(String)
    /// The log is not the one that this node last saw: an older copy, or another history (T38).
    case historyLost(HistoryLoss)
    /// A rule of ours that is judged inside a transaction said no; the transaction was rolled back.
    case refused(RecordingRefusal)
}

/// How the log differs from the head that the node keeps outside the database (T38).
package enum HistoryLoss: Hashable, Sendable {
    /// The log has fewer entries than this node saw.
    case shorter(size: Int64, witnessed: Int64)
    /// At the witnessed size the log has another root.
    case forked(size: Int64)
}
