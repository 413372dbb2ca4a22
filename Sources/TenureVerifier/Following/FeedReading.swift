internal import TenureModel

/// One connection's bytes, event by event, until something is wrong with them.
struct FeedReading {
    private let memory: VerifierMemory
    private let surroundings: VerifierSurroundings
    private let sawKey: () -> Void
    private var parser = EventStreamParser()
    private var knownAt: Int64
    private var advancedAt: Int64
    /// Why no more is taken.
    private(set) var failure: FollowFailure?

    /// Heartbeats that prove nothing new for so long are those of a proxy that keeps them back, or of a clock that was
    /// set: another connection may do better.
    private static let stalledMilliseconds: Int64 = 10_000

    /// - Parameter sawKey: called where a key was published, retired or cut.
    init(_ memory: VerifierMemory, _ surroundings: VerifierSurroundings, sawKey: @escaping () -> Void) {
        self.memory = memory
        self.surroundings = surroundings
        self.sawKey = sawKey
        knownAt = .min
        advancedAt = surroundings.elapsed()
    }

    /// Takes the next bytes; false once nothing more is wanted.
    mutating func take(_ bytes: [UInt8]) -> Bool {
        do throws(FollowFailure) {
            for event in try parsed(bytes) { try take(event) }
            return true
        } catch {
            failure = error
            return false
        }
    }

    private mutating func parsed(_ bytes: [UInt8]) throws(FollowFailure) -> [EventStreamParser.Event] {
        do {
            return try parser.feed(bytes)
        } catch {
            throw .stream(error)
        }
    }

    private mutating func take(_ event: EventStreamParser.Event) throws(FollowFailure) {
        let instant = surroundings.elapsed()
        do throws(FeedFault) {
            guard let message = try FeedMessage(event) else { return }
            let known = try memory.take(message, at: instant)
            if case .key = message { sawKey() }
            if known > knownAt {
                knownAt = known
                advancedAt = instant
            }
        } catch {
            throw .feed(error)
        }
        guard instant - advancedAt < Self.stalledMilliseconds else { throw .stalled }
    }
}
