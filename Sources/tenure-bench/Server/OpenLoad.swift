internal import NIOCore

/// Requests that come at a rate, as from many clients who know nothing of each other: none waits for the answer to
/// another. Where no connection is free, a request is counted as not sent.
///
/// Confined to the event loop of its connections.
final class OpenLoad {
    struct Outcome: Sendable {
        /// Milliseconds of each answer by its status, in the order of the answers.
        var milliseconds: [Int: [Double]] = [:]
        var unsent = 0

        /// The sorted times of the answers of a status.
        func sorted(_ status: Int) -> [Double] { milliseconds[status, default: []].sorted() }

        func count(_ status: Int) -> Int { milliseconds[status, default: []].count }

        /// A part of the times of a status, nil where there are none.
        func percentile(_ part: Double, of status: Int) -> Double? {
            let times = sorted(status)
            return times.isEmpty ? nil : times[min(Int(Double(times.count) * part), times.count - 1)]
        }
    }

    private let perSecond: Double
    private let total: Int
    private let call: @Sendable (Int) -> LoadClient.Call
    private let ended: EventLoopPromise<Outcome>
    private let start: ContinuousClock.Instant
    private var idle: [LoadConnection]
    private var outcome = Outcome()
    private var due = 0
    private var underWay = 0

    private init(
        _ connections: [LoadConnection], _ perSecond: Double, _ seconds: Double,
        _ call: @escaping @Sendable (Int) -> LoadClient.Call, _ ended: EventLoopPromise<Outcome>
    ) {
        idle = connections
        self.perSecond = perSecond
        total = Int(perSecond * seconds)
        self.call = call
        self.ended = ended
        start = .now
    }

    static func run(
        over connections: [LoadConnection], perSecond: Double, seconds: Double,
        _ call: @escaping @Sendable (Int) -> LoadClient.Call
    ) async throws -> Outcome {
        guard let loop = connections.first?.loop else { throw BenchFault("a load needs a connection") }
        let ended = loop.makePromise(of: Outcome.self)
        loop.execute { OpenLoad(connections, perSecond, seconds, call, ended).sendDue(on: loop) }
        return try await ended.futureResult.get()
    }

    private func sendDue(on loop: any EventLoop) {
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let due = min(total, Int(elapsed * perSecond))
        while self.due < due {
            if let connection = idle.popLast() { send(on: connection) } else { outcome.unsent += 1 }
            self.due += 1
        }
        guard due < total else { return endIfDone() }
        let this = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .milliseconds(1)) { this.value.sendDue(on: loop) }
    }

    private func send(on connection: LoadConnection) {
        let sent = ContinuousClock.now
        underWay += 1
        let this = NIOLoopBound(self, eventLoop: connection.loop)
        connection.send(call(due)) { status in
            this.value.take(status, sent, connection)
        }
    }

    private func take(_ status: Int, _ sent: ContinuousClock.Instant, _ connection: LoadConnection) {
        outcome.milliseconds[status, default: []].append((ContinuousClock.now - sent) / .milliseconds(1))
        underWay -= 1
        // One that ended is not used again.
        if status != 0 { idle.append(connection) }
        endIfDone()
    }

    private func endIfDone() {
        if due == total, underWay == 0 { ended.succeed(outcome) }
    }
}
