package import Hummingbird
internal import HummingbirdCore
package import Logging
package import NIOCore

/// Makes the servers of the two listeners, with all their limits set. Each is a service: run it in a service group with
/// a graceful shutdown of at most `HTTPLimits.drainSeconds`.
package enum HTTPListener {
    /// The API, over TLS.
    ///
    /// - Parameters:
    ///   - host: a numeric address or `localhost`.
    ///   - port: 0 picks a free one.
    ///   - onListening: called with the port once connections are accepted.
    package static func api(
        _ router: BrokerRouter, tls: ReloadingTLS, limits: HTTPLimits, host: String, port: Int, log: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) -> Application<BrokerRouter> {
        application(router, tls: tls, limits: limits, host: host, port: port, log: log, onListening: onListening)
    }

    /// CRLs and CA certificates, in the clear (RFC 5280, section 8).
    package static func plain(
        _ router: PlainRouter, limits: HTTPLimits, host: String, port: Int, log: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) -> Application<PlainRouter> {
        application(router, tls: nil, limits: limits, host: host, port: port, log: log, onListening: onListening)
    }

    static func application<Responder: HTTPResponder>(
        _ responder: Responder, tls: ReloadingTLS?, limits: HTTPLimits, host: String, port: Int, log: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) -> Application<Responder> where Responder.Context == RequestFrame {
        let table = ConnectionTable(
            connectionsMax: limits.connectionsMax, perOriginMax: limits.connectionsPerAddressMax)
        // The framework tells the log of each start and each broken connection at `info`; ours says what matters.
        var quiet = log
        quiet.logLevel = max(log.logLevel, .warning)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { respond in
                GuardedChannel(responder: respond, tls: tls, table: table, limits: limits)
            },
            configuration: .init(address: .hostname(host, port: port), serverName: nil, backlog: 1_024),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) }, logger: quiet)
    }
}

/// What the framework brings with each request: the connection that it came on.
package struct RequestFrame: InitializableFromSource, Sendable {
    /// Gives the peer's address and certificate.
    package let channel: any Channel

    package init(source: ApplicationRequestContextSource) { channel = source.channel }
}
