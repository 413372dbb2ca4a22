internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import Federation
// For temporary files.
internal import Foundation
internal import HTTPTypes
internal import Logging
internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import SecretMemory
internal import Storage
internal import TenureAPI
internal import TenureModel
internal import Testing

@testable internal import TenureHTTP

/// A founded installation with a broker and its router, in a folder of its own.
struct TestInstallation: Sendable {
    let broker: Broker
    let router: BrokerRouter
    let plain: PlainRouter
    let bootstrap: String
    /// Another node on the same database, which nobody tells what this one records, and which records nothing.
    let otherNode: @Sendable () async throws -> BrokerRouter

    /// The time of the machine.
    static let wallClock: @Sendable () -> Timestamp = {
        Timestamp(clampingMilliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Founds one, records as long as `body` runs, and removes it.
    static func run(
        limits: HTTPLimits = HTTPLimits(), isDevelopment: Bool = false, requestsPerSecond: Int64 = 1_000,
        clock: @escaping @Sendable () -> Timestamp = wallClock,
        health: @escaping @Sendable () -> ServerHealth = {
            ServerHealth(parts: [.init(name: "store", state: .ok)])
        },
        _ body: @escaping @Sendable (TestInstallation) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tenure-http-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let engine = try SQLiteEngine(path: folder.appendingPathComponent("tenure.db").path)
        _ = try await SchemaMigrator.migrate(engine)
        let secret = try SecureRandom.secret(32)
        let publication = try PublicationPoint(httpURL: "http://localhost:8080")
        let founding = try Founding(
            FoundingOrder(
                trustDomain: try TrustDomain("example.test"), publication: publication, issuingKey: .p256,
                issuingLifetimeSeconds: 86_400 * 30, keepsRootKey: true, profiles: try profiles()),
            keyEncryptionKey: secret, at: clock())
        try await founding.record(in: engine, witness: nil, clock: clock)
        let facts = ServerFacts(
            version: "1.2.3", isDevelopment: isDevelopment, auditKey: founding.verifierKeyText,
            trustDomain: "example.test", health: health)
        let makeBroker: @Sendable (any SQLEngine) async throws -> Broker = { engine in
            try await Self.broker(on: engine, secret, isDevelopment, requestsPerSecond, clock)
        }
        let broker = try await makeBroker(engine)
        let recorder = broker.recorder
        let test = TestInstallation(
            broker: broker, router: BrokerRouter(broker: broker, limits: limits, facts: facts, log: quiet),
            plain: PlainRouter(broker: broker, limits: limits, facts: facts, log: quiet),
            bootstrap: founding.bootstrap.text
        ) {
            BrokerRouter(
                broker: try await makeBroker(SharedEngine(engine)), limits: limits, facts: facts, log: quiet)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            defer { recorder.stop() }
            try await body(test)
        }
        try engine.close()
    }

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func broker(
        on engine: any SQLEngine, _ secret: SecretBytes, _ isDevelopment: Bool, _ requestsPerSecond: Int64,
        _ clock: @escaping @Sendable () -> Timestamp
    ) async throws -> Broker {
        let installation = try await Installation.open(engine, keyEncryptionKey: secret)
        let recorder = try await Recorder.open(engine, signer: installation.signer, witness: nil, clock: clock)
        let keys = try KeyChest(
            dataKeys: installation.dataKeys, snapshot: recorder.snapshot, trustDomain: try TrustDomain("example.test"),
            publication: try PublicationPoint(httpURL: "http://localhost:8080"),
            issuer: try #require(TokenIssuer("https://localhost:8443")), log: installation.origin.logID)
        var settings = BrokerSettings(
            issuerURL: "https://localhost:8443", plainURL: "http://localhost:8080", trustDomain: "example.test",
            logID: installation.origin.logID.text, isDevelopment: isDevelopment)
        settings.identityRequestsPerSecond = requestsPerSecond
        return Broker(
            settings: settings, recorder: recorder, ledger: Ledger(engine, origin: installation.origin.text),
            keys: keys,
            keySets: KeySetCache { (_) throws(KeySourceError) in throw .unreachable("no network in tests") },
            relations: RelationRules(
                owner: [.credentialList, .identityRead], itself: [.identityRead, .credentialList, .revocationCreate]),
            log: quiet, now: clock)
    }

    private static func profiles() throws -> [DesiredProfile] {
        let documents = [
            ProfileDocument(
                name: "admin", kind: "administration", approval: "none", acts: Act.allCases.map(\.rawValue),
                scope: "everything"),
            ProfileDocument(
                name: "ci-token", kind: "token", environment: "production", approval: "none", lifetimeSeconds: 900,
                maxLifetimeSeconds: 3_600, audiences: ["registry", "team/registry"], scopes: ["push", "pull"]),
            ProfileDocument(
                name: "service-tls", kind: "certificate", environment: "production", approval: "none",
                lifetimeSeconds: 3_600, maxLifetimeSeconds: 86_400, keys: ["p256"], names: ["NAME.example.test"],
                usages: ["server", "client"], revocationSeconds: 600),
        ]
        return try documents.map { try DesiredProfile($0, path: "") }
    }

    // MARK: Calls

    /// The answer to one request.
    struct Reply: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: Data(body))
        }
        func problem() throws -> Problem { try json() }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, headers: HTTPFields = [:],
        body: String? = nil, host: String = "localhost:8443", on loop: NIOAsyncTestingEventLoop? = nil
    ) async throws -> Reply {
        try await Self.send(method, path, token: token, headers: headers, body: body, host: host, on: loop, to: router)
    }

