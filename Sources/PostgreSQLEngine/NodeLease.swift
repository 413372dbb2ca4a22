package import Storage
internal import Synchronization

/// That this node, and no other, serves the installation of a database.
///
/// A lock of one connection, which the server keeps for as long as that connection lives. So a round trip on it that
/// began after a request came shows that no other node had acknowledged anything by then: whoever asks is not told
/// from a snapshot that another node has overtaken. A lease that was lost stays lost.
package final class NodeLease: Sendable {
    private struct State {
        /// Those who wait for the next round trip, which begins after they came.
        var waiting: [CheckedContinuation<Result<Void, StorageError>, Never>] = []
        var isAsking = false
        var loss: StorageError?
        var clockDifference: Int64 = 0
    }

    private let lane: ConnectionLane
    private let clock: @Sendable () -> Int64
    private let state = Mutex(State())

    /// - Parameters:
    ///   - mayLoseCredentials: as for the engine.
    ///   - clock: this node's, in milliseconds since 1970.
    /// - Throws: `unavailable` where another node holds it and does not give it back within 5 s, or the database is not
    ///   reached.
    package init(
        _ address: PostgreSQLAddress, mayLoseCredentials: Bool = false, clock: @escaping @Sendable () -> Int64
    ) async throws(StorageError) {
        let lane = ConnectionLane(address, .read, mayLose: mayLoseCredentials)
        self.lane = lane
        self.clock = clock
        try await lane.run { () -> Result<Void, StorageError> in
            do throws(Fault) {
                let session = try lane.open()
                try session.send(Self.take, [], wantsRows: true)
                try session.settle()
                return .success(())
            } catch {
                lane.drop()
                let isTaken = Self.stillLocked.contains { error.text.hasSuffix($0) }
                return .failure(
                    isTaken
                        ? .unavailable("another node serves it: one node at a time serves a database in this release")
                        : error.storageError)
            }
        }
    }

    /// By how many milliseconds this node's clock is ahead of the database's, as of the last confirmation.
    package var clockDifference: Int64 { state.withLock { $0.clockDifference } }

    /// Returns once a round trip that began after this call showed that the lease is held. One serves all who wait.
    ///
    /// - Throws: `unavailable` once it is lost, and from then on.
    package func confirm() async throws(StorageError) {
        let result: Result<Void, StorageError> = await withCheckedContinuation { waiter in
            let mustAsk = state.withLock { state in
                state.waiting.append(waiter)
                defer { state.isAsking = true }
                return !state.isAsking
            }
            if mustAsk { Task { await ask() } }
        }
        try result.get()
    }

    /// Gives the lease back; another node may take it at once.
    package func release() async {
        state.withLock { $0.loss = $0.loss ?? .unavailable("the lease was given back") }
        let lane = lane
        do throws(StorageError) {
            try await lane.run { () -> Result<Void, StorageError> in
                lane.drop()
                return .success(())
            }
        } catch {
            preconditionFailure("closing a connection does not fail")
        }
    }

    /// Asks until nobody waits.
    private func ask() async {
        while true {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                state.isAsking = !state.waiting.isEmpty
                return state.waiting
            }
            if waiting.isEmpty { return }
            let result = await askOnce()
            for waiter in waiting { waiter.resume(returning: result) }
        }
    }

    private func askOnce() async -> Result<Void, StorageError> {
        if let loss = state.withLock({ $0.loss }) { return .failure(loss) }
        let (lane, clock) = (lane, clock)
        do throws(StorageError) {
            let difference = try await lane.run { () -> Result<Int64, StorageError> in
                do throws(Fault) {
                    // Not `open()`: a new connection would not hold the lock.
                    guard let session = lane.held else { throw Fault(.lost, "the connection to the database is lost") }
                    let before = clock()
                    try session.send(Self.look, [], wantsRows: true)
                    guard case .integer(let theirs)? = try session.settle().rows.first?.values.first else {
                        throw Fault(.other, "the server does not say what time it is")
                    }
                    return .success(Self.difference(theirs, between: before, and: clock()))
                } catch {
                    lane.drop()
                    return .failure(error.storageError)
                }
            }
            state.withLock { $0.clockDifference = difference }
            return .success(())
        } catch {
            return .failure(
                state.withLock { state in
                    let loss = state.loss ?? error
                    state.loss = loss
                    return loss
                })
        }
    }

    /// None where their time lies between ours before and after; else by how much it certainly differs.
    static func difference(_ theirs: Int64, between before: Int64, and after: Int64) -> Int64 {
        if theirs < before { return before &- theirs }
        return theirs > after ? after &- theirs : 0
    }

    /// How a fault says that `lock_timeout` was over, or `statement_timeout`, which is as long.
    private static let stillLocked = ["(SQLSTATE 55P03)", "(SQLSTATE 57014)"]
    private static let take = Statement(
        "SELECT pg_advisory_lock(hashtextextended('tenure node ' || current_schema()::text, 0))")
    private static let look = Statement("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
}
