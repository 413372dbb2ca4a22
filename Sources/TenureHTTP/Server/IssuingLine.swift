internal import NIOCore
internal import Synchronization
internal import TenureAPI

/// Refuses issuing at once where more is asked for than can be served, so that what is accepted does not wait in line
/// behind what is not (the idea of CoDel, RFC 8289: a burst is served, a line that stands is cut).
///
/// A request is *under way* from its admission to its answer. The line is *crowded* while `underWayMax` or more are,
/// and stays so over gaps shorter than `calm`: an event loop takes up all that it finds ready and then answers it, so
/// that under overload many and few are under way by turns. A line that has been crowded for `patience` takes nobody
/// beyond `underWayMax`. Revocations, reads and logins are never counted.
final class IssuingLine: Sendable {
    static let patience: TimeAmount = .milliseconds(250)
    static let calm: TimeAmount = .milliseconds(150)

    private struct State {
        var underWay = 0
        var crowdedSince: NIODeadline?
        var crowdedLast = NIODeadline.uptimeNanoseconds(0)
    }

    private let underWayMax: Int
    private let state = Mutex(State())

    init(underWayMax: Int) { self.underWayMax = max(1, underWayMax) }

    /// Counts one request that is issued for; false, and uncounted, where it must be refused. Whoever was admitted
    /// calls `leave` once answered.
    func enter(at now: NIODeadline) -> Bool {
        state.withLock { state in
            if state.underWay >= underWayMax {
                let isNew = now - state.crowdedLast > Self.calm
                let since = isNew ? now : state.crowdedSince ?? now
                state.crowdedSince = since
                state.crowdedLast = now
                if now - since >= Self.patience { return false }
            }
            state.underWay += 1
            return true
        }
    }

    func leave() { state.withLock { $0.underWay -= 1 } }
}

extension IssuingLine {
    /// What a request gets that must not wait; made once, since it is given when there is no time.
    static func refusal(on path: String) -> Answer { OAuthForm(path: path) == nil ? problem : oauth }

    private static let problem = refusal.answer(nil)
    private static let oauth = refusal.answer(OAuthForm(path: APIPath.tokenExchange))
    private static let refusal: Refusal = {
        var refusal = Refusal(Problem(.unavailable, detail: "overloaded: the same request may be sent again"))
        refusal.retryAfterSeconds = 1
        return refusal
    }()
}
