internal import Storage
internal import Synchronization

/// An engine whose reads fail from when it is told so, as of a disk that went bad after COMMIT.
final class FailingReads: SQLEngine {
    private let engine: any SQLEngine
    private let areFailing = Mutex(false)

    init(_ engine: any SQLEngine) { self.engine = engine }

    var dialect: SchemaDialect { engine.dialect }

    func fail(_ fails: Bool) { areFailing.withLock { $0 = fails } }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.write(body)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        guard !areFailing.withLock({ $0 }) else { throw .unavailable("reads fail") }
        return try await engine.read(body)
    }

    func recover() async throws(StorageError) { try await engine.recover() }
}
