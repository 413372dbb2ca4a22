@testable internal import TenureHTTP

extension HTTPLimits {
    /// Limits by which the server cuts nobody of its own accord: on a busy machine a client, or an answer, may take
    /// longer than any deadline. Tests of one deadline set that one.
    static var unhurried: HTTPLimits {
        var limits = HTTPLimits()
        limits.handshakeSeconds = 3_600
        limits.headerSeconds = 3_600
        limits.bodySeconds = 3_600
        limits.idleSeconds = 3_600
        limits.requestSeconds = 3_600
        return limits
    }
}
