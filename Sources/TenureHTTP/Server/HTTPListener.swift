internal import HummingbirdCore
package import Logging
package import NIOCore
internal import NIOPosix
package import ServiceLifecycle
package import TenureModel

/// Makes the servers of the two listeners, with all their limits set. Each is a service: run it in a service group with
/// a graceful shutdown of at most `HTTPLimits.drainSeconds`.
package enum HTTPListener {
    /// What a listener is besides what it answers.
    package struct Setting: Sendable {
        let limits: HTTPLimits
        let host: String
        let port: Int
        let log: Logger
        let clock: @Sendable () -> Timestamp

        /// - Parameters:
        ///   - host: a numeric address or `localhost`.
        ///   - port: 0 picks a free one.
        ///   - clock: the wall clock, for `Date` in answers.
        package init(
            limits: HTTPLimits, host: String, port: Int, log: Logger, clock: @escaping @Sendable () -> Timestamp
        ) {
            self.limits = limits
            self.host = host
            self.port = port
            self.log = log
            self.clock = clock
        }
    }

    /// The API, over TLS.
    ///
    /// - Parameter onListening: called with the port once connections are accepted.
    package static func api(
        _ router: BrokerRouter, tls: ReloadingTLS, _ setting: Setting,
        onListening: @escaping @Sendable (Int) async -> Void
    ) -> any Service {
        server(router, tls: tls, setting, onListening: onListening)
    }

    /// CRLs and CA certificates, in the clear (RFC 5280, section 8).
    package static func plain(
        _ router: PlainRouter, _ setting: Setting, onListening: @escaping @Sendable (Int) async -> Void
    ) -> any Service {
        server(router, tls: nil, setting, onListening: onListening)
    }

    static func server<Router: RequestAnswering>(
        _ router: Router, tls: ReloadingTLS?, _ setting: Setting,
        onListening: @escaping @Sendable (Int) async -> Void
    ) -> any Service {
        let limits = setting.limits
        let table = ConnectionTable(
            connectionsMax: limits.connectionsMax, perOriginMax: limits.connectionsPerAddressMax)
        // The framework tells the log of each start and each broken connection at `info`; ours says what matters.
        var quiet = setting.log
        quiet.logLevel = max(setting.log.logLevel, .warning)
        let port = setting.port
        return GuardedChannel(
            router: router, tls: tls, table: table, limits: limits, date: AnswerDate(clock: setting.clock)
        ).server(
            configuration: .init(address: .hostname(setting.host, port: port), backlog: 1_024),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet)
    }
}

/// What a request's connection is.
package struct RequestFrame: Sendable {
    /// Gives the peer's certificate.
    package let channel: any Channel
    /// The peer's own address, read once when the connection was accepted; `unknown` of a peer without one.
    let source: String

    /// Reads the peer's address.
    package init(channel: any Channel) {
        self.channel = channel
        source = Peer.source(of: channel)
    }
}
