internal import Synchronization

/// Begins a task of its own. Handed in, so that a simulation decides where it runs.
package typealias TaskStart = @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never>

/// Lets one read serve all who wait for one that begins after they came.
final class SharedRead: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Void, StorageError>, Never>

    private struct State {
        var waiting: [Waiter] = []
        var isReading = false
    }

    private let state = Mutex(State())
    private let start: TaskStart

    init(start: @escaping TaskStart) { self.start = start }

    /// Returns after a read that began after this call.
    func wait(
        for read: @escaping @Sendable () async throws(StorageError) -> Void
    ) async throws(StorageError) {
        let result: Result<Void, StorageError> = await withCheckedContinuation { waiter in
            let mustRead = state.withLock { state in
                state.waiting.append(waiter)
                defer { state.isReading = true }
                return !state.isReading
            }
            if mustRead { _ = start { await self.readOn(read) } }
        }
        try result.get()
    }

    /// Reads until nobody waits.
    private func readOn(_ read: @Sendable () async throws(StorageError) -> Void) async {
        while true {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                state.isReading = !state.waiting.isEmpty
                return state.waiting
            }
            if waiting.isEmpty { return }
            let result: Result<Void, StorageError>
            do throws(StorageError) {
                try await read()
                result = .success(())
            } catch {
                result = .failure(error)
            }
            for waiter in waiting { waiter.resume(returning: result) }
        }
    }
}
