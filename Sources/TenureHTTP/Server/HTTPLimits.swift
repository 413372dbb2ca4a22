/// How much and how long a listener bears: the numbers of config/README.md, `limits` (THREATS, section 3). Sizes are
/// bytes, durations whole seconds.
package struct HTTPLimits: Hashable, Sendable {
    /// A request body, except an estate.
    package var bodyBytesMax = 65_536
    /// A certificate signing request, PEM.
    package var csrBytesMax = 16_384
    /// Any token, ours or foreign.
    package var tokenBytesMax = 8_192
    /// The body of a plan.
    package var estateBytesMax = 4_194_304
    /// All header lines of a request.
    package var headerBytesMax = 32_768
    package var headerCountMax = 100
    package var jsonDepthMax = 16
    package var jsonKeysMax = 1_000
    package var estateKeysMax = 100_000
    /// The largest `limit` of a list.
    package var pageItemsMax: Int64 = 500
    /// From the connection to the end of the TLS handshake.
    package var handshakeSeconds: Int64 = 10
    /// From its first byte to the end of a request's header. A body that moves slower than `bodyBytesPerWindowMin` in
    /// this time is cut as well (T26).
    package var headerSeconds: Int64 = 10
    /// To the end of a request's body, however fast it moves.
    package var bodySeconds: Int64 = 30
    /// Between requests on a kept connection.
    package var idleSeconds: Int64 = 60
    /// From the whole request to its answer.
    package var requestSeconds: Int64 = 15
    /// The same for plans and their application.
    package var planSeconds: Int64 = 60
    /// A graceful stop. For the service group that runs the listeners.
    package var drainSeconds: Int64 = 25
    /// Open at once on one listener.
    package var connectionsMax = 1_000
    /// Open at once from one IPv4 address, or from one /64 of IPv6.
    package var connectionsPerAddressMax = 100
    /// Requests for credentials that are under way at once where more than that have been so for a while.
    package var issuingUnderWayMax = 96

    /// The least that a body must move in `headerSeconds`.
    package static let bodyBytesPerWindowMin = 1_024

    /// The defaults.
    package init() {}

    /// The defaults with the rates of connections raised, as `tenured dev` has them.
    package static func raised(by factor: Int) -> HTTPLimits {
        var limits = HTTPLimits()
        let factor = min(max(1, factor), 1_000)
        limits.connectionsMax *= factor
        limits.connectionsPerAddressMax *= factor
        return limits
    }
}
