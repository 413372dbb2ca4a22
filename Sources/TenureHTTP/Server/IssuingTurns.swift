internal import NIOCore
internal import Synchronization

/// Refuses issuing at once where more is asked for than the event loops can serve, so that what is accepted does not
/// wait in line behind what is not (the idea of CoDel, RFC 8289: a burst is served, a line that stands is cut).
///
/// All requests that one turn of an event loop finds ready have waited for it together. A turn that finds more than
/// `perTurnMax` of them is *crowded*. As long as all turns of a loop have been crowded for `patience`, no turn issues
/// more than `perTurnMax`. Revocations, reads and logins are never counted.
final class IssuingTurns: Sendable {
    /// A loop without a request for so long between two turns has no line.
    static let pause: TimeAmount = .milliseconds(20)
    /// How long every turn must have been crowded before the first request is refused.
    static let patience: TimeAmount = .milliseconds(250)

    private struct Turn {
        var count = 0
        /// The end of the first of the crowded turns that followed each other without a pause.
        var crowdedSince: NIODeadline?
        var endedAt = NIODeadline.uptimeNanoseconds(0)
    }

    private let perTurnMax: Int
    private let turns = Mutex<[ObjectIdentifier: Turn]>([:])

    /// - Parameter perTurnMax: requests that one turn of an event loop issues for while it is overloaded.
    init(perTurnMax: Int) { self.perTurnMax = max(1, perTurnMax) }

    /// Counts one request that would be issued for; false where it must be refused.
    ///
    /// - Parameter loop: the one that read the request; called on it.
    func admits(on loop: any EventLoop) -> Bool {
        let now = loop.now
        let (isFirst, isAdmitted) = turns.withLock { turns in
            let key = ObjectIdentifier(loop)
            var turn = turns[key] ?? Turn()
            if turn.count == 0, now - turn.endedAt > Self.pause { turn.crowdedSince = nil }
            turn.count += 1
            turns[key] = turn
            let isOverloaded = turn.crowdedSince.map { now - $0 >= Self.patience } ?? false
            return (turn.count == 1, !isOverloaded || turn.count <= perTurnMax)
        }
        // What the loop found ready stands before this in its queue.
        if isFirst { loop.execute { self.end(on: loop) } }
        return isAdmitted
    }

    private func end(on loop: any EventLoop) {
        let now = loop.now
        turns.withLock { turns in
            guard var turn = turns[ObjectIdentifier(loop)] else { return }
            turn.crowdedSince = turn.count > perTurnMax ? turn.crowdedSince ?? now : nil
            turn.count = 0
            turn.endedAt = now
            turns[ObjectIdentifier(loop)] = turn
        }
    }
}
