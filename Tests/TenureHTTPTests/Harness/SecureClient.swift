internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
internal import Testing

/// One TLS connection over which several requests go, one after another.
final class SecureClient: Sendable {
    /// An answer as text, and its status.
    struct Reply: Sendable {
        let status: Int
        let head: String
        let body: String
    }

    private let channel: any Channel
    private let parts: AsyncThrowingStream<ByteBuffer, any Error>
    private let pending = Mutex(ByteBuffer())

    private init(channel: any Channel, parts: AsyncThrowingStream<ByteBuffer, any Error>) {
        self.channel = channel
        self.parts = parts
    }

    /// Hands on what arrives.
    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncThrowingStream<ByteBuffer, any Error>.Continuation

        init(_ continuation: AsyncThrowingStream<ByteBuffer, any Error>.Continuation) {
            self.continuation = continuation
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(Self.unwrapInboundIn(data))
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            continuation.finish(throwing: error)
            context.close(promise: nil)
        }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    }

    static func connect(port: Int, _ configuration: TLSConfiguration) async throws -> SecureClient {
        let context = try NIOSSLContext(configuration: configuration)
        let (parts, continuation) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
                }
            }.connect(host: "127.0.0.1", port: port).get()
        return SecureClient(channel: channel, parts: parts)
    }

    func close() async throws {
        do {
            try await channel.close()
        } catch ChannelError.alreadyClosed {
            // Both ends may close.
        }
    }

    /// Sends one request and reads its whole answer.
    func send(_ method: String, _ path: String, headers: String = "", body: String = "") async throws -> Reply {
        let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n"
        let text = head + headers + "\r\n" + body
        try await channel.writeAndFlush(ByteBuffer(string: text))
        for try await part in parts {
            pending.withLock { _ = $0.writeImmutableBuffer(part) }
            if let reply = try whole() { return reply }
        }
        throw EndOfStream()
    }

    /// The certificate that the server showed, in DER.
    func serverCertificate() async throws -> [UInt8] {
        let certificate = try await channel.nioSSL_peerCertificate().get()
        return try #require(certificate).toDERBytes()
    }

    private func whole() throws -> Reply? {
        let text = pending.withLock { String(buffer: $0) }
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = String(text[..<end.lowerBound])
        let length =
            head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }
            .flatMap { Int($0.dropFirst("content-length: ".count)) } ?? 0
        let body = text[end.upperBound...]
        guard body.utf8.count >= length else { return nil }
        pending.withLock { $0.clear() }
        let status = Int(head.split(separator: " ")[1])
        return Reply(status: try #require(status), head: head, body: String(body))
    }

    struct EndOfStream: Error {}
}
