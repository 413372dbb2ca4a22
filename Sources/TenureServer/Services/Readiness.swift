internal import Synchronization

/// Waits for both listeners, then says once that requests are served.
final class Readiness: Sendable {
    private struct State {
        var api: Int?
        var plain: Int?
        var isSaid = false
    }

    private let state = Mutex(State())
    private let say: @Sendable (_ apiPort: Int, _ plainPort: Int) -> Void

    init(_ say: @escaping @Sendable (_ apiPort: Int, _ plainPort: Int) -> Void) { self.say = say }

    func apiListens(_ port: Int) { note { $0.api = port } }

    func plainListens(_ port: Int) { note { $0.plain = port } }

    private func note(_ change: (inout State) -> Void) {
        let ports: (Int, Int)? = state.withLock { state in
            change(&state)
            guard !state.isSaid, let api = state.api, let plain = state.plain else { return nil }
            state.isSaid = true
            return (api, plain)
        }
        if let ports { say(ports.0, ports.1) }
    }
}
