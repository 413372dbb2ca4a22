internal import Foundation
package import Storage
internal import Synchronization

/// PostgreSQL through libpq: any number of equal nodes on one database, with its own replication and failover.
///
/// One connection records, on a thread of its own; others read, each in one snapshot. Only the primary is used:
/// replicas may see commits in another order (PITFALLS, section 2).
package final class PostgreSQLEngine: SQLEngine {
    /// How many connections read at the same time.
    package static let readersMax = 8

    package let address: PostgreSQLAddress

    private let announces: Bool
    private let recording: ConnectionLane
    private let readers: ReaderPool
    /// Why nothing is written until `recover()`: what became of a COMMIT is not known.
    private let poison = Mutex<String?>(nil)

    /// Connects, and refuses a server on which an acknowledged commit may be lost: `fsync=off`, or
    /// `synchronous_commit` lower than `on`.
    ///
    /// - Parameters:
    ///   - mayLoseCredentials: accepts such a server all the same.
    ///   - announces: whether other nodes are told of each commit; without that they find it by their periodic read.
    /// - Throws: `unavailable` if the server is not reached, not the primary, or refused; the sentence says why.
    package init(
        _ address: PostgreSQLAddress, mayLoseCredentials: Bool = false, announces: Bool = true
    ) async throws(StorageError) {
        self.address = address
        self.announces = announces
        recording = ConnectionLane(address, .write, mayLose: mayLoseCredentials)
        readers = ReaderPool(lanesMax: Self.readersMax) {
            ConnectionLane(address, .read, mayLose: mayLoseCredentials)
        }
        try await recover(recording)
    }

    package var dialect: SchemaDialect { .postgreSQL }

    package var isShared: Bool { true }

    /// Runs on the one connection that records; see `SQLEngine`. `body` may run again from its beginning where the
    /// database took the transaction back, so it must have no effect but its writes and its result.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        let recording = recording
        return try await recording.run {
            // A transaction that was queued before the poison came must not run after it.
            if let poison = self.poison.withLock({ $0 }) {
                return .failure(.unavailable("recording has stopped: \(poison)"))
            }
            switch recording.transact(body) {
            case .committed(let value):
                if self.announces { recording.announce() }
                return .success(value)
            case .failed(let error): return .failure(error)
            case .unknown(let reason):
                self.poison.withLock { $0 = reason }
                return .failure(.unknownOutcome(reason))
            }
        }
    }

    /// Runs on one of the connections that read; see `SQLEngine`.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await readers.use { lane in
            switch lane.transact(body) {
            case .committed(let value): .success(value)
            case .failed(let error): .failure(error)
            case .unknown(let reason): .failure(.unavailable(reason))
            }
        }
    }

    /// Connects anew after a COMMIT without an answer, and waits until the server has ended that transaction: it may
    /// still be carrying it out, and a look before its end would find nothing of what is durable a moment later.
    package func recover() async throws(StorageError) {
        guard poison.withLock({ $0 }) != nil else { return }
        try await recover(recording)
    }

    /// Closes the connections; transactions that run are finished first.
    package func close() async {
        readers.close()
        await recording.close()
    }

    /// The write lock is the transaction's until it has ended, whichever way.
    private func recover(_ lane: ConnectionLane) async throws(StorageError) {
        try await lane.run { () -> Result<Void, StorageError> in
            lane.drop()
            do throws(Fault) {
                try lane.awaitWriteLock()
            } catch {
                lane.drop()
                return .failure(error.storageError)
            }
            self.poison.withLock { $0 = nil }
            return .success(())
        }
    }
}
