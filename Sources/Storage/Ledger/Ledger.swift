package import AuditLog

/// What the rest of the program reads from the database: the log, its tree, credentials, operations and cases. Each
/// call is one snapshot of the database on a reading connection.
package struct Ledger: Sendable {
    /// The most rows of one page.
    package static let pageMax: Int64 = 10_000

    private let engine: any SQLEngine
    /// The log's origin, which stored checkpoints carry in their note.
    package let origin: String

    package init(_ engine: any SQLEngine, origin: String) {
        self.engine = engine
        self.origin = origin
    }

    /// Reads several things in one snapshot of the database; the static functions of the tables take the connection.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.read(body)
    }

    /// Writes to a working table. The audited ones are written by `Recorder` alone.
    package func writeWorking<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.write(body)
    }

    /// The head of the log as it is now.
    package func head() async throws(StorageError) -> LogHead {
        try await read { (connection) throws(StorageError) in try HeadTable.read(connection) }
    }

    /// The snapshot, for programs that do not record.
    ///
    /// - Parameter known: read from this database before; only what is newer is read.
    package func snapshot(after known: Snapshot = Snapshot()) async throws(StorageError) -> Snapshot {
        try await read { (connection) throws(StorageError) in try Snapshot.load(connection, after: known).snapshot }
    }

    /// Entries in the order of the log, from `index` on; at most `limit` and at most `pageMax`.
    package func entries(from index: Int64, limit: Int64) async throws(StorageError) -> [LogEntry] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try EntryTable.range(connection, from: index, limit: limit)
        }
    }

    /// The entry at `index`; nil where the log is not that long.
    package func entry(_ index: Int64) async throws(StorageError) -> LogEntry? {
        guard index >= 0 else { return nil }
        return try await entries(from: index, limit: 1).first { $0.index == index }
    }

    /// Events of the feed after `index`, in order; at most `limit` and at most `pageMax`.
    package func feedEvents(after index: Int64, limit: Int64) async throws(StorageError) -> [FeedEvent] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try FeedTable.events(after: index, limit: limit, connection)
        }
    }

    /// The smallest stored checkpoint of at least `size` entries; nil where none is.
    package func checkpoint(atOrAfter size: Int64) async throws(StorageError) -> Checkpoint? {
        let origin = origin
        return try await read { (connection) throws(StorageError) in
            try CheckpointTable.atOrAfter(size, origin: origin, connection)
        }
    }

    /// The largest stored checkpoint; nil before the first.
    package func newestCheckpoint() async throws(StorageError) -> Checkpoint? {
        let origin = origin
        return try await read { (connection) throws(StorageError) in
            try CheckpointTable.newest(origin: origin, connection)
        }
    }
}
