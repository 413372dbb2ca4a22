internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// One kept connection, which has one request under way at a time.
struct LoadConnection: Sendable {
    private let channel: any Channel

    static func open(
        _ origin: LoadClient.Origin, _ context: NIOSSLContext, on group: any EventLoopGroup
    ) async throws -> LoadConnection {
        let isAddress = (try? SocketAddress(ipAddress: origin.host, port: origin.port)) != nil
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : origin.host))
                    try pipeline.addHandler(RequestInOnePiece())
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(LoadHandler(host: "\(origin.host):\(origin.port)"))
                }
            }
            .connect(host: origin.host, port: origin.port).get()
        return LoadConnection(channel: channel)
    }

    func close() async throws { try await channel.close() }

    /// Sends one request.
    func send(_ call: LoadClient.Call) async throws -> (status: Int, body: [UInt8]) {
        let answered = channel.eventLoop.makePromise(of: LoadHandler.Answer.self)
        try await channel.writeAndFlush(LoadHandler.Work.one(call, answered))
        let answer = try await answered.futureResult.get()
        return (answer.status, Array(answer.body.readableBytesView))
    }

    /// Sends a share of a load, each request as soon as the one before is answered, without leaving the event loop.
    func load(
        _ places: StrideTo<Int>, expecting status: Int, _ call: @escaping @Sendable (Int) -> LoadClient.Call
    ) async throws -> LoadShare.Outcome {
        let ended = channel.eventLoop.makePromise(of: LoadShare.Outcome.self)
        try await channel.writeAndFlush(
            LoadHandler.Work.share(LoadShare(places: places, expected: status, call: call, ended: ended)))
        return try await ended.futureResult.get()
    }
}

extension LoadConnection {
    /// The one that reads and writes it.
    var loop: any EventLoop { channel.eventLoop }

    /// Sends one request from the event loop, where `done` is called with the status of its answer; 0 where the
    /// connection ended first.
    func send(_ call: LoadClient.Call, done: @escaping @Sendable (Int) -> Void) {
        channel.writeAndFlush(LoadHandler.Work.watched(call, done), promise: nil)
    }
}

/// What one connection sends of a load.
struct LoadShare: Sendable {
    struct Outcome: Sendable {
        var milliseconds: [Double] = []
        /// Answers that were not expected, by status.
        var refused: [Int: Int] = [:]
    }

    let places: StrideTo<Int>
    let expected: Int
    let call: @Sendable (Int) -> LoadClient.Call
    let ended: EventLoopPromise<Outcome>
}

/// Sends requests and takes their answers.
private final class LoadHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Work
    typealias OutboundOut = HTTPClientRequestPart

    struct Answer: Sendable {
        var status = 0
        var body = ByteBuffer()
    }

    enum Work: Sendable {
        case one(LoadClient.Call, EventLoopPromise<Answer>)
        case share(LoadShare)
        case watched(LoadClient.Call, @Sendable (Int) -> Void)
    }

    private let host: String
    private var work: Work?
    private var places = stride(from: 0, to: 0, by: 1).makeIterator()
    private var outcome = LoadShare.Outcome()
    private var sent = ContinuousClock.now
    private var answer = Answer()

    init(host: String) { self.host = host }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let work = Self.unwrapOutboundIn(data)
        self.work = work
        promise?.succeed()
        switch work {
        case .one(let call, _), .watched(let call, _): send(call, context)
        case .share(let share):
            places = share.places.makeIterator()
            outcome = LoadShare.Outcome()
            sendNext(of: share, context)
        }
    }

    private func sendNext(of share: LoadShare, _ context: ChannelHandlerContext) {
        guard let place = places.next() else {
            work = nil
            return share.ended.succeed(outcome)
        }
        sent = .now
        send(share.call(place), context)
    }

    private func send(_ call: LoadClient.Call, _ context: ChannelHandlerContext) {
        var head = HTTPRequestHead(version: .http1_1, method: .RAW(value: call.method), uri: call.path)
        head.headers.add(name: "host", value: host)
        if !call.token.isEmpty { head.headers.add(name: "authorization", value: "Bearer " + call.token) }
        if let body = call.body {
            head.headers.add(name: "content-type", value: body.type)
            head.headers.add(name: "content-length", value: String(body.bytes.count))
        }
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if let body = call.body {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body.bytes)))), promise: nil)
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): answer = Answer(status: Int(head.status.code))
        case .body(var bytes): answer.body.writeBuffer(&bytes)
        case .end: take(answer, context)
        }
    }

    private func take(_ answer: Answer, _ context: ChannelHandlerContext) {
        switch work {
        case nil: return
        case .one(_, let answered):
            work = nil
            answered.succeed(answer)
        case .watched(_, let done):
            work = nil
            done(answer.status)
        case .share(let share):
            outcome.milliseconds.append((ContinuousClock.now - sent) / .milliseconds(1))
            if answer.status != share.expected { outcome.refused[answer.status, default: 0] += 1 }
            sendNext(of: share, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { fail(BenchFault("the server closed a connection")) }

    private func fail(_ error: any Error) {
        switch work {
        case nil: return
        case .one(_, let answered): answered.fail(error)
        case .share(let share): share.ended.fail(error)
        case .watched(_, let done): done(0)
        }
        work = nil
    }
}

/// Hands header and body of a request to TLS as one piece, hence one record, as curl and Go's `net/http` do.
private final class RequestInOnePiece: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var gathered = ByteBuffer()

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var bytes = Self.unwrapOutboundIn(data)
        gathered.writeBuffer(&bytes)
        promise?.succeed()
    }

    func flush(context: ChannelHandlerContext) {
        guard gathered.readableBytes > 0 else { return context.flush() }
        context.writeAndFlush(Self.wrapOutboundOut(gathered), promise: nil)
        gathered = ByteBuffer()
    }
}
