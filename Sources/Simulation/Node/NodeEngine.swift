internal import SQLiteEngine
internal import Storage
internal import Synchronization

/// One node's connection to the database that all nodes share: what it is told is sometimes not what happened.
///
/// A transaction is one step, since a writer holds the head row from its first statement to its end; before and after
/// it time passes, in which everybody else goes on.
final class NodeEngine: SQLEngine {
    private struct State {
        var isPoisoned = false
        var isDead = false
        var hurts = 0
    }

    private let database: SQLiteMemory
    private let executor: VirtualExecutor
    private let chance: Chance
    /// Of this very moment: nil once faults have stopped, so that nothing which began before fails after.
    private let weather: @Sendable () -> Weather?
    private let state = Mutex(State())
    private let history: History
    private let name: String
    private let lie: Lie?
    let isShared: Bool
    /// Called after each commit that became durable, by the node that made it.
    private let committed: @Sendable () -> Void
    private let crash: @Sendable () -> Void
    /// Called before each transaction: the node does something.
    private let begins: @Sendable () -> Void

    init(
        _ database: SQLiteMemory, executor: VirtualExecutor, chance: Chance,
        weather: @escaping @Sendable () -> Weather?, history: History, name: String, isShared: Bool, lie: Lie? = nil,
        committed: @escaping @Sendable () -> Void, crash: @escaping @Sendable () -> Void,
        begins: @escaping @Sendable () -> Void
    ) {
        self.database = database
        self.executor = executor
        self.chance = chance
        self.history = history
        self.name = name
        self.lie = lie
        self.isShared = isShared
        self.committed = committed
        self.crash = crash
        self.begins = begins
        self.weather = weather
    }

    var dialect: SchemaDialect { database.dialect }

    /// How often something went wrong: what is the same before and after an act went as it should.
    var hurts: Int { state.withLock { $0.hurts } }

    /// The process is gone: whatever it still asks for fails, and nobody hears its answers.
    func die() { state.withLock { $0.isDead = true } }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        begins()
        let sizeBefore = lie == .marksBeforeLock ? try LyingConnection.size(database) : 0
        await pass()
        // Others hold the lock.
        if lie == .marksBeforeLock { await executor.sleep(chance.among(0...60)) }
        try refuseUseless(writing: true)
        guard let weather = weather() else { return try commit(body) }
        if lie == .answerBeforeCommit { return try answerFirst(body) }
        let body = telling(body, sizeBefore)
        let fault = fault(weather)
        if fault != nil { hurt() }
        switch fault {
        case nil:
            let value = try commit(body)
            await pass()
            try refuseUseless(writing: false)
            return value
        case .crashBefore:
            history.note("\(name) dies before COMMIT")
            crash()
            throw .unavailable("dead")
        case .crashAfter:
            _ = try commit(body)
            history.note("\(name) dies after COMMIT")
            crash()
            throw .unavailable("dead")
        case .lost:
            if lie == .lostToldAsDone { return try database.transact(keeps: false, body) }
            _ = try database.transact(keeps: false, body)
            return try await doubt("lost")
        case .landed:
            _ = try commit(body)
            if lie == .landedToldAsFailed { throw .unavailable("planned") }
            return try await doubt("landed")
        case .unavailable:
            _ = try database.transact(keeps: false, body)
            history.note("\(name) is refused a transaction")
            throw .unavailable("planned")
        case .full:
            _ = try database.transact(keeps: false, body)
            history.note("\(name) finds the disk full")
            throw .full
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        begins()
        await pass()
        try refuseUseless(writing: false)
        if let weather = weather(), chance.happens(weather.readsUnavailable) {
            hurt()
            history.note("\(name) cannot read")
            throw .unavailable("planned")
        }
        let value = try database.look(telling(body, 0))
        await pass()
        try refuseUseless(writing: false)
        return value
    }

    func recover() async throws(StorageError) {
        guard state.withLock({ $0.isPoisoned }) else { return try refuseUseless(writing: false) }
        await pass()
        try refuseUseless(writing: false)
        if let weather = weather(), chance.happens(weather.recoveryFails) {
            hurt()
            history.note("\(name) does not recover")
            throw .unavailable("still broken")
        }
        state.withLock { $0.isPoisoned = false }
    }

    private func hurt() { state.withLock { $0.hurts += 1 } }

    private enum Fault { case crashBefore, crashAfter, lost, landed, unavailable, full }

    private func fault(_ weather: Weather) -> Fault? {
        let odds: [(Int, Fault)] = [
            (weather.crashBefore, .crashBefore), (weather.crashAfter, .crashAfter), (weather.lost, .lost),
            (weather.landed, .landed), (weather.unavailable, .unavailable), (weather.full, .full),
        ]
        var draw = chance.below(1_000)
        for (permille, fault) in odds {
            if draw < permille { return fault }
            draw -= permille
        }
        return nil
    }

    /// The body on a connection that lies, where that is the lie.
    private func telling<Value>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value, _ sizeBefore: Int64
    ) -> @Sendable (any SQLConnection) throws(StorageError) -> Value {
        guard let lie, lie.isOfStatements else { return body }
        return { (connection) throws(StorageError) in
            try body(LyingConnection(connection, lie, sizeBefore: sizeBefore))
        }
    }

    private func commit<Value>(
        _ body: (any SQLConnection) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        let value = try database.transact(keeps: true, body)
        committed()
        return value
    }

    /// The value of a transaction that is taken back, and made durable a little later, if the node lives.
    private func answerFirst<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        let value = try database.transact(keeps: false, body)
        _ = executor.start { [self] in
            await executor.sleep(chance.among(1...20))
            guard !state.withLock({ $0.isDead }) else { return }
            do throws(StorageError) {
                _ = try commit(body)
            } catch {
                history.note("\(name): what was answered did not commit")
            }
        }
        return value
    }

    private func doubt<Value>(_ what: String) async throws(StorageError) -> Value {
        history.note("\(name): a COMMIT fails, and is \(what)")
        state.withLock { $0.isPoisoned = true }
        await pass()
        throw .unknownOutcome("planned")
    }

    private func refuseUseless(writing: Bool) throws(StorageError) {
        let (isDead, isPoisoned) = state.withLock { ($0.isDead, $0.isPoisoned) }
        if isDead { throw .unavailable("dead") }
        guard writing, isPoisoned else { return }
        hurt()
        throw .unavailable("poisoned")
    }

    private func pass() async {
        guard let weather = weather(), weather.latency > 0 else { return }
        await executor.sleep(chance.among(0...weather.latency))
    }
}
