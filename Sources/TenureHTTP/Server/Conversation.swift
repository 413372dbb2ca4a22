internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1

/// The last handler of a connection: hands its requests to the connection's task one after the other, and writes what
/// that answers. Everything in it happens on the connection's event loop, where the task runs too (`LoopExecutor`).
///
/// A request that came whole, as nearly all do, is handed on as one value, and its answer is written where it was made.
/// Nothing is read ahead of what is served but what one read of the socket brings.
final class Conversation: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What comes next on a connection.
    enum Turn: Sendable {
        /// - Parameter isLast: whether the peer wants no answer to anything that follows.
        case request(IncomingRequest, isLast: Bool)
        /// What came is no request, and what follows it cannot be told apart.
        case malformed
        case over
    }

    private enum End { case malformed, over, broken }

    /// Parts that wait, from which on nothing is read.
    private static let partsMax = 16

    private let date: AnswerDate
    private var context: ChannelHandlerContext?
    private var parts = CircularBuffer<HTTPServerRequestPart>()
    /// What follows the parts, once nothing more comes.
    private var end: End?
    private var isAnswering = false
    private var isBodyOpen = false
    private var isReadHeld = false
    private var isQuiescing = false
    private var turnWaiter: CheckedContinuation<Void, Never>?
    private var roomWaiter: CheckedContinuation<Void, Never>?
    private var bodyWaiter: EventLoopPromise<ByteBuffer?>?

    init(date: AnswerDate) { self.date = date }

    // MARK: For the connection's task

    /// Waits for the next request. What its handler left of the body before is dropped.
    func next() async -> Turn {
        isAnswering = false
        isBodyOpen = false
        if isQuiescing, !hasRequest() { context?.close(promise: nil) }
        while true {
            if let turn = takeTurn() { return turn }
            await withCheckedContinuation { turnWaiter = $0 }
        }
    }

    /// Writes an answer that is whole, and waits until the peer has taken so much that another may be written.
    func write(_ answer: Answer) async {
        writeHead(answer, contentLength: answer.body.readableBytes)
        if answer.body.readableBytes > 0 { writePart(.body(.byteBuffer(answer.body))) }
        writeEnd()
        guard let context, !context.channel.isWritable else { return }
        await withCheckedContinuation { roomWaiter = $0 }
    }

    /// Writes the head of an answer whose body follows in parts.
    func begin(_ answer: Answer) {
        writeHead(answer, contentLength: nil)
        context?.flush()
    }

    /// Writes a part of a body. It succeeds when the peer's socket took it, and fails once nobody is there.
    func write(part: ByteBuffer, on loop: any EventLoop) -> EventLoopFuture<Void> {
        guard let context else { return loop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        let promise = loop.makePromise(of: Void.self)
        context.writeAndFlush(Self.wrapOutboundOut(.body(.byteBuffer(part))), promise: promise)
        return promise.futureResult
    }

    /// Ends the answer that was begun.
    func writeEnd() {
        guard let context else { return }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func writePart(_ part: HTTPServerResponsePart) {
        context?.write(Self.wrapOutboundOut(part), promise: nil)
    }

    private func writeHead(_ answer: Answer, contentLength: Int?) {
        var fields: [(String, String)] = []
        fields.reserveCapacity(answer.headers.fields.count + 2)
        for field in answer.headers.fields { fields.append((field.name.rawName, field.value)) }
        // That of an answer to HEAD is known already.
        if let contentLength, answer.headers[.contentLength] == nil {
            fields.append(("Content-Length", String(contentLength)))
        }
        if let context { fields.append(("Date", date.text(at: context.eventLoop.now))) }
        writePart(
            .head(
                HTTPResponseHead(
                    version: .http1_1,
                    status: HTTPResponseStatus(
                        statusCode: answer.status.code, reasonPhrase: answer.status.reasonPhrase),
                    headers: HTTPHeaders(fields))))
    }

    // MARK: What came

    private func takeTurn() -> Turn? {
        guard hasRequest(), case .head(let head)? = parts.first else { return lastTurn() }
        let isWhole = parts.contains { if case .end = $0 { true } else { false } }
        // A request that can become whole no more is not served.
        guard isWhole || end == nil else { return lastTurn() }
        guard let method = HTTPRequest.Method(head.method) else { return .malformed }
        parts.removeFirst()
        guard let body = isWhole ? takeBody() : openBody() else { return lastTurn() }
        isAnswering = true
        readOn()
        return .request(
            IncomingRequest(method: method, target: head.uri, headers: head.headers, body: body),
            isLast: !head.isKeepAlive)
    }

    /// What follows all requests; nil while more may come.
    private func lastTurn() -> Turn? {
        switch end {
        case .malformed: return .malformed
        case .over: return .over
        case .broken:
            context?.close(promise: nil)
            return .over
        case nil: return nil
        }
    }

    /// Whether the next part begins a request; parts that belong to an earlier one are dropped.
    private func hasRequest() -> Bool {
        while let part = parts.first {
            if case .head = part { return true }
            parts.removeFirst()
        }
        readOn()
        return false
    }

    /// The body behind a head that was taken, to its end.
    private func takeBody() -> IncomingBody {
        var whole = ByteBuffer()
        while case .body(var bytes)? = parts.popFirst() {
            if whole.readableBytes == 0 { whole = bytes } else { whole.writeBuffer(&bytes) }
        }
        return .whole(whole)
    }

    private func openBody() -> IncomingBody? {
        guard let context else { return nil }
        isBodyOpen = true
        return .arriving(ArrivingBody(NIOLoopBound(self, eventLoop: context.eventLoop), on: context.eventLoop))
    }

    /// The next part of the body that is open; nil at its end.
    func bodyPart(on loop: any EventLoop) -> EventLoopFuture<ByteBuffer?> {
        let promise = loop.makePromise(of: ByteBuffer?.self)
        bodyWaiter?.fail(BodyEnded())
        bodyWaiter = promise
        wakeBody()
        return promise.futureResult
    }

    private func wakeBody() {
        guard let waiter = bodyWaiter else { return }
        if isBodyOpen, let part = parts.popFirst() {
            bodyWaiter = nil
            readOn()
            guard case .body(let bytes) = part else {
                isBodyOpen = false
                return waiter.succeed(nil)
            }
            waiter.succeed(bytes)
        } else if !isBodyOpen {
            bodyWaiter = nil
            waiter.succeed(nil)
        } else if end != nil {
            bodyWaiter = nil
            waiter.fail(BodyEnded())
        }
    }

    /// Reads again where reading waited for room.
    private func readOn() {
        guard isReadHeld, parts.count < Self.partsMax else { return }
        isReadHeld = false
        context?.read()
    }

    private func wake() {
        wakeBody()
        guard let waiter = turnWaiter, hasRequest() || end != nil else { return }
        turnWaiter = nil
        waiter.resume()
    }

    private func finish(_ end: End) {
        if self.end == nil { self.end = end }
        wake()
    }

    // MARK: The pipeline

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    /// Nobody is there any more: whoever waits is told.
    private func leave() {
        context = nil
        finish(.over)
        roomWaiter?.resume()
        roomWaiter = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = Self.unwrapInboundIn(data)
        parts.append(part)
        if case .end = part { wake() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        wake()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        isReadHeld = parts.count >= Self.partsMax
        if !isReadHeld { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            roomWaiter?.resume()
            roomWaiter = nil
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { finish(.over) }
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        isQuiescing = true
        if !isAnswering, parts.isEmpty { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(error is HTTPParserError ? .malformed : .broken)
    }
}

/// A body that has not come whole yet, read part by part by whoever answers, on whatever thread that is.
package struct ArrivingBody: Sendable {
    private let conversation: NIOLoopBound<Conversation>
    private let loop: any EventLoop

    init(_ conversation: NIOLoopBound<Conversation>, on loop: any EventLoop) {
        self.conversation = conversation
        self.loop = loop
    }

    /// The next part; nil at the end.
    ///
    /// - Throws: if the connection ends before the body does.
    func next() async throws -> ByteBuffer? {
        try await loop.flatSubmit { conversation.value.bodyPart(on: loop) }.get()
    }
}

/// The connection ended before the body did.
struct BodyEnded: Error {}

extension HTTPRequest.Method {
    /// Nil of what is no token.
    fileprivate init?(_ method: HTTPMethod) {
        switch method {
        case .GET: self = .get
        case .POST: self = .post
        case .PUT: self = .put
        case .PATCH: self = .patch
        case .DELETE: self = .delete
        case .HEAD: self = .head
        default:
            guard let other = HTTPRequest.Method(method.rawValue) else { return nil }
            self = other
        }
    }
}
