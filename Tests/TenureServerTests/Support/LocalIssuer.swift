internal import CertificateAuthority
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import OpenSSLCrypto
internal import SecretMemory
internal import TenureModel

@testable internal import TenureServer

/// A TLS server on loopback that answers every request with the same, under a CA of its own.
struct LocalIssuer {
    static let host = "issuer.test"

    let channel: any Channel
    let caPEM: String

    /// - Parameter location: makes the answer a redirect.
    static func start(
        status: HTTPResponseStatus = .ok, body: [UInt8] = Array("{}".utf8), location: String? = nil
    ) async throws -> LocalIssuer {
        let now = SystemClock.now()
        func serial() throws -> SerialNumber { SerialNumber(random: try SecureRandom.bytes(SerialNumber.octetCount)) }
        let root = try RootAuthority.make(
            id: IssuerID(high: 1, low: 1), name: AuthorityName(organization: "Test", commonName: "Root"),
            key: PrivateKey.generate(.p384), serial: serial(), now: now)
        let key = try PrivateKey.generate(.p256)
        let certificate = try IssuingAuthority.certificate(
            for: key.publicKey, name: AuthorityName(organization: "Test", commonName: "Issuing"), root: root,
            serial: serial(), now: now, publication: nil)
        let issuer = try Issuer(id: IssuerID(high: 1, low: 2), key: key, chain: [certificate])
        let leafKey = try PrivateKey.generate(.p256)
        let leaf = try BrokerServerCertificate.make(
            names: [DNSName(host)], addresses: [], key: leafKey, issuer: issuer,
            publication: PublicationPoint(httpURL: "http://localhost"), serial: serial(), now: now)
        let leafPKCS8 = try leafKey.pkcs8DER().withBytes { bytes in bytes.indices.map { bytes[$0] } }
        let tls = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMBytes(Array(leaf.fullChainPEM.utf8)).map {
                    .certificate($0)
                }, privateKey: .privateKey(NIOSSLPrivateKey(bytes: leafPKCS8, format: .der))))
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        FixedAnswer(status: status, body: body, location: location))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LocalIssuer(channel: channel, caPEM: root.certificate.pem)
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    func stop() async throws { try await channel.close() }
}

private final class FixedAnswer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let status: HTTPResponseStatus
    private let body: [UInt8]
    private let location: String?

    init(status: HTTPResponseStatus, body: [UInt8], location: String?) {
        self.status = status
        self.body = body
        self.location = location
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = Self.unwrapInboundIn(data) else { return }
        var headers = HTTPHeaders([("content-length", "\(body.count)")])
        if let location { headers.add(name: "location", value: location) }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}
