internal import Storage
internal import Synchronization

/// A real engine whose writes fail as planned: lost, or landed though reported lost.
final class FaultingEngine: SQLEngine {
    enum Fault: String, CaseIterable, Sendable {
        /// Nothing was written; the writer hears that nobody knows.
        case lost
        /// The transaction is durable; the writer hears that nobody knows.
        case landed
        /// Nothing was written, and the writer hears so.
        case refused
        /// The disk is full.
        case full
    }

    private struct Plan {
        var writes = 0
        var failing: [Int: Fault] = [:]
        var isPoisoned = false
        var recoveries = 0
        var mayRecover = true
    }

    private let engine: any SQLEngine
    private let plan = Mutex(Plan())

    init(_ engine: any SQLEngine) { self.engine = engine }

    var dialect: SchemaDialect { engine.dialect }

    var isShared: Bool { engine.isShared }

    /// How many transactions were begun.
    var writeCount: Int { plan.withLock { $0.writes } }

    var recoveryCount: Int { plan.withLock { $0.recoveries } }

    /// The write after the next `skipped` ones fails.
    func fail(after skipped: Int, _ fault: Fault) {
        plan.withLock { $0.failing[$0.writes + skipped] = fault }
    }

    /// Whether `recover()` succeeds.
    func allowRecovery(_ isAllowed: Bool) {
        plan.withLock { $0.mayRecover = isAllowed }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        let (fault, isPoisoned) = plan.withLock { plan in
            if plan.isPoisoned { return (Fault?.none, true) }
            defer { plan.writes += 1 }
            let fault = plan.failing[plan.writes]
            if fault == .lost || fault == .landed { plan.isPoisoned = true }
            return (fault, false)
        }
        if isPoisoned { throw .unavailable("poisoned") }
        switch fault {
        case nil: return try await engine.write(body)
        case .landed:
            _ = try await engine.write(body)
            throw .unknownOutcome("planned")
        case .lost:
            try await rollBack(body)
            throw .unknownOutcome("planned")
        case .refused:
            try await rollBack(body)
            throw .unavailable("planned")
        case .full:
            try await rollBack(body)
            throw .full
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.read(body)
    }

    func recover() async throws(StorageError) {
        let mayRecover = plan.withLock { plan in
            guard plan.isPoisoned else { return true }
            plan.recoveries += 1
            if plan.mayRecover { plan.isPoisoned = false }
            return plan.mayRecover
        }
        guard mayRecover else { throw .unavailable("still broken") }
        try await engine.recover()
    }

    /// Runs the whole body, and takes all of it back.
    private func rollBack<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) {
        do throws(StorageError) {
            try await engine.write { (connection) throws(StorageError) in
                _ = try body(connection)
                throw .unavailable("taken back")
            }
        } catch .unavailable("taken back") {
            return
        }
    }
}
