internal import Synchronization
internal import TenureModel

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    static let start = Timestamp(clampingSeconds: 1_800_000_000)

    private let time = Mutex(start)

    var now: Timestamp { time.withLock { $0 } }

    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }

    func set(_ now: Timestamp) { time.withLock { $0 = now } }
}