    static func send(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, headers: HTTPFields = [:],
        body: String? = nil, host: String = "localhost:8443", on loop: NIOAsyncTestingEventLoop? = nil,
        to router: some RequestAnswering
    ) async throws -> Reply {
        var fields = HTTPHeaders([("Host", host)])
        for field in headers { fields.add(name: field.name.rawName, value: field.value) }
        if let token { fields.add(name: "Authorization", value: "Bearer " + token) }
        if let body { fields.add(name: "Content-Length", value: String(body.utf8.count)) }
        let request = IncomingRequest(
            method: method, target: path, headers: fields, body: .whole(ByteBuffer(string: body ?? "")))
        let channel = loop.map { NIOAsyncTestingChannel(loop: $0) } ?? NIOAsyncTestingChannel()
        let answer = await router.answer(request, on: RequestFrame(channel: channel))
        let collected = Collected()
        await collected.append(answer.body)
        try await answer.stream? { await collected.append($0) }
        var answered = HTTPFields()
        for field in answer.headers.fields { answered.append(field) }
        return Reply(status: answer.status.code, headers: answered, body: await collected.bytes)
    }

    func post(_ path: String, token: String? = nil, _ body: String, headers: HTTPFields = [:]) async throws -> Reply {
        try await send(.post, path, token: token, headers: headers, body: body)
    }

    /// A session of the first administrator; works once.
    func administrator() async throws -> String {
        let reply = try await post(APIPath.login, #"{"method":"bootstrap","token":"\#(bootstrap)"}"#)
        #expect(reply.status == 201, "\(reply.text)")
        return try reply.json(LoginAnswer.self).token
    }
}

private actor Collected {
    private(set) var bytes: [UInt8] = []
    func append(_ buffer: ByteBuffer) { bytes.append(contentsOf: buffer.readableBytesView) }
}

/// A database on which there are other nodes, as on PostgreSQL.
private struct SharedEngine: SQLEngine {
    private let engine: any SQLEngine

    init(_ engine: any SQLEngine) { self.engine = engine }

    var dialect: SchemaDialect { engine.dialect }
    var isShared: Bool { true }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.write(body)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.read(body)
    }

    func recover() async throws(StorageError) { try await engine.recover() }
}
