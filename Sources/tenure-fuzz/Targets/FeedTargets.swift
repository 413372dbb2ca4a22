internal import TenureVerifier

extension FuzzTarget {
    /// What a broker, or whoever stands in its place, sends to a verifier.
    static let feedTargets = [eventStream]

    /// Whole streams: wherever the bytes are cut, the same events come of them, and a verifier goes only forward.
    private static let eventStream = FuzzTarget("event-stream", bytesMax: 16_384) { bytes in
        var parser = EventStreamParser()
        let events = try parser.feed(bytes)
        return events.isEmpty ? nil : try (events, events.compactMap { try FeedMessage($0) })
    } holds: { (bytes, read) throws(BrokenPromise) in
        let (events, messages) = read
        let cut = try reread("a stream is read in two parts") {
            var parser = EventStreamParser()
            return try parser.feed(Array(bytes[..<(bytes.count / 2)])) + parser.feed(Array(bytes[(bytes.count / 2)...]))
        }
        try require(cut == events, "events do not depend on where the bytes are cut")
        var memory = try reread("the start is a right one") { try RevocationMemory(FeedSamples.start, askedAt: 0) }
        for message in messages {
            let (last, known) = (memory.last, memory.knownAt)
            do throws(FeedFault) {
                switch message {
                case .mark(let index, let previous, let reference):
                    try memory.apply(mark: reference, index: index, previous: previous)
                case .key(let index, let previous): try memory.follow(index: index, previous: previous)
                case .head(let head): try memory.beat(head, at: 1_000)
                }
            } catch {
                try require(memory.last == last, "what is not believed changes nothing")
            }
            try require(memory.last >= last && memory.knownAt >= known, "a verifier goes only forward")
            try require(memory.knownAt <= 1_000, "nothing is known of the future")
        }
    }
}
