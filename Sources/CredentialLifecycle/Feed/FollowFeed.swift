package import Authorization
package import Storage
internal import TenureModel

/// One open feed: what is sent next, in order, and when it ends.
package struct FeedReader: Sendable {
    /// What a reader is sent.
    package enum Message: Sendable {
        /// In order, each once; those of one entry together.
        case events([FeedEvent])
        case heartbeat(FeedHeartbeat)
    }

    private let broker: Broker
    private let caller: AuthenticatedCaller
    private let place: Int
    private let signals: AsyncStream<Void>
    private let start: Int64

    /// How many events are sent at once.
    private static let pageMax = 256

    fileprivate init(
        _ broker: Broker, _ caller: AuthenticatedCaller, place: Int, signals: AsyncStream<Void>, after index: Int64
    ) {
        self.broker = broker
        self.caller = caller
        self.place = place
        self.signals = signals
        start = index
    }

    /// What is sent, from the start on; take it once, and `end()` it.
    package func messages() -> Messages { Messages(self) }

    /// Gives the place to somebody else.
    package func end() { broker.feed.leave(place) }

    /// One message after another.
    package struct Messages {
        private let reader: FeedReader
        private var signals: AsyncStream<Void>.Iterator
        private var last: Int64
        private var heartbeatsSeen: Int64 = 0

        fileprivate init(_ reader: FeedReader) {
            self.reader = reader
            signals = reader.signals.makeAsyncIterator()
            last = reader.start
        }

        /// Waits for the next; nil when the server stops. A heartbeat comes only when all events up to its `last` did.
        ///
        /// - Throws: once the caller may not follow any more, which is noticed at the latest with the next heartbeat
        ///   (THREATS, T28).
        package mutating func next() async throws(LifecycleError) -> Message? {
            let broker = reader.broker
            while true {
                try broker.refuseUnfit(reader.caller)
                let events = try await broker.feedEvents(after: last, limit: FeedReader.pageMax)
                if let newest = events.last {
                    last = newest.index
                    return .events(events)
                }
                // Of a later one the events may not be sent yet: its own signal follows.
                if let beat = broker.feed.heartbeat, beat.number > heartbeatsSeen, beat.last <= last {
                    heartbeatsSeen = beat.number
                    return .heartbeat(beat)
                }
                guard await signals.next(isolation: nil) != nil else { return nil }
            }
        }
    }
}

extension Broker {
    /// Follows the feed: cuts and key changes in the order of the log, from after `index` on.
    ///
    /// - Parameter index: the last event that the caller has; `-1` for all.
    /// - Throws: `limit` where too many follow already.
    package func followFeed(
        after index: Int64, by caller: AuthenticatedCaller
    ) throws(LifecycleError) -> FeedReader {
        try permitSomewhere(.feedRead, by: caller, in: snapshot)
        guard index >= -1, index < snapshot.size else {
            throw .invalid(field: "since", detail: "the log has \(snapshot.size) entries")
        }
        guard let (place, signals) = feed.join() else {
            throw .limit(detail: "too many follow the feed", retryAfterSeconds: 5)
        }
        return FeedReader(self, caller, place: place, signals: signals, after: index)
    }

    /// Whoever was cut, whose authentication has ended or who lost the role may not follow any more.
    fileprivate func refuseUnfit(_ caller: AuthenticatedCaller) throws(LifecycleError) {
        // defence: T28
        guard now() < caller.proof.expires else { throw .unauthenticated(nil) }
        try permitSomewhere(.feedRead, by: caller, in: snapshot)
    }

    fileprivate func feedEvents(after index: Int64, limit: Int) async throws(LifecycleError) -> [FeedEvent] {
        if let recent = feed.recent(after: index, limit: limit) { return recent }
        do throws(StorageError) {
            return try await ledger.feedEvents(after: index, limit: Int64(limit))
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// Hands on the events that were recorded since the last call, if any. Costs nothing where there are none; call it
    /// several times a second.
    package func publishFeed() async throws(LifecycleError) {
        try await publishFeed(upTo: recorder.head.lastFeed)
    }

    private func publishFeed(upTo last: Int64) async throws(LifecycleError) {
        while feed.last < last {
            do throws(StorageError) {
                let events = try await ledger.feedEvents(after: feed.last, limit: 256)
                guard !events.isEmpty else { return }
                feed.append(events)
            } catch {
                throw .unavailable(.init("\(error)"))
            }
        }
    }

    /// Reads the head of the log and tells all readers. Call it each second; where the database cannot be read, nobody
    /// is told anything, and verifiers notice.
    package func beatFeed() async throws(LifecycleError) {
        let time = now()
        let head: LogHead
        do throws(StorageError) {
            head = try await ledger.head()
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        try await publishFeed(upTo: head.lastFeed)
        feed.beat(head, at: time, checkpoint: recorder.checkpoint)
    }
}
