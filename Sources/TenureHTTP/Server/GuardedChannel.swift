internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import TenureModel

/// A connection: TLS, deadlines, HTTP/1.1, what refuses ambiguous requests, and what hands them on, in this order.
struct GuardedChannel<Router: RequestAnswering>: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        fileprivate let conversation: NIOLoopBound<Conversation>
        fileprivate let frame: RequestFrame
    }

    let router: Router
    /// Nil on the plain listener.
    let tls: ReloadingTLS?
    let table: ConnectionTable
    let limits: HTTPLimits
    let date: AnswerDate

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture { try assemble(channel) }.flatMapErrorThrowing { error in
            channel.close(promise: nil)
            throw error
        }
    }

    private func assemble(_ channel: any Channel) throws -> Value {
        let pipeline = channel.pipeline.syncOperations
        let origin = SourceNetwork(channel.remoteAddress?.ipAddress ?? "")
        let isAdmitted = table.admit(origin)
        let socket = SocketGuard(table: table, origin: origin, isCounted: isAdmitted)
        do {
            try pipeline.addHandler(socket)
        } catch {
            // The peer is gone already.
            if isAdmitted { table.release(origin) }
            throw error
        }
        let conversation = Conversation(date: date)
        if isAdmitted {
            let clock = ConnectionClock(limits: limits, loop: channel.eventLoop, hasHandshake: tls != nil) {
                [weak socket] in socket?.cut()
            }
            socket.clock = clock
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
            try pipeline.addHandler(StreamGuard(clock: clock))
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoderLimits)
            try pipeline.addHandler(RequestGuard(clock: clock, socket: socket, limits: limits))
        }
        try pipeline.addHandler(conversation)
        if !isAdmitted { channel.close(promise: nil) }
        return Value(
            channel: channel, conversation: NIOLoopBound(conversation, eventLoop: channel.eventLoop),
            frame: RequestFrame(channel: channel))
    }

    private var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.headerBytesMax
        configuration.maxHeaderListSize = limits.headerBytesMax
        configuration.maxHeaderFieldCount = limits.headerCountMax
        return configuration
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
                await converse(value.conversation.value, on: value.frame)
            }
        } onCancel: {
            // The drain is over.
            value.channel.close(promise: nil)
        }
        value.channel.close(mode: .output, promise: nil)
        await withCheckedContinuation { (closed: CheckedContinuation<Void, Never>) in
            value.channel.closeFuture.whenComplete { _ in closed.resume() }
        }
    }

    /// Answers one request after the other, until the peer or the server wants no more.
    private func converse(_ conversation: Conversation, on frame: RequestFrame) async {
        while true {
            switch await conversation.next() {
            case .request(let request, let isLast):
                let answer = await router.answer(request, on: frame)
                guard await deliver(answer, by: conversation, frame), !isLast else { return }
            case .malformed:
                return await conversation.write(Answer.malformed)
            case .over:
                return
            }
        }
    }

    /// Whether the connection can go on.
    private func deliver(_ answer: Answer, by conversation: Conversation, _ frame: RequestFrame) async -> Bool {
        guard let stream = answer.stream else {
            await conversation.write(answer)
            return true
        }
        conversation.begin(answer)
        let loop = frame.channel.eventLoop
        let bound = NIOLoopBound(conversation, eventLoop: loop)
        do {
            try await stream { part in
                try await loop.flatSubmit { bound.value.write(part: part, on: loop) }.get()
            }
        } catch {
            // Its end is missing, and that is how the peer sees that it broke off.
            frame.channel.close(promise: nil)
            return false
        }
        conversation.writeEnd()
        return true
    }
}
