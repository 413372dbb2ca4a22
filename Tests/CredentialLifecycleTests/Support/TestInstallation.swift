internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import Foundation
internal import OpenSSLCrypto
internal import SecretMemory
internal import Storage
internal import TenureAPI
internal import TenureModel

/// An installation in a folder of its own: founded, with the example estate applied, and a broker that runs.
final class TestInstallation: Sendable {
    let folder: String
    let clock = TestClock()
    let issuer: TestIssuer
    let node: Node
    let bootstrap: String
    let rootList: [UInt8]
    let keyEncryptionKey: SecretBytes
    private let isDevelopment: Bool
    private let settings: @Sendable (inout BrokerSettings) -> Void
    let store: TestStore

    var broker: Broker { node.broker }

    /// Founds one and applies the example estate, with trusts by which the people log in.
    static func start(
        isDevelopment: Bool = false, keepsRootKey: Bool = false, on store: TestStore = .sqlite,
        settings: @escaping @Sendable (inout BrokerSettings) -> Void = { _ in }
    ) async throws -> TestInstallation {
        let installation = try await TestInstallation(
            isDevelopment: isDevelopment, keepsRootKey: keepsRootKey, on: store, settings: settings)
        try await installation.applyExample()
        return installation
    }

    /// Founds one, and does nothing more.
    init(
        isDevelopment: Bool = false, keepsRootKey: Bool = false, on store: TestStore = .sqlite,
        settings: @escaping @Sendable (inout BrokerSettings) -> Void = { _ in }
    ) async throws {
        self.isDevelopment = isDevelopment
        self.settings = settings
        self.store = store
        folder = FileManager.default.temporaryDirectory.path + "/tenure-lifecycle-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        issuer = try TestIssuer()
        var bytes = [UInt8](repeating: 0x5A, count: 32)
        keyEncryptionKey = SecretBytes(wiping: &bytes)
        let (engine, close) = try await store.open(for: folder)
        try await SchemaMigrator.migrate(engine)
        let founding = try Founding(
            FoundingOrder(
                trustDomain: try TrustDomain(Node.trustDomain),
                publication: try PublicationPoint(httpURL: "http://localhost:8080"), issuingKey: .p256,
                issuingLifetimeSeconds: 365 * 86_400, keepsRootKey: keepsRootKey, profiles: try EstateFiles.profiles()),
            keyEncryptionKey: keyEncryptionKey, at: clock.now)
        rootList = founding.rootListDER ?? []
        bootstrap = founding.bootstrap.text
        let clock = clock
        try await founding.record(in: engine, witness: nil) { clock.now }
        try await close()
        node = try await Node(
            try await store.open(for: folder).engine, keyEncryptionKeys: [keyEncryptionKey], issuer: issuer,
            clock: clock, isDevelopment: isDevelopment, settings: settings)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("left behind: \(folder)")
        }
    }

    /// Tries to found a second installation in the same database.
    func foundAgain() async throws {
        let clock = clock
        try await Founding(
            FoundingOrder(
                trustDomain: try TrustDomain(Node.trustDomain),
                publication: try PublicationPoint(httpURL: "http://localhost:8080"), issuingKey: .p256,
                issuingLifetimeSeconds: 365 * 86_400, keepsRootKey: false, profiles: try EstateFiles.profiles()),
            keyEncryptionKey: keyEncryptionKey, at: clock.now
        ).record(in: node.engine, witness: nil) { clock.now }
    }

    /// Another broker on the same database.
    func otherNode(_ keyEncryptionKeys: [SecretBytes]? = nil) async throws -> Node {
        try await Node(
            try await store.open(for: folder).engine, keyEncryptionKeys: keyEncryptionKeys ?? [keyEncryptionKey],
            issuer: issuer, clock: clock, isDevelopment: isDevelopment, settings: settings)
    }

    private func applyExample() async throws {
        let first = try await broker.authenticate(.bootstrap(bootstrap), source: Self.source)
        let session = try await broker.login(first, in: try call()).text()
        let admin = try await broker.authenticate(.bearer(session), source: Self.source)
        let plan = try await broker.plan(try EstateFiles.estate(), by: admin, in: try call())
        guard let id = plan.id else { throw Unexpected("a plan without an id") }
        _ = try await broker.apply(id, by: admin, in: try call())
        var people = DesiredState()
        people.trusts = try ["admin", "owner", "backup"].map { try trust(of: "person/" + $0, subject: $0) }
        _ = try await broker.change(to: people, as: .trustWrite, by: admin, in: try call())
    }

    static let source = "192.0.2.7"
}

