internal import AsyncHTTPClient
internal import NIOCore
internal import NIOSSL

/// The API as Swift calls, one method for each.
///
/// TLS with the root that was given, HTTP/1.1, no redirects, no retries: what a failed call has done, its error says.
/// Call `shutdown` at the end.
package struct TenureClient: Sendable {
    package let settings: ClientSettings
    let http: HTTPClient
    let checkpoints: CheckpointMemory?

    /// Reads certificates and keys; connects to nobody yet.
    ///
    /// - Throws: `ClientError.settings` where one of them cannot be used.
    package init(_ settings: ClientSettings) throws(ClientError) {
        self.settings = settings
        checkpoints = settings.checkpoints.map { CheckpointMemory($0) }
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = try Self.tls(settings)
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(
            connect: .seconds(5), read: .seconds(max(settings.callSeconds, settings.planSeconds)))
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections.
    package func shutdown() async throws(ClientError) {
        do {
            try await http.shutdown()
        } catch {
            throw .unreachable("the connection could not be closed")
        }
    }

    private static func tls(_ settings: ClientSettings) throws(ClientError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let path = settings.caFile {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
            } catch {
                throw .settings("\(path) holds no PEM certificate")
            }
        }
        guard let files = settings.clientCertificate else { return tls }
        do {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(files.certificateFile).map { .certificate($0) }
        } catch {
            throw .settings("\(files.certificateFile) holds no PEM certificate")
        }
        do {
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: files.keyFile, format: .pem))
        } catch {
            throw .settings("\(files.keyFile) holds no PEM private key without a passphrase")
        }
        return tls
    }
}
