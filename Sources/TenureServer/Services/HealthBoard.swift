internal import CredentialLifecycle
internal import Storage
internal import Synchronization
internal import TenureHTTP
internal import TenureModel

/// How the server is: written by one loop, read by whoever asks, without waiting. The clock alone is looked at each
/// time: nothing may be issued by a wrong one, not even within the second until the loop sees it.
final class HealthBoard: Sendable {
    private let health = Mutex(ServerHealth())
    private let guardian: Mutex<ClockGuard>
    private let recorder: Recorder
    /// By how many milliseconds this node's clock is ahead of the database's.
    private let databaseDifference: @Sendable () -> Int64

    init(
        _ limits: ServerConfiguration.Limits, recorder: Recorder,
        databaseDifference: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        self.recorder = recorder
        self.databaseDifference = databaseDifference
        guardian = Mutex(
            ClockGuard(
                limits: limits, wall: SystemClock.now(), uptimeMilliseconds: SystemClock.uptimeMilliseconds()))
    }

    var current: ServerHealth {
        var current = health.withLock { $0 }
        if !trustsClock { current.notIssuing = Self.clockInDoubt }
        return current
    }

    /// Whether ends may be decided by the wall clock: without that nothing is issued, retired or deleted.
    var trustsClock: Bool {
        guardian.withLock { guardian in
            guardian.fault(
                wall: SystemClock.now(), uptimeMilliseconds: SystemClock.uptimeMilliseconds(),
                lastEntry: recorder.head.lastTime, databaseDifference: databaseDifference()) == nil
        }
    }

    /// Looks at the clock once more, and puts together what is known now.
    ///
    /// - Parameter authorities: what people must do for the CAs, or nil.
    /// - Returns: why the server turned read-only since the last look; nil where it did not.
    @discardableResult
    func update(freeBytes: Int64?, limits: ServerConfiguration.Limits, authorities: String?) -> String? {
        let clock = guardian.withLock { guardian in
            guardian.check(
                wall: SystemClock.now(), uptimeMilliseconds: SystemClock.uptimeMilliseconds(),
                lastEntry: recorder.head.lastTime, databaseDifference: databaseDifference())
        }
        var next = ServerHealth()
        next.parts = [
            Self.store(recorder), Self.clock(clock), Self.disk(freeBytes, limits), Self.witness(recorder),
            .init(name: "authorities", state: authorities == nil ? .ok : .degraded, detail: authorities),
        ]
        next.isReadOnly = recorder.historyLoss != nil
        // A wrong clock and a full disk stop issuing alone: revoking and offboarding go on, so the server is ready.
        if recorder.stoppedBecause != nil {
            next.notIssuing = "nothing can be recorded at present; the broker's operator finds why in its status"
        } else if clock != nil {
            next.notIssuing = Self.clockInDoubt
        } else if (freeBytes ?? .max) < limits.diskFreeBytesMin {
            next.notIssuing = "the broker's disk is nearly full; its operator must make room"
        }
        let turned = next.isReadOnly && !health.withLock { $0.isReadOnly }
        health.withLock { next.carryingTimes(from: $0, into: &$0) }
        return turned ? recorder.stoppedBecause : nil
    }

    private static let clockInDoubt = "the broker's clock is in doubt; its operator must set it right"

    private static func store(_ recorder: Recorder) -> ServerHealth.Part {
        if let reason = recorder.stoppedBecause {
            return .init(name: "store", state: .failed, detail: "nothing is recorded: \(reason)")
        }
        return .init(name: "store", state: .ok)
    }

    private static func clock(_ fault: ClockGuard.Fault?) -> ServerHealth.Part {
        switch fault {
        case nil: .init(name: "clock", state: .ok)
        case .jumped(let seconds):
            .init(
                name: "clock", state: .degraded,
                detail: "moved by \(seconds) s against the monotonic clock: set it right, and start the server anew")
        case .behind(let seconds):
            .init(
                name: "clock", state: .degraded,
                detail: "\(seconds) s behind the last entry of the log: set it right; where it is right and was ahead"
                    + " before, stop the server and run `tenured doctor --accept-clock`")
        case .apart(let milliseconds):
            .init(
                name: "clock", state: .degraded,
                detail: "\(milliseconds) ms from the database's clock: set the one right that is wrong")
        }
    }

    private static func disk(_ free: Int64?, _ limits: ServerConfiguration.Limits) -> ServerHealth.Part {
        guard let free else { return .init(name: "disk", state: .degraded, detail: "free space is not known") }
        guard free < limits.diskFreeBytesMin else { return .init(name: "disk", state: .ok) }
        return .init(
            name: "disk", state: .degraded,
            detail: "\(free) bytes are free, \(limits.diskFreeBytesMin) are wanted: make room")
    }

    private static func witness(_ recorder: Recorder) -> ServerHealth.Part {
        if recorder.historyLoss != nil {
            return .init(
                name: "witness", state: .failed,
                detail: (recorder.stoppedBecause ?? "the log is another one")
                    + ". Nothing is recorded: stop the server, put the right database back, run `tenured doctor`")
        }
        guard recorder.witnessFailure != nil else { return .init(name: "witness", state: .ok) }
        return .init(name: "witness", state: .degraded, detail: "the witness file cannot be written")
    }
}

extension ServerHealth {
    /// Keeps since when a part is as it is.
    fileprivate func carryingTimes(from old: ServerHealth, into board: inout ServerHealth) {
        var next = self
        for place in next.parts.indices {
            let part = next.parts[place]
            let before = old.parts.first { $0.name == part.name }
            next.parts[place].since = before?.state == part.state ? before?.since : SystemClock.now().secondsText
        }
        board = next
    }
}
