internal import NIOCore
internal import NIOHTTP1

/// Between the HTTP decoder and everything else: refuses requests that two readers could read in two ways (THREATS,
/// T25) before anybody acts on them. What is refused gets 400, after the answers to earlier requests, and the
/// connection ends.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let clock: ConnectionClock
    private let socket: SocketGuard
    private let limits: HTTPLimits
    private var isRefusing = false
    private var closesAfterAnswer = false
    private var bodyBytes = 0
    private var answerSeconds: Int64
    /// Whether the answer goes on as long as the peer takes what is written.
    private var isFollowing = false

    init(clock: ConnectionClock, socket: SocketGuard, limits: HTTPLimits) {
        self.clock = clock
        self.socket = socket
        self.limits = limits
        answerSeconds = limits.requestSeconds
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefusing else { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            clock.headDecoded()
            bodyBytes = 0
            // defence: T25
            guard RequestFraming.isAcceptable(head) else {
                isRefusing = true
                return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
            }
            answerSeconds = RequestFraming.isPlan(head.uri) ? limits.planSeconds : limits.requestSeconds
            context.fireChannelRead(data)
        case .body(let bytes):
            bodyBytes = bodyBytes.addingReportingOverflow(bytes.readableBytes).partialValue
            guard bodyBytes <= limits.estateBytesMax else {
                // Longer than any body may be: the router answers 413, nobody reads the rest.
                closesAfterAnswer = true
                return
            }
            context.fireChannelRead(data)
        case .end:
            clock.requestDecoded(answerSeconds: answerSeconds)
            context.fireChannelRead(data)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What follows a malformed request is not a request.
        isRefusing = true
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(let head):
            isFollowing = head.status == .ok && head.headers.first(name: "content-type") == "text/event-stream"
            // Those who follow are counted by the feed, which has a bound of its own.
            if isFollowing { socket.leaveTable() }
            return context.write(data, promise: promise)
        case .body:
            guard isFollowing else { return context.write(data, promise: promise) }
            let taken = promise ?? context.eventLoop.makePromise()
            let (clock, seconds) = (clock, answerSeconds)
            taken.futureResult.assumeIsolated().whenSuccess { clock.answerMoved(answerSeconds: seconds) }
            return context.write(data, promise: taken)
        case .end:
            isFollowing = false
        }
        guard closesAfterAnswer || isRefusing else {
            context.write(data, promise: promise)
            return clock.answered()
        }
        context.writeAndFlush(data, promise: promise)
        // An answer to an earlier request may still come before the refusal's own.
        if closesAfterAnswer || clock.unanswered == 0 { context.close(promise: nil) }
        clock.answered()
    }
}

/// What a request line and header must look like to have one meaning.
enum RequestFraming {
    static func isAcceptable(_ head: HTTPRequestHead) -> Bool {
        guard head.version == .http1_1, isAcceptable(target: head.uri) else { return false }
        var hosts = 0
        var lengths = 0
        var codings = 0
        for (name, value) in head.headers {
            // Field names are ASCII: the decoder refuses others.
            switch name.utf8.count {
            case 4 where name.lowercased() == "host":
                hosts += 1
                guard isAcceptable(host: value) else { return false }
            case 14 where name.lowercased() == "content-length":
                lengths += 1
                guard !value.isEmpty, value.utf8.count <= 15, value.utf8.allSatisfy({ (0x30...0x39).contains($0) })
                else { return false }
            case 17 where name.lowercased() == "transfer-encoding":
                codings += 1
                guard value.lowercased() == "chunked" else { return false }
            default: break
            }
        }
        // defence: T25 becomes: return hosts >= 1 && lengths + codings <= 1
        return hosts == 1 && lengths + codings <= 1
    }

    /// Whether the request may take as long as a plan.
    static func isPlan(_ target: String) -> Bool { target.utf8.starts(with: "/api/v1/plans".utf8) }

    /// Origin form alone, of visible ASCII. In the path no `..`, no empty segment, no backslash, and no escape for a
    /// character that would change its structure: whoever stands before us may have read it differently.
    static func isAcceptable(target: String) -> Bool {
        let bytes = target.utf8.span
        guard bytes.count > 0, bytes[0] == UInt8(ascii: "/") else { return false }
        var pathEnd = bytes.count
        for place in bytes.indices {
            guard (0x21...0x7E).contains(bytes[place]) else { return false }
            if bytes[place] == UInt8(ascii: "?"), pathEnd == bytes.count { pathEnd = place }
        }
        var segmentStart = 1
        var isDots = true
        var hasEscape = false
        for place in 1...pathEnd {
            switch place == pathEnd ? UInt8(ascii: "/") : bytes[place] {
            case UInt8(ascii: "/"):
                // `/` alone is one empty segment.
                guard segmentStart < place ? !isDots : pathEnd == 1 else { return false }
                segmentStart = place + 1
                isDots = true
            case UInt8(ascii: "#"), UInt8(ascii: "\\"): return false
            case UInt8(ascii: "."): break
            case UInt8(ascii: "%"):
                hasEscape = true
                isDots = false
            default: isDots = false
            }
        }
        return !hasEscape
            || target.utf8.prefix(pathEnd).split(separator: UInt8(ascii: "/"))
                .allSatisfy { PathSegment.decoded(Substring($0)) != nil }
    }

    private static func isAcceptable(host: String) -> Bool {
        !host.isEmpty && host.utf8.count <= 261
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
                    UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// One part of a path between slashes.
enum PathSegment {
    /// Percent-decodes it; nil for a bad escape, and for one that stands for a slash, a backslash, a dot, a percent
    /// sign or anything but visible ASCII (T25).
    static func decoded(_ segment: Substring) -> String? {
        guard segment.utf8.contains(UInt8(ascii: "%")) else { return String(segment) }
        var bytes: [UInt8] = []
        var rest = segment.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            let value = high << 4 | low
            // defence: T25 first: bytes.append(value); continue
            switch value {
            case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "%"): return nil
            case 0x21...0x7E: bytes.append(value)
            default: return nil
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
