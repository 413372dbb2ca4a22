package import AuditLog
internal import Storage
internal import Synchronization
package import TenureModel

/// What the node last read of the head of the log, for those who follow the feed (FORMATS, section 3).
package struct FeedHeartbeat: Hashable, Sendable {
    /// How many entries the log has.
    package let head: Int64
    /// The last event of the feed; −1 before the first.
    package let last: Int64
    /// When the node began to read both from the database.
    package let at: Timestamp
    package let checkpoint: Checkpoint
    /// Counts the heartbeats of this node, so that a reader is sent each of them once.
    let number: Int64
}

/// The newest events of the feed and the last heartbeat, once for all who follow it: an event is read from the database
/// once, whatever the number of readers. A reader is woken by a signal that holds nothing, so one who is slow costs no
/// memory, and reads on from its own place when it comes back.
package final class FeedHub: Sendable {
    struct State {
        /// In order; without a gap from `coveredAfter` on.
        var recent: [FeedEvent] = []
        /// Events after this index are in `recent`.
        var coveredAfter: Int64
        /// The last event in `recent`, or `coveredAfter`.
        var last: Int64
        var heartbeat: FeedHeartbeat?
        var readers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextReader = 0
        var isClosed = false
    }

    /// At least so many events are kept for those who are a little behind, at most twice as many; whoever is further
    /// behind reads the database.
    static let recentMin = 2_048

    private let state: Mutex<State>
    private let readersMax: Int

    /// - Parameters:
    ///   - last: the last event of the feed; those before it are read from the database.
    ///   - readersMax: how many may follow at once.
    init(last: Int64, readersMax: Int) {
        state = Mutex(State(coveredAfter: last, last: last))
        self.readersMax = readersMax
    }

    /// The last event that readers can be given from memory.
    var last: Int64 { state.withLock { $0.last } }

    /// How many follow the feed.
    package var readerCount: Int { state.withLock { $0.readers.count } }

    var heartbeat: FeedHeartbeat? { state.withLock { $0.heartbeat } }

    /// Events after an index, at most `limit`; nil where that is too long ago for memory.
    func recent(after index: Int64, limit: Int) -> [FeedEvent]? {
        state.withLock { state in
            guard index >= state.coveredAfter else { return nil }
            guard index < state.last else { return [] }
            return Array(state.recent[Self.place(after: index, in: state.recent)...].prefix(limit))
        }
    }

    /// The place of the first event after an index.
    private static func place(after index: Int64, in events: [FeedEvent]) -> Int {
        var low = 0
        var high = events.count
        while low < high {
            let middle = low + (high - low) / 2
            if events[middle].index > index { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Takes events that follow the last one, and wakes everybody.
    func append(_ events: [FeedEvent]) {
        let readers = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            let known = state.last
            for event in events where event.index > known {
                state.recent.append(event)
                state.last = event.index
            }
            let surplus = state.recent.count - Self.recentMin
            if surplus >= Self.recentMin {
                // An entry's events go together: whoever has read to its index has all of them.
                state.coveredAfter = state.recent[surplus - 1].index
                state.recent.removeFirst(Self.place(after: state.coveredAfter, in: state.recent))
            }
            return Array(state.readers.values)
        }
        for reader in readers { reader.yield() }
    }

    /// Takes what was just read of the head, and wakes everybody.
    func beat(_ head: LogHead, at time: Timestamp, checkpoint: Checkpoint) {
        let readers = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            state.heartbeat = FeedHeartbeat(
                head: head.size, last: head.lastFeed, at: time, checkpoint: checkpoint,
                number: (state.heartbeat?.number ?? 0) + 1)
            return Array(state.readers.values)
        }
        for reader in readers { reader.yield() }
    }

    /// A place among the readers, and the signals that wake it; nil where there are enough, or the server stops.
    func join() -> (place: Int, signals: AsyncStream<Void>)? {
        let (signals, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let place = state.withLock { state -> Int? in
            // defence: T26 becomes: guard !state.isClosed, true else { return nil }
            guard !state.isClosed, state.readers.count < readersMax else { return nil }
            state.nextReader += 1
            state.readers[state.nextReader] = continuation
            return state.nextReader
        }
        guard let place else { return nil }
        continuation.yield()
        return (place, signals)
    }

    func leave(_ place: Int) {
        state.withLock { $0.readers.removeValue(forKey: place) }?.finish()
    }

    /// Ends all readers and takes no more: the server stops.
    package func close() {
        let readers = state.withLock { state in
            state.isClosed = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }
}
