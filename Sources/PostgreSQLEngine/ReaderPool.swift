internal import Storage
internal import Synchronization

/// The connections that read: opened when they are needed, lent to one transaction at a time.
final class ReaderPool: Sendable {
    /// How many reads may wait for a connection.
    static let waitingMax = 1024

    private struct State {
        var free: [ConnectionLane] = []
        var lent = 0
        var waiting: [CheckedContinuation<ConnectionLane, Never>] = []
    }

    private let lanesMax: Int
    private let make: @Sendable () -> ConnectionLane
    private let state = Mutex(State())

    init(lanesMax: Int, make: @escaping @Sendable () -> ConnectionLane) {
        self.lanesMax = lanesMax
        self.make = make
    }

    /// Lends a connection to `body`.
    ///
    /// - Throws: `unavailable` where too many wait already.
    func use<Value: Sendable>(
        _ body: @escaping @Sendable (ConnectionLane) -> Result<Value, StorageError>
    ) async throws(StorageError) -> Value {
        let lane = try await take()
        let result: Result<Value, StorageError>
        do throws(StorageError) {
            result = .success(try await lane.run { body(lane) })
        } catch {
            result = .failure(error)
        }
        giveBack(lane)
        return try result.get()
    }

    private enum Turn {
        case now(ConnectionLane)
        case mayWait, full
    }

    private func take() async throws(StorageError) -> ConnectionLane {
        switch state.withLock({ next(&$0) }) {
        case .now(let lane): return lane
        case .full: throw .unavailable("too many reads wait for the database")
        case .mayWait: break
        }
        return await withCheckedContinuation { waiter in
            // One may have come back in between.
            let lane = state.withLock { state -> ConnectionLane? in
                if case .now(let lane) = next(&state) { return lane }
                state.waiting.append(waiter)
                return nil
            }
            if let lane { waiter.resume(returning: lane) }
        }
    }

    private func next(_ state: inout State) -> Turn {
        if let lane = state.free.popLast() {
            state.lent += 1
            return .now(lane)
        }
        if state.lent < lanesMax {
            state.lent += 1
            return .now(make())
        }
        return state.waiting.count < Self.waitingMax ? .mayWait : .full
    }

    private func giveBack(_ lane: ConnectionLane) {
        let next = state.withLock { state -> CheckedContinuation<ConnectionLane, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.lent -= 1
            state.free.append(lane)
            return nil
        }
        next?.resume(returning: lane)
    }

    /// Closes what is not lent.
    func close() {
        state.withLock { $0.free = [] }
    }
}
