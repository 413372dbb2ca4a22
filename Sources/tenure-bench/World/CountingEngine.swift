internal import SQLiteEngine
internal import Storage
internal import Synchronization

/// The real engine, with its commits counted: each is one sync of the write-ahead log, before checkpoints.
final class CountingEngine: SQLEngine {
    let engine: SQLiteEngine
    private let commits = Atomic<Int>(0)

    init(_ engine: SQLiteEngine) { self.engine = engine }

    /// Transactions that were written since the start.
    var commitCount: Int { commits.load(ordering: .relaxed) }

    var dialect: SchemaDialect { engine.dialect }

    var isShared: Bool { engine.isShared }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        commits.add(1, ordering: .relaxed)
        return try await engine.write(body)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.read(body)
    }

    func recover() async throws(StorageError) { try await engine.recover() }
}
