internal import Storage
internal import Synchronization

/// An engine whose reads fail from when it is told so, as of a disk that went bad after COMMIT, or are overtaken.
final class FailingReads: SQLEngine {
    private let engine: any SQLEngine
    private let areFailing = Mutex(false)
    private let next = Mutex<(@Sendable () async -> Void)?>(nil)

    init(_ engine: any SQLEngine) { self.engine = engine }

    var dialect: SchemaDialect { engine.dialect }

    var isShared: Bool { engine.isShared }

    func fail(_ fails: Bool) { areFailing.withLock { $0 = fails } }

    /// Does something between the next read and its answer: what else happens at that moment.
    func duringNext(_ happening: @escaping @Sendable () async -> Void) { next.withLock { $0 = happening } }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.write(body)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        guard !areFailing.withLock({ $0 }) else { throw .unavailable("reads fail") }
        let value = try await engine.read(body)
        if let happening = next.withLock({ $0.take() }) { await happening() }
        return value
    }

    func recover() async throws(StorageError) { try await engine.recover() }
}
