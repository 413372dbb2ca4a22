package import Storage
internal import Synchronization

/// Hears of the commits of other nodes (LISTEN), so that this one reads them at once and not with its next periodic
/// read. Best effort: what is lost is found by that read. Also asks by how much the node's clock differs from the
/// database's.
package final class CommitWatch: Sendable {
    private struct State {
        var clockDifference: Int64 = 0
        var isClosed = false
    }

    private let lane: ConnectionLane
    private let clock: @Sendable () -> Int64
    private let state = Mutex(State())

    /// Connects when it is first waited on.
    ///
    /// - Parameters:
    ///   - mayLoseCredentials: as for the engine.
    ///   - clock: this node's, in milliseconds since 1970.
    package init(
        _ address: PostgreSQLAddress, mayLoseCredentials: Bool = false, clock: @escaping @Sendable () -> Int64
    ) {
        lane = ConnectionLane(address, .read, mayLose: mayLoseCredentials)
        self.clock = clock
    }

    /// By how many milliseconds this node's clock is ahead of the database's, as of the last `compareClocks()`.
    package var clockDifference: Int64 { state.withLock { $0.clockDifference } }

    /// Waits until a node has committed something, and for so long at most.
    ///
    /// - Throws: `unavailable` at once where the database is not reached.
    package func wait(atMost milliseconds: Int32) async throws(StorageError) {
        try await onLane { (session) throws(Fault) in
            // What was committed before the channel was listened to was not heard.
            guard try !self.listen(session) else { return }
            try session.awaitAnnouncement(within: milliseconds)
        }
    }

    /// Asks the database what time it is.
    package func compareClocks() async throws(StorageError) {
        let clock = clock
        try await onLane { (session) throws(Fault) in
            let before = clock()
            try session.send(Self.look, [], wantsRows: true)
            guard case .integer(let theirs)? = try session.settle().rows.first?.values.first else {
                throw Fault(.other, "the server does not say what time it is")
            }
            let difference = Self.difference(theirs, between: before, and: clock())
            self.state.withLock { $0.clockDifference = difference }
        }
    }

    /// Gives the connection up, and waits on nothing any more.
    package func close() async {
        state.withLock { $0.isClosed = true }
        await lane.close()
    }

    private func onLane(
        _ body: @escaping @Sendable (Session) throws(Fault) -> Void
    ) async throws(StorageError) {
        let lane = lane
        let isClosed = state.withLock { $0.isClosed }
        try await lane.run { () -> Result<Void, StorageError> in
            guard !isClosed else { return .failure(.unavailable("the database was closed")) }
            do throws(Fault) {
                try body(try lane.open())
                return .success(())
            } catch {
                lane.drop()
                return .failure(error.storageError)
            }
        }
    }

    /// Listens on a connection that does not yet; true where it did not, since something may have been missed.
    private func listen(_ session: Session) throws(Fault) -> Bool {
        guard !session.isListening else { return false }
        try session.send(Self.channel, [], wantsRows: true)
        guard case .text(let name)? = try session.settle().rows.first?.values.first,
            name.utf8.allSatisfy({ $0 != UInt8(ascii: "\"") })
        else { throw Fault(.other, "the server does not say which schema it looks in") }
        try session.send(Statement("LISTEN \"\(name)\""), [], wantsRows: false)
        try session.settle()
        session.isListening = true
        return true
    }

    /// None where their time lies between ours before and after; else by how much it certainly differs.
    static func difference(_ theirs: Int64, between before: Int64, and after: Int64) -> Int64 {
        if theirs < before { return before &- theirs }
        return theirs > after ? after &- theirs : 0
    }

    /// A channel of the installation's own.
    private static let name = "'tenure_' || md5(current_schema()::text)"
    private static let channel = Statement("SELECT \(name)")
    static let announcement = Statement("SELECT pg_notify(\(name), '')")
    private static let look = Statement("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
}
