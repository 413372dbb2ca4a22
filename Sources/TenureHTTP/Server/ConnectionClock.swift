internal import NIOCore

/// What one connection is doing and until when it may (THREATS, T26). Lives on the connection's event loop, shared by
/// the handlers of its pipeline.
///
/// The common request, which comes in one piece, moves the deadline only later, and so touches no timer.
final class ConnectionClock {
    enum Phase: Hashable {
        case handshake, idle, header, body, answering
    }

    private let limits: HTTPLimits
    private let loop: any EventLoop
    /// Closes the socket at once.
    private let cut: () -> Void
    private(set) var phase: Phase
    /// Requests that were read and are not answered yet.
    private(set) var unanswered = 0
    private var deadline: NIODeadline = .distantFuture
    private var bodyEnd: NIODeadline = .distantFuture
    private var windowBytes = 0
    private var timer: Scheduled<Void>?
    private var timerDue: NIODeadline = .distantFuture

    init(limits: HTTPLimits, loop: any EventLoop, hasHandshake: Bool, cut: @escaping () -> Void) {
        self.limits = limits
        self.loop = loop
        self.cut = cut
        phase = hasHandshake ? .handshake : .idle
        // defence: T26 becomes: extend(by: 1_000)
        extend(by: hasHandshake ? limits.handshakeSeconds : limits.headerSeconds)
    }

    /// The handshake is over; the first request has as long as any other to begin.
    func handshakeCompleted() {
        guard phase == .handshake else { return }
        phase = .idle
        extend(by: limits.idleSeconds)
    }

    /// Bytes of plaintext are about to be decoded.
    func bytesArriving(_ count: Int) {
        switch phase {
        case .handshake, .idle, .answering:
            phase = .header
            deadline = loop.now + .seconds(limits.headerSeconds)
        // defence: T26 becomes: case .header: deadline = loop.now + .seconds(limits.headerSeconds)
        case .header: break
        case .body:
            let (sum, overflow) = windowBytes.addingReportingOverflow(count)
            windowBytes = overflow ? .max : sum
        }
    }

    /// What arrived has been decoded; only what is still unfinished needs its timer set.
    func bytesDecoded() { arm() }

    /// The header of a request is whole.
    func headDecoded() {
        phase = .body
        windowBytes = 0
        bodyEnd = loop.now + .seconds(limits.bodySeconds)
        deadline = min(bodyEnd, loop.now + .seconds(limits.headerSeconds))
    }

    /// The body of a request is whole.
    ///
    /// - Parameter answerSeconds: how long its answer may take.
    func requestDecoded(answerSeconds: Int64) {
        unanswered += 1
        phase = .answering
        deadline = loop.now + .seconds(answerSeconds)
    }

    /// A part of an answer that goes on was taken by the peer; the next one has as long again.
    func answerMoved(answerSeconds: Int64) {
        guard phase == .answering else { return }
        deadline = loop.now + .seconds(answerSeconds)
    }

    /// The last byte of an answer was handed to the socket.
    func answered() {
        unanswered = max(0, unanswered - 1)
        guard unanswered == 0, phase == .answering else { return }
        phase = .idle
        extend(by: limits.idleSeconds)
    }

    /// No more is expected of this connection.
    func stop() {
        timer?.cancel()
        timer = nil
        deadline = .distantFuture
    }

    private func extend(by seconds: Int64) {
        deadline = loop.now + .seconds(seconds)
        arm()
    }

    private func arm() {
        guard deadline < timerDue else { return }
        timer?.cancel()
        timerDue = deadline
        timer = loop.assumeIsolated().scheduleTask(deadline: deadline) { self.fire() }
    }

    private func fire() {
        timer = nil
        timerDue = .distantFuture
        if deadline <= loop.now {
            // defence: T26 becomes: guard phase == .body, bodyEnd > loop.now, true else {
            guard phase == .body, bodyEnd > loop.now, windowBytes >= HTTPLimits.bodyBytesPerWindowMin else {
                deadline = .distantFuture
                return cut()
            }
            windowBytes = 0
            deadline = min(bodyEnd, loop.now + .seconds(limits.headerSeconds))
        }
        arm()
    }
}
