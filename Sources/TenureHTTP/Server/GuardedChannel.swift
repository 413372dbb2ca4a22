internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import TenureModel

/// A connection: TLS, deadlines, HTTP/1.1, and what refuses ambiguous requests, in this order.
struct GuardedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let http: HTTP1Channel
    /// Nil on the plain listener.
    let tls: ReloadingTLS?
    let table: ConnectionTable
    let limits: HTTPLimits

    init(
        responder: @escaping HTTPChannelHandler.Responder, tls: ReloadingTLS?, table: ConnectionTable,
        limits: HTTPLimits
    ) {
        self.tls = tls
        self.table = table
        self.limits = limits
        http = HTTP1Channel(
            responder: responder,
            configuration: .init(
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytesMax, maxHeaderListSize: limits.headerBytesMax,
                    maxHeaderFieldCount: limits.headerCountMax)))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let origin = SourceNetwork(channel.remoteAddress?.ipAddress ?? "")
        let isAdmitted = table.admit(origin)
        let clockAdded = channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let socket = SocketGuard(table: table, origin: origin, isCounted: isAdmitted)
            do {
                try pipeline.addHandler(socket)
            } catch {
                // The peer is gone already.
                if isAdmitted { table.release(origin) }
                throw error
            }
            let clock = ConnectionClock(limits: limits, loop: channel.eventLoop, hasHandshake: tls != nil) {
                [weak socket] in socket?.cut()
            }
            socket.clock = clock
            guard isAdmitted else { return NIOLoopBound(clock, eventLoop: channel.eventLoop) }
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
            try pipeline.addHandler(StreamGuard(clock: clock))
            return NIOLoopBound(clock, eventLoop: channel.eventLoop)
        }
        return clockAdded.flatMap { clock in
            http.setup(channel: channel, logger: logger).flatMapThrowing { value in
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(
                    RequestGuard(
                        clock: clock.value, socket: try pipeline.handler(type: SocketGuard.self), limits: limits),
                    position: .after(decoder))
                if !isAdmitted { channel.close(promise: nil) }
                return value
            }
        }.flatMapErrorThrowing { error in
            channel.close(promise: nil)
            throw error
        }
    }

    func handle(value: Value, logger: Logger) async {
        await Peer.$source.withValue(Peer.source(of: value.channel)) {
            await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
                await http.handle(value: value, logger: logger)
            }
        }
    }
}
