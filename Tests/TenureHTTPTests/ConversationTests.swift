internal import HTTPTypes
internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1
internal import TenureModel
internal import Testing

@testable internal import TenureHTTP

@Suite("requests of one connection", .timeLimit(.minutes(10)))
struct ConversationTests {
    /// A connection without a socket, and the conversation on it.
    fileprivate struct Connection: Sendable {
        let channel = NIOAsyncTestingChannel()
        let conversation: NIOLoopBound<Conversation>
        let reads: NIOLoopBound<ReadCount>

        init() async throws {
            let channel = channel
            (conversation, reads) = try await channel.testingEventLoop.submit {
                let date = AnswerDate { Timestamp(clampingSeconds: 784_111_777) }
                let (conversation, reads) = (Conversation(date: date), ReadCount())
                try channel.pipeline.syncOperations.addHandlers([reads, conversation])
                return (
                    NIOLoopBound(conversation, eventLoop: channel.eventLoop),
                    NIOLoopBound(reads, eventLoop: channel.eventLoop)
                )
            }.get()
        }

        func next() async -> Conversation.Turn {
            await withTaskExecutorPreference(LoopExecutor(channel.eventLoop)) { await conversation.value.next() }
        }

        func request() async throws -> IncomingRequest {
            guard case .request(let request, _) = await next() else { throw Unexpected() }
            return request
        }

        func arrive(_ parts: HTTPServerRequestPart...) async throws {
            for part in parts { try await channel.writeInbound(part) }
            // What was woken from within the loop runs only when a loop of tests is told so.
            await channel.testingEventLoop.run()
        }

        func write(_ answer: Answer) async {
            await withTaskExecutorPreference(LoopExecutor(channel.eventLoop)) { await conversation.value.write(answer) }
        }

        func head() async throws -> HTTPResponseHead {
            let part = try await channel.waitForOutboundWrite(as: HTTPServerResponsePart.self)
            guard case .head(let head) = part else { throw Unexpected() }
            return head
        }
    }

    /// Sees how often the conversation lets something be read.
    fileprivate final class ReadCount: ChannelOutboundHandler {
        typealias OutboundIn = HTTPServerResponsePart
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    private struct Unexpected: Error {}

    private static func head(_ target: String) -> HTTPServerRequestPart {
        .head(HTTPRequestHead(version: .http1_1, method: .POST, uri: target, headers: ["Host": "a"]))
    }

    private static func text(of body: IncomingBody) async throws -> String {
        switch body {
        case .whole(let bytes): return String(buffer: bytes)
        case .arriving(let rest):
            var text = "in parts: "
            while let part = try await rest.next() { text += String(buffer: part) }
            return text
        }
    }

    @Test("a request that came whole is handed on whole, and the one behind it after it")
    func whole() async throws {
        let connection = try await Connection()
        try await connection.arrive(
            Self.head("/a"), .body(ByteBuffer(string: "one, ")), .body(ByteBuffer(string: "two")), .end(nil),
            Self.head("/b"), .end(nil))
        let first = try await connection.request()
        #expect(first.target == "/a" && first.method == .post)
        #expect(try await Self.text(of: first.body) == "one, two")
        let second = try await connection.request()
        #expect(second.target == "/b")
        #expect(try await Self.text(of: second.body) == "")
    }

    @Test("a body that is still coming is read as it comes, and what nobody reads of it is dropped")
    func arriving() async throws {
        let connection = try await Connection()
        try await connection.arrive(Self.head("/a"), .body(ByteBuffer(string: "one, ")))
        let first = try await connection.request()
        async let text = Self.text(of: first.body)
        try await connection.arrive(.body(ByteBuffer(string: "two")), .end(nil))
        #expect(try await text == "in parts: one, two")
        try await connection.arrive(Self.head("/b"), .body(ByteBuffer(string: "unread")))
        _ = try await connection.request()
        async let third = connection.request()
        try await connection.arrive(.body(ByteBuffer(string: "unread too")), .end(nil), Self.head("/c"), .end(nil))
        #expect(try await third.target == "/c")
    }

    @Test("T25 a request whose end never comes is not served, and who reads its body is told")
    func truncated() async throws {
        let connection = try await Connection()
        try await connection.arrive(Self.head("/a"), .body(ByteBuffer(string: "one, ")))
        let begun = try await connection.request()
        try await connection.channel.close()
        await #expect(throws: BodyEnded.self) { try await Self.text(of: begun.body) }
        guard case .over = await connection.next() else { throw Unexpected() }

        let other = try await Connection()
        try await other.arrive(Self.head("/a"), .body(ByteBuffer(string: "one, ")))
        try await other.channel.close()
        guard case .over = await other.next() else { throw Unexpected() }
    }

    @Test("T26 who sends more than is answered is not read any further until it is")
    func pressure() async throws {
        let connection = try await Connection()
        for _ in 0..<7 { try await connection.arrive(Self.head("/a"), .end(nil)) }
        let before = try await connection.reading()
        #expect(before == 1, "there is room for one more")
        try await connection.arrive(Self.head("/a"), .end(nil))
        #expect(try await connection.reading() == 1)
        _ = try await connection.request()
        #expect(try await connection.count() == 2, "and what waited is read then")
    }

    @Test("T41 a value of a header never ends its line")
    func lines() async throws {
        let connection = try await Connection()
        var answer = Answer.text("abc")
        answer.headers[.eTag] = "a\r\nX: b"
        answer.headers[.eTag] = "c\r\nX: d"
        await connection.write(answer)
        let head = try await connection.head()
        #expect(head.headers["ETag"].count == 1)
        #expect(head.headers.allSatisfy { !$0.value.utf8.contains(0x0D) && !$0.value.utf8.contains(0x0A) })
    }

    @Test("an answer has its length and its date, and one to HEAD the length of what it leaves out")
    func answers() async throws {
        let connection = try await Connection()
        await connection.write(.text("abc"))
        let head = try await connection.head()
        #expect(head.headers["Content-Length"] == ["3"])
        #expect(head.headers["Date"] == ["Sun, 06 Nov 1994 08:49:37 GMT"])
        let other = try await Connection()
        await other.write(Answer.text("abc").headOnly)
        #expect(try await other.head().headers["Content-Length"] == ["3"])
        guard case .end = try await other.channel.waitForOutboundWrite(as: HTTPServerResponsePart.self) else {
            throw Unexpected()
        }
    }
}

extension ConversationTests.Connection {
    /// Asks for a read, and says how many were let through in all.
    fileprivate func reading() async throws -> Int {
        channel.read()
        return try await count()
    }

    fileprivate func count() async throws -> Int {
        try await channel.testingEventLoop.submit { reads.value.count }.get()
    }
}
