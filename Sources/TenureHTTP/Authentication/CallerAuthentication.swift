internal import Authorization
internal import CredentialLifecycle
internal import HTTPTypes
internal import NIOCore
internal import NIOSSL
internal import TenureModel

/// Finds out who sends a request. Exactly one proof is looked at: the bearer token where there is one, else the
/// certificate of the connection. No header but `Authorization` authenticates, and no cookie (THREATS, T29, T30).
struct CallerAuthentication {
    private let exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    /// - Throws: `unauthenticated`, with one answer for whatever was wrong.
    func caller(for act: Act) async throws(LifecycleError) -> AuthenticatedCaller {
        guard let evidence = try await evidence() else { throw .unauthenticated(nil) }
        return try await exchange.broker.authenticate(evidence, source: exchange.source, for: act)
    }

    private func evidence() async throws(LifecycleError) -> Evidence? {
        let values = exchange.request.values(of: .authorization)
        guard !values.isEmpty else { return try await certificate().map { .certificate($0) } }
        // A bad header never falls back to the certificate.
        guard values.count == 1, let token = BearerToken.text(of: values[0], max: exchange.limits.tokenBytesMax) else {
            throw .unauthenticated(nil)
        }
        return .bearer(token)
    }

    /// The certificate that the TLS handshake verified, in DER; nil without one.
    func certificate() async throws(LifecycleError) -> [UInt8]? {
        do {
            return try await exchange.frame.channel.nioSSL_peerCertificate().get()?.toDERBytes()
        } catch is ChannelPipelineError {
            // A connection without TLS has no handler to ask.
            return nil
        } catch {
            throw .unavailable(.init("the peer's certificate could not be read: \(error)"))
        }
    }
}

/// The credentials of `Authorization: Bearer` (RFC 6750, section 2.1).
enum BearerToken {
    /// The token; nil for another scheme, another spelling or more than `max` bytes.
    static func text(of header: String, max: Int) -> String? {
        guard (scheme.count + 1...max + scheme.count).contains(header.utf8.count) else { return nil }
        let bytes = header.utf8.span
        for (place, letter) in scheme.enumerated() where bytes[place] | 0x20 != letter { return nil }
        let allowed = tokenCharacters.span
        for place in scheme.count..<bytes.count where !allowed[Int(bytes[place])] { return nil }
        return String(Substring(header.utf8.dropFirst(scheme.count)))
    }

    private static let scheme = Array("bearer ".utf8)

    /// Whether a byte is one of `b64token`, by its value: a token has hundreds of them.
    private static let tokenCharacters: [Bool] = {
        var allowed = [Bool](repeating: false, count: 256)
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="
        for byte in letters.utf8 { allowed[Int(byte)] = true }
        return allowed
    }()
}
