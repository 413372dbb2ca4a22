package import Storage
internal import Synchronization
internal import TenureModel

/// Which of several nodes does the scheduled work: this one, as long as it holds the duty.
///
/// Clocks of two machines are not compared. A node watches the beat of whoever has the duty, by its own monotonic
/// clock, and takes over once it stood still for `patienceMilliseconds`. Whoever comes back after that is held off by
/// the fence, inside the transaction of whatever it tries to record.
package final class DutyKeeper: Sendable {
    /// How long a beat may stand still.
    package static let patienceMilliseconds: Int64 = 5_000

    private struct State {
        var held: Duty?
        /// When this node last showed that it holds it.
        var shownAt: Int64 = 0
        /// What it last saw of another's, and since when.
        var seen: DutyStanding?
        var seenSince: Int64 = 0
    }

    private let ledger: Ledger
    private let isShared: Bool
    private let node: OperationID
    private let uptimeMilliseconds: @Sendable () -> Int64
    private let state = Mutex(State())

    /// - Parameter uptimeMilliseconds: a clock that nobody moves.
    package init(_ broker: Broker, uptimeMilliseconds: @escaping @Sendable () -> Int64) throws(LifecycleError) {
        ledger = broker.ledger
        isShared = broker.recorder.isShared
        node = try broker.makeID()
        self.uptimeMilliseconds = uptimeMilliseconds
    }

    /// The duty, where this node holds it. A node that could not show that it lives for as long as others wait does
    /// not count on it any more.
    package var duty: Duty? {
        guard isShared else { return .alone }
        let now = uptimeMilliseconds()
        return state.withLock { state in
            // defence: T35 becomes: true ? state.held : nil
            now < state.shownAt + Self.patienceMilliseconds ? state.held : nil
        }
    }

    /// Shows that this node lives where it holds the duty, and takes it over where its holder does not. Call it each
    /// second.
    ///
    /// - Returns: whether it was taken over just now.
    @discardableResult
    package func turn() async throws(StorageError) -> Bool {
        guard isShared else { return false }
        let now = uptimeMilliseconds()
        if let held = state.withLock({ $0.held }) {
            let isHeld = try await ledger.writeWorking { (connection) throws(StorageError) in
                try DutyTable.beat(held, connection)
            }
            state.withLock { state in
                state.shownAt = now
                if !isHeld { state.held = nil }
            }
            if isHeld { return false }
        }
        let standing = try await ledger.read { (connection) throws(StorageError) in try DutyTable.read(connection) }
        let isVacant = state.withLock { state in
            if state.seen != standing {
                state.seen = standing
                state.seenSince = now
            }
            return standing.holder == nil || now - state.seenSince >= Self.patienceMilliseconds
        }
        guard isVacant else { return false }
        let node = node
        let taken = try await ledger.writeWorking { (connection) throws(StorageError) in
            try DutyTable.take(node, after: standing, connection)
        }
        state.withLock { state in
            state.held = taken
            state.shownAt = now
            state.seen = nil
        }
        return taken != nil
    }

    /// Gives the duty back, so that another node takes it at once: this one stops.
    package func giveBack() async throws(StorageError) {
        guard let held = state.withLock({ $0.held.take() }) else { return }
        try await ledger.writeWorking { (connection) throws(StorageError) in try DutyTable.giveBack(held, connection) }
    }
}
