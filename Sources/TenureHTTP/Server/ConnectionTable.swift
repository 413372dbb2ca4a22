internal import NIOCore
internal import Synchronization
internal import TenureModel

/// How many connections are open on one listener, in all and from each address. What is over is closed when it is
/// accepted: waiting in the backlog would keep everybody out who comes after.
final class ConnectionTable: Sendable {
    private struct Counts {
        var total = 0
        var byOrigin: [SourceNetwork: Int] = [:]
    }

    private let counts = Mutex(Counts())
    private let connectionsMax: Int
    private let perOriginMax: Int

    init(connectionsMax: Int, perOriginMax: Int) {
        self.connectionsMax = connectionsMax
        self.perOriginMax = perOriginMax
    }

    /// Counts one more; false, and uncounted, where there are enough.
    func admit(_ origin: SourceNetwork) -> Bool {
        counts.withLock { counts in
            let own = counts.byOrigin[origin, default: 0]
            // defence: T26 becomes: guard counts.total < connectionsMax, true else { return false }
            guard counts.total < connectionsMax, own < perOriginMax else { return false }
            counts.total += 1
            counts.byOrigin[origin] = own + 1
            return true
        }
    }

    /// Forgets one that was admitted.
    func release(_ origin: SourceNetwork) {
        counts.withLock { counts in
            counts.total -= 1
            let left = counts.byOrigin[origin, default: 1] - 1
            counts.byOrigin[origin] = left > 0 ? left : nil
        }
    }

    var openCount: Int { counts.withLock { $0.total } }
}
