internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
internal import TenureAPI

/// A server on loopback that answers by a table and remembers what it was asked.
final class LoopbackBroker: Sendable {
    struct Asked: Sendable {
        let method: String
        let path: String
        let headers: [String: String]
        let body: String
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body: String
    }

    typealias Script = @Sendable (Asked) -> Answer

    private let channel: any Channel
    private let log: AskedLog

    init(_ script: @escaping Script) async throws {
        let log = AskedLog()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(script: script, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var address: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// What it was asked, in order.
    var asked: [Asked] { log.all }

    func stop() async throws { try await channel.close().get() }

    /// Runs with a broker and stops it afterwards.
    static func with<Result>(
        _ script: @escaping Script, _ body: (LoopbackBroker) async throws -> Result
    ) async throws -> Result {
        let broker = try await LoopbackBroker(script)
        do {
            let result = try await body(broker)
            try await broker.stop()
            return result
        } catch {
            try await broker.stop()
            throw error
        }
    }
}

private final class AskedLog: Sendable {
    private let entries = Mutex<[LoopbackBroker.Asked]>([])

    var all: [LoopbackBroker.Asked] { entries.withLock { $0 } }

    func append(_ asked: LoopbackBroker.Asked) { entries.withLock { $0.append(asked) } }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: LoopbackBroker.Script
    private let log: AskedLog
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(script: @escaping LoopbackBroker.Script, log: AskedLog) {
        self.script = script
        self.log = log
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part): body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            var headers: [String: String] = [:]
            for (name, value) in head.headers { headers[name.lowercased()] = value }
            let asked = LoopbackBroker.Asked(
                method: head.method.rawValue, path: head.uri, headers: headers, body: String(buffer: body))
            log.append(asked)
            let answer = script(asked)
            var fields = HTTPHeaders(answer.headers.map { ($0.key, $0.value) })
            fields.replaceOrAdd(name: "Content-Length", value: String(answer.body.utf8.count))
            context.write(
                wrapOutboundOut(
                    .head(.init(version: .http1_1, status: .init(statusCode: answer.status), headers: fields))),
                promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
