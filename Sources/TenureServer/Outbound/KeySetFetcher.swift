internal import AsyncHTTPClient
internal import Federation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import TenureModel

/// Fetches key sets of issuers (THREATS, T16): https alone, no redirects, within a deadline, no more bytes than a key
/// set may have; the connection goes to an address that was resolved and checked here, never to the name again.
struct KeySetFetcher: Sendable {
    /// Finds the addresses of a host.
    typealias Resolve = @Sendable (_ host: String, _ seconds: Int64) async throws(KeySourceError) -> [IPAddressText]

    /// How many addresses of a name are tried.
    static let triesMax = 3

    private let seconds: Int64
    private let resolve: Resolve
    private let group: any EventLoopGroup

    /// - Parameter seconds: for one answer, name resolution included.
    init(seconds: Int64, group: any EventLoopGroup, resolve: @escaping Resolve) {
        self.seconds = seconds
        self.group = group
        self.resolve = resolve
    }

    /// Fetches the key set that a trust names, by the issuer's metadata where it names no address itself.
    func fetch(_ trust: OIDCTrust) async throws(KeySourceError) -> [UInt8] {
        switch trust.keys {
        case .fixed(let text): return Array(text.utf8)
        case .url(let url): return try await get(url, trust, bytesMax: KeySetText.bytesMax)
        case .discovery:
            let document = try await get(
                DiscoveryDocument.url(of: trust.issuer), trust, bytesMax: DiscoveryDocument.bytesMax)
            let address: String
            do throws(DiscoveryFault) {
                address = try DiscoveryDocument.keyAddress(in: document, issuer: trust.issuer)
            } catch {
                throw .discovery(error)
            }
            return try await get(address, trust, bytesMax: KeySetText.bytesMax)
        }
    }

    private func get(_ text: String, _ trust: OIDCTrust, bytesMax: Int) async throws(KeySourceError) -> [UInt8] {
        let url: KeyURL
        let addresses: [IPAddressText]
        let tls: TLSConfiguration
        do {
            let rule = try KeyAddressRule(networks: trust.networks)
            url = try rule.url(text)
            if let address = url.address {
                addresses = [address]
            } else {
                addresses = try await resolve(url.host, seconds)
            }
            // defence: T16
            for address in addresses { try rule.check(address) }
            tls = try Self.tls(trust.caPEM)
        } catch let error as KeySourceError {
            throw error
        } catch let error as KeyAddressRefusal {
            throw .refused(error)
        } catch {
            throw .unreachable("the trust's CA file cannot be used")
        }
        var failure = KeySourceError.unreachable("the name has no address")
        for address in addresses.prefix(Self.triesMax) {
            do throws(KeySourceError) {
                return try await get(url, at: address, tls, bytesMax: bytesMax)
            } catch .unreachable(let reason) {
                failure = .unreachable(reason)
            }
        }
        throw failure
    }

    private func get(
        _ url: KeyURL, at address: IPAddressText, _ tls: TLSConfiguration, bytesMax: Int
    ) async throws(KeySourceError) -> [UInt8] {
        let time = TimeAmount.seconds(seconds)
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, timeout: .init(connect: time, read: time), decompression: .disabled)
        // defence: T16
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.dnsOverride = [url.host: address.text]
        // A second try would only hide the first failure behind the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        let result: Result<[UInt8], KeySourceError>
        do throws(KeySourceError) {
            result = .success(try await get(url, client, time, bytesMax))
        } catch {
            result = .failure(error)
        }
        do {
            try await client.shutdown()
        } catch {
            throw .unreachable("the connection could not be closed")
        }
        return try result.get()
    }

    private func get(
        _ url: KeyURL, _ client: HTTPClient, _ time: TimeAmount, _ bytesMax: Int
    ) async throws(KeySourceError) -> [UInt8] {
        // Put together anew of what was checked: the override below is by this very spelling of the host.
        let host = url.address?.family == .v6 ? "[\(url.host)]" : url.host
        let port = url.port == 443 ? "" : ":\(url.port)"
        var request = HTTPClientRequest(url: "https://\(host)\(port)\(url.target)")
        request.headers.add(name: "accept", value: "application/json")
        do {
            let response = try await client.execute(request, timeout: time)
            guard response.status == .ok else { throw KeySourceError.status(Int(response.status.code)) }
            var bytes: [UInt8] = []
            for try await chunk in response.body {
                // defence: T16
                guard chunk.readableBytes <= bytesMax - bytes.count else { throw KeySourceError.tooLarge }
                bytes += chunk.readableBytesView
            }
            return bytes
        } catch let error as KeySourceError {
            throw error
        } catch is NIOSSLError, is NIOSSLExtraError, is BoringSSLError {
            throw .unreachable("no TLS connection with a certificate that is trusted for this host")
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw .unreachable("no answer in time")
        } catch {
            throw .unreachable("no connection")
        }
    }

    private static func tls(_ caPEM: String?) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = .fullVerification
        if let caPEM {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(caPEM.utf8)))
        }
        return tls
    }
}
