internal import NIOCore
internal import NIOTLS
internal import TenureModel

/// The first handler of a connection, before TLS: closes the socket itself, without a farewell that the peer would have
/// to answer, when its time is over, and frees its place in the table.
final class SocketGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let table: ConnectionTable
    private let origin: SourceNetwork
    private var isCounted: Bool
    private var context: ChannelHandlerContext?
    var clock: ConnectionClock?

    /// - Parameter isCounted: whether the table counts this connection.
    init(table: ConnectionTable, origin: SourceNetwork, isCounted: Bool) {
        self.table = table
        self.origin = origin
        self.isCounted = isCounted
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// Frees the place in the table: the connection is counted elsewhere from now on, as one of those that follow the
    /// feed.
    func leaveTable() {
        guard isCounted else { return }
        isCounted = false
        table.release(origin)
    }

    /// Closes the socket at once.
    func cut() { context?.close(promise: nil) }

    private func end() {
        clock?.stop()
        clock = nil
        context = nil
        leaveTable()
    }
}

/// Sees the plaintext: when it begins, and how much of it moves.
final class StreamGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let clock: ConnectionClock

    init(clock: ConnectionClock) { self.clock = clock }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        clock.bytesArriving(Self.unwrapInboundIn(data).readableBytes)
        // The decoder runs inside this call.
        context.fireChannelRead(data)
        clock.bytesDecoded()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { clock.handshakeCompleted() }
        context.fireUserInboundEventTriggered(event)
    }
}
