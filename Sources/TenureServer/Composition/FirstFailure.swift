internal import ServiceLifecycle
internal import Synchronization

/// Remembers why the server has to stop, from wherever it is found out.
final class FirstFailure: Sendable {
    private let noted = Mutex<StartFailure?>(nil)

    var failure: StartFailure? { noted.withLock { $0 } }

    func note(_ failure: StartFailure) {
        noted.withLock { noted in
            if noted == nil { noted = failure }
        }
    }
}

/// Lets what runs inside a group stop it, gracefully.
final class GroupHolder: Sendable {
    private let group = Mutex<ServiceGroup?>(nil)

    func hold(_ group: ServiceGroup) { self.group.withLock { $0 = group } }

    func stop() {
        guard let group = group.withLock({ $0 }) else { return }
        Task { await group.triggerGracefulShutdown() }
    }
}