// What tests ask for again and again.
extension TestInstallation {
    /// A request of its own.
    func call(key: String? = nil, body: UInt8 = 1, isDryRun: Bool = false) throws -> Call {
        Call(
            operation: try broker.makeID(), bodyHash: [UInt8](repeating: body, count: 32), idempotencyKey: key,
            source: Self.source, isDryRun: isDryRun)
    }

    /// A trust on the test's issuer by `sub`.
    func trust(
        of identity: String, subject: String, name: String? = nil, presentations: PresentationLimit = .count(20)
    ) throws -> DesiredTrust {
        DesiredTrust(
            path: "", name: try Name(name ?? subject + "-oidc"), identity: try ObjectReference(identity),
            method: .oidc(
                OIDCTrust(
                    preset: nil, issuer: TestIssuer.url, keys: .discovery, caPEM: nil, networks: [],
                    audience: "tenure", conditions: [ClaimCondition(claim: "sub", value: .text(subject))],
                    presentations: presentations)))
    }

    /// An OIDC token as the CI system would give it.
    func oidcToken(_ subject: String, seconds: Int64 = 600, extra: [(String, String)] = []) async throws -> String {
        var claims = [
            ("iss", "\"\(TestIssuer.url)\""), ("aud", "\"tenure\""), ("sub", "\"\(subject)\""),
            ("exp", String(clock.now.seconds + seconds)), ("iat", String(clock.now.seconds)),
            ("jti", "\"\(UUID().uuidString)\""),
        ]
        if subject == "deploy" {
            claims += [("repository", "\"acme/shop\""), ("ref", "\"refs/heads/main\"")]
        }
        return try await issuer.token(claims + extra)
    }

    /// A caller who presents an OIDC token directly.
    func presenting(_ subject: String, at node: Node? = nil) async throws -> AuthenticatedCaller {
        try await (node ?? self.node).broker.authenticate(.bearer(try await oidcToken(subject)), source: Self.source)
    }

    /// The text of a new session of somebody whom the test's issuer vouches for.
    func session(_ subject: String) async throws -> String {
        try await broker.login(try await presenting(subject), in: try call()).text()
    }

    /// A caller with a session of their own.
    func caller(_ subject: String) async throws -> AuthenticatedCaller {
        try await broker.authenticate(.bearer(try await session(subject)), source: Self.source)
    }

    func identity(_ reference: String) throws -> Identity {
        let parsed = try ObjectReference(reference)
        let kind: IdentityKind = parsed.kind == .person ? .person : parsed.kind == .team ? .team : .workload
        guard let found = broker.snapshot.identity(kind: kind, name: try Name(parsed.name)) else {
            throw Unexpected("no \(reference)")
        }
        return found
    }

    func profile(_ name: String) throws -> Profile {
        guard let found = broker.snapshot.profile(named: try Name(name)) else { throw Unexpected("no \(name)") }
        return found
    }

    func trust(_ name: String) throws -> Trust {
        guard let found = broker.snapshot.trust(named: try Name(name)) else { throw Unexpected("no \(name)") }
        return found
    }

    func entitlement(_ identity: String, _ profile: String) throws -> Entitlement {
        let profile = try self.profile(profile).id
        let held = broker.snapshot.entitlements(of: try self.identity(identity).id)
        guard let found = held.first(where: { $0.profile == profile }) else {
            throw Unexpected("no entitlement of \(identity)")
        }
        return found
    }
}
