internal import CertificateAuthority
internal import CredentialLifecycle
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import OpenSSLCrypto
internal import SecretMemory
internal import ServiceLifecycle
internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import TenureHTTP

// The time limit only ends what hangs: a busy machine may take minutes.
@Suite("TLS", .timeLimit(.minutes(10)))
struct TLSTests {
    private static func identity(_ server: TestInstallation) throws -> TLSIdentity {
        let keys = server.broker.keys
        let now = try #require(try? server.broker.makeID(OperationKind.self)).high >> 16
        let time = Timestamp(clampingMilliseconds: Int64(now))
        let key = try PrivateKey.generate(.p256)
        let certificate = try BrokerServerCertificate.make(
            names: [try DNSName("localhost")], addresses: [], key: key, issuer: try keys.issuer(at: time) { _ in nil },
            publication: keys.publication,
            serial: SerialNumber(random: try SecureRandom.bytes(SerialNumber.octetCount)), now: time)
        let secret = try key.pkcs8DER().withBytes { bytes in bytes.indices.map { bytes[$0] } }
        let chain = try certificate.chainPEM.map { try Certificate(pem: Array($0.utf8)).der }
        return TLSIdentity(chain: [certificate.der] + chain, privateKey: secret)
    }

    private func withListener(
        _ body: @escaping @Sendable (TestInstallation, ReloadingTLS, Int) async throws -> Void
    ) async throws {
        try await TestInstallation.run { server in
            let tls = try ReloadingTLS(
                try Self.identity(server), policy: TLSPolicy(clientRoots: [server.broker.keys.root.der]))
            let (ports, continuation) = AsyncStream<Int>.makeStream()
            let listener = HTTPListener.api(
                server.router, tls: tls,
                .init(
                    limits: .unhurried, host: "127.0.0.1", port: 0,
                    log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clock: TestInstallation.wallClock)
            ) { port in continuation.yield(port) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await listener.run() }
                var iterator = ports.makeAsyncIterator()
                try await body(server, tls, try #require(await iterator.next()))
                group.cancelAll()
            }
        }
    }

