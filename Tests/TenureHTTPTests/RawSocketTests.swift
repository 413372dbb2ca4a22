internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
internal import Testing

@testable internal import TenureHTTP

// The time limit only ends what hangs: a busy machine may take minutes.
@Suite("a listener on a socket", .timeLimit(.minutes(10)))
struct RawSocketTests {
    /// Answers 200 with the length of the body.
    private struct Echo: RequestAnswering {
        func answer(_ request: IncomingRequest, on frame: RequestFrame) async -> Answer {
            do {
                return Answer.text("read \(try await Self.count(request.body))\n")
            } catch {
                return Answer.text("broken off: \(error)\n")
            }
        }

        private static func count(_ body: IncomingBody) async throws -> Int {
            switch body {
            case .whole(let bytes): return bytes.readableBytes
            case .arriving(let rest):
                var count = 0
                while let bytes = try await rest.next() { count += bytes.readableBytes }
                return count
            }
        }
    }

    /// Answers without an end, and says when nobody takes it any more.
    private struct Endless: RequestAnswering {
        let ended: AsyncStream<Void>.Continuation

        func answer(_ request: IncomingRequest, on frame: RequestFrame) async -> Answer {
            .events { [ended] write in
                defer { ended.yield() }
                while true { try await write(ByteBuffer(repeating: 0x61, count: 65_536)) }
            }
        }
    }

    private func withListener(
        _ limits: HTTPLimits = .unhurried, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await withListener(Echo(), limits, body)
    }

    private func withListener(
        _ router: some RequestAnswering, _ limits: HTTPLimits, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let listener = HTTPListener.server(
            router, tls: nil,
            .init(
                limits: limits, host: "127.0.0.1", port: 0,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clock: TestInstallation.wallClock)
        ) { port in continuation.yield(port) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            try await body(port)
            group.cancelAll()
        }
    }

    private static let get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n"

    @Test("a request is answered, and the next on the same connection too")
    func keepAlive() async throws {
        try await withListener { port in
            let text = Self.get + "\r\n" + Self.get + "Connection: close\r\n\r\n"
            let answer = try await RawClient.exchange(text, port: port)
            #expect(answer.split(separator: "HTTP/1.1 200").count == 2, "\(answer)")
        }
    }

    @Test(
        "T25 what two readers could read in two ways gets 400, and the connection ends",
        arguments: [
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "GET /a HTTP/1.1\nHost: a\n\n",
            "GET /a HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a\r\nX: b\r\n\tfolded\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
            "GET /a HTTP/1.1\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n",
            "GET /a HTTP/1.0\r\nHost: a\r\n\r\n",
            "GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a%2F..%2fb HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a\u{0} HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "nonsense\r\n\r\n",
        ])
    func ambiguous(_ text: String) async throws {
        try await withListener { port in
            let answer = try await RawClient.exchange(text + Self.get + "\r\n", port: port)
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer.debugDescription)")
            #expect(!answer.contains("HTTP/1.1 200"), "\(answer.debugDescription)")
        }
    }

    @Test("T25 the answer to an earlier request comes before the refusal of a later one")
    func pipelined() async throws {
        try await withListener { port in
            let answer = try await RawClient.exchange(
                Self.get + "\r\n" + "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", port: port)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.contains("HTTP/1.1 400"))
        }
    }

    @Test("headers over their size or number are refused")
    func headers() async throws {
        try await withListener { port in
            for header in [
                "X: " + String(repeating: "a", count: 40_000) + "\r\n",
                (0..<120).map { "X\($0): a\r\n" }.joined(),
                (0..<90).map { "X\($0): " + String(repeating: "a", count: 500) + "\r\n" }.joined(),
            ] {
                let answer = try await RawClient.exchange(Self.get + header + "\r\n", port: port)
                #expect(!answer.contains("HTTP/1.1 200"), "\(header.prefix(20))")
            }
        }
    }

    @Test(
        "T26 what never ends is cut: header, body, and a connection that says nothing",
        arguments: [
            "", "GET /livez HTT", "GET /livez HTTP/1.1\r\nHost: a\r\n",
            "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
        ])
    func slow(_ text: String) async throws {
        var limits = HTTPLimits.unhurried
        limits.headerSeconds = 1
        limits.bodySeconds = 1
        limits.idleSeconds = 1
        try await withListener(limits) { [limits] port in
            _ = limits
            let answer = try await RawClient.exchange(text, port: port)
            #expect(!answer.contains("HTTP/1.1 200"))
        }
    }

    @Test("a body longer than any may be is read no further")
    func endless() async throws {
        var limits = HTTPLimits.unhurried
        limits.estateBytesMax = 1_000
        try await withListener(limits) { port in
            let text =
                "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n" + String(repeating: "a", count: 5_000)
            let answer = try await RawClient.exchange(text, port: port)
            #expect(!answer.contains("read 5000"))
        }
    }

    @Test("T26 connections over the bound of an address are closed at once, those within go on")
    func bounded() async throws {
        var limits = HTTPLimits.unhurried
        limits.connectionsPerAddressMax = 2
        try await withListener(limits) { port in
            // Each is answered before the next one begins, so that it is known which were within the bound.
            let first = try await RawClient.around(Self.get + "\r\n", port: port) {
                let second = try await RawClient.around(Self.get + "\r\n", port: port) {
                    // Nothing is sent: who is over the bound is closed all the same.
                    let third = try await RawClient.exchange("", port: port)
                    #expect(third.isEmpty)
                }
                #expect(second.before.hasPrefix("HTTP/1.1 200") && second.after.hasPrefix("HTTP/1.1 200"))
            }
            #expect(first.before.hasPrefix("HTTP/1.1 200") && first.after.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("T26 who follows the feed and does not read is cut, and takes no place of other connections meanwhile")
    func slowFollower() async throws {
        var limits = HTTPLimits.unhurried
        limits.connectionsPerAddressMax = 1
        limits.requestSeconds = 2
        let (ends, ended) = AsyncStream<Void>.makeStream()
        try await withListener(Endless(ended: ended), limits) { port in
            let follower = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: false).connect(host: "127.0.0.1", port: port).get()
            try await follower.writeAndFlush(ByteBuffer(string: Self.get + "\r\n"))
            var iterator = ends.makeAsyncIterator()
            // Refused while the first is still counted; once it is not, somebody else is served.
            while !(try await RawClient.begin(Self.get + "\r\n", port: port).hasPrefix("HTTP/1.1 200")) {}
            #expect(await iterator.next() != nil)
            // The server may have closed it already.
            follower.close(promise: nil)
        }
    }
}
