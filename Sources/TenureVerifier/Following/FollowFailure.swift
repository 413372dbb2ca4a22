internal import TenureAPI
internal import TenureClient

/// Why a connection to the broker ended.
enum FollowFailure: Error {
    case call(ClientError)
    case stream(EventStreamFailure)
    case feed(FeedFault)
    /// Heartbeats come and are old.
    case stalled

    /// Whether the place in the feed is of no use any more.
    var needsStart: Bool {
        switch self {
        case .feed: true
        // The log is not that long: an older copy was restored.
        case .call(.problem(let problem)): problem.status == 400
        case .call, .stream, .stalled: false
        }
    }
}

extension FollowFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .call(let error): error.description
        case .stream: "the feed is no stream of events of the broker's"
        case .feed(.malformed): "the feed says something that this program does not understand"
        case .feed(.missed): "the feed went back, or left something out"
        case .feed(.otherLog): "another log is served: an older state was restored"
        case .feed(.rewritten): "the audit log was rewritten: two trees of one size were signed"
        case .stalled: "the feed's heartbeats are old: a proxy keeps it back, or the broker's clock was set"
        }
    }
}
