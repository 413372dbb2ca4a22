internal import TenureVerifier
internal import Testing

@Suite("Server-sent events")
struct EventStreamTests {
    private static let stream = """
        : a comment\r
        id: 4810\r
        event: mark\r
        data: {"a":1}\r
        \r
        event:head\rdata: one\rdata:two\r\rid: 7\n\nretry: 10\nunknown\ndata\n\n
        """

    private static let events: [EventStreamParser.Event] = [
        .init(id: "4810", name: "mark", data: Array(#"{"a":1}"#.utf8)),
        .init(id: nil, name: "head", data: Array("one\ntwo".utf8)),
        .init(id: nil, name: "message", data: []),
    ]

    @Test("events are the same wherever the bytes are cut, and however lines end")
    func cuts() throws {
        let bytes = Array(Self.stream.utf8)
        for place in 0...bytes.count {
            var parser = EventStreamParser()
            let found = try parser.feed(Array(bytes[..<place])) + parser.feed(Array(bytes[place...]))
            #expect(found == Self.events, "cut at \(place)")
        }
        var parser = EventStreamParser()
        let single = try bytes.flatMap { try parser.feed([$0]) }
        #expect(single == Self.events)
    }

    @Test("an event of the largest size is taken, and one byte more is refused, in one line or many")
    func size() throws {
        let room = EventStreamParser.eventBytesMax - "data:".utf8.count
        var parser = EventStreamParser()
        let whole = try parser.feed(Array("data:".utf8) + [UInt8](repeating: 0x61, count: room) + [0x0A, 0x0A])
        #expect(whole.first?.data.count == room)
        // The limit is of one event: what was before does not count.
        let again = try parser.feed(Array("data:".utf8) + [UInt8](repeating: 0x61, count: room) + [0x0A, 0x0A])
        #expect(again.count == 1)
        #expect(
            thrown { () throws(EventStreamFailure) in
                _ = try parser.feed(Array("data:".utf8) + [UInt8](repeating: 0x61, count: room + 1))
            } == .tooLarge)
        var lines = EventStreamParser()
        let line = Array(": comment\n".utf8)
        #expect(
            thrown { () throws(EventStreamFailure) in
                for _ in 0...(EventStreamParser.eventBytesMax / (line.count - 1)) { _ = try lines.feed(line) }
            } == .tooLarge)
    }

    @Test("a name or an id that is no text ends the stream", arguments: ["event:", "id: "])
    func text(_ field: String) {
        var parser = EventStreamParser()
        #expect(
            thrown { () throws(EventStreamFailure) in
                _ = try parser.feed(Array(field.utf8) + [0xFF, 0x0A])
            } == .notUTF8)
    }
}