    private static func client(_ server: TestInstallation) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: server.broker.keys.root.der, format: .der)
        ])
        return configuration
    }

    private static func status(
        _ client: SecureClient, _ method: String, _ path: String, headers: String = "", body: String = ""
    ) async throws -> Int { try await client.send(method, path, headers: headers, body: body).status }

    @Test("a client without a certificate is served, and HTTP/2 is not offered")
    func withoutCertificate() async throws {
        try await withListener { server, _, port in
            var configuration = try Self.client(server)
            configuration.applicationProtocols = ["h2", "http/1.1"]
            let client = try await SecureClient.connect(port: port, configuration)
            let alive = try await Self.status(client, "GET", "/livez")
            let status = try await Self.status(client, "GET", APIPath.status)
            #expect((alive, status) == (200, 401))
            try await client.close()
        }
    }

    @Test("TLS 1.2 is refused by default")
    func oldVersion() async throws {
        try await withListener { server, _, port in
            var configuration = try Self.client(server)
            configuration.maximumTLSVersion = .tlsv12
            let client = try await SecureClient.connect(port: port, configuration)
            await #expect(throws: (any Error).self) { _ = try await client.send("GET", "/livez") }
        }
    }

    @Test("a replaced certificate is shown to new connections, and those that are open go on")
    func reload() async throws {
        try await withListener { server, tls, port in
            let configuration = try Self.client(server)
            let old = try await SecureClient.connect(port: port, configuration)
            let before = try await Self.status(old, "GET", "/livez")
            try tls.replace(with: try Self.identity(server))
            let new = try await SecureClient.connect(port: port, configuration)
            let fresh = try await Self.status(new, "GET", "/livez")
            let after = try await Self.status(old, "GET", "/livez")
            #expect([before, fresh, after] == [200, 200, 200])
            let certificates = [try await old.serverCertificate(), try await new.serverCertificate()]
            #expect(certificates[0] != certificates[1])
            try await old.close()
            try await new.close()
        }
    }

    @Test("a certificate or key that cannot be used is refused, and says nothing of the key")
    func unusable() async throws {
        try await TestInstallation.run { server in
            let good = try Self.identity(server)
            let other = try Self.identity(server)
            #expect(throws: TLSFault.self) {
                try ReloadingTLS(
                    TLSIdentity(chain: [[1, 2]], privateKey: good.privateKey), policy: .init(clientRoots: nil))
            }
            #expect(throws: TLSFault.self) {
                try ReloadingTLS(TLSIdentity(chain: good.chain, privateKey: [1]), policy: .init(clientRoots: nil))
            }
            #expect(throws: TLSFault.self) {
                try ReloadingTLS(
                    TLSIdentity(chain: good.chain, privateKey: other.privateKey), policy: .init(clientRoots: nil))
            }
            #expect("\(good)" == "TLSIdentity(<secret>)")
        }
    }

    @Test(
        "T28 a certificate renews itself over its connection, which is worth nothing once it is revoked"
    )
    func mutual() async throws {
        try await withListener { server, _, port in
            let admin = try await server.administrator()
            let session = try await Workloads.make(server, admin: admin)
            let key = try PrivateKey.generate(.p256)
            let csr = try CertificationRequest.makePEM(commonName: "x", dnsNames: [], key: key)
            let body = try JSONBody.text(IssueCertificateBody(profile: "service-tls", csr: csr))
            let issued = try await server.post(APIPath.certificates, token: session, body)
            let certificate = try issued.json(IssueCertificateAnswer.self)
            let id = try #require(certificate.id)
            var configuration = try Self.client(server)
            configuration.certificateChain = try ([try #require(certificate.certificate)] + (certificate.chain ?? []))
                .map { .certificate(try NIOSSLCertificate(bytes: Array($0.utf8), format: .pem)) }
            let secret = try key.pkcs8DER().withBytes { bytes in bytes.indices.map { bytes[$0] } }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: secret, format: .der))
            let client = try await SecureClient.connect(port: port, configuration)
            do {
                let renewal = try JSONBody.text(RenewCertificateBody(csr: csr))
                let json = "Content-Type: application/json\r\n"
                let renewed = try await client.send(
                    "POST", APIPath.renewal(of: id), headers: json, body: renewal)
                #expect(renewed.status == 201, "\(renewed.body)")
                #expect(renewed.body.contains("\"replaces\":\"\(id)\""))
                // A page of another site could have sent this form, and the browser the certificate.
                let form = try await client.send(
                    "POST", APIPath.renewal(of: id), headers: "Content-Type: text/plain\r\n", body: renewal)
                #expect(form.status == 400)
                // A bad token never falls back to the certificate.
                let mixed = try await client.send(
                    "POST", APIPath.renewal(of: id), headers: json + "Authorization: Bearer tnr_x\r\n", body: renewal)
                #expect(mixed.status == 401)
                let revoked = try await server.post(
                    APIPath.offboardings, token: admin, #"{"target":"workload/deploy"}"#)
                #expect(revoked.status == 201)
                let late = try await client.send(
                    "POST", APIPath.renewal(of: id), headers: json, body: renewal)
                #expect(late.status == 401, "\(late.body)")
            }
        }
    }

    @Test("T23 a certificate of another CA opens no connection")
    func foreign() async throws {
        try await withListener { server, _, port in
            try await TestInstallation.run { other in
                var configuration = try Self.client(server)
                let identity = try Self.identity(other)
                configuration.certificateChain = try identity.chain.map {
                    .certificate(try NIOSSLCertificate(bytes: $0, format: .der))
                }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: identity.privateKey, format: .der))
                let client = try await SecureClient.connect(port: port, configuration)
                await #expect(throws: (any Error).self) { _ = try await client.send("GET", "/livez") }
            }
        }
    }
}
