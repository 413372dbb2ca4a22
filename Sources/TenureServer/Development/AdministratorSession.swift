internal import AuditLog
@_spi(Authentication) internal import Authorization
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureAPI
internal import TenureModel

/// The administrator of `tenured dev`: acts through the ordinary ways, with a proof that the process itself vouches
/// for.
///
/// No other program ever asserts one: this file is compiled into every `tenured`, and reached from `dev` alone.
struct AdministratorSession: Sendable {
    let broker: Broker
    /// Where the session's token lies for other programs.
    let path: String
    let now: @Sendable () -> Timestamp

    /// Opens a session by the ordinary login, and puts its token in the place of the one before.
    ///
    /// - Returns: when half of its life is over.
    func renew() async throws -> Timestamp {
        let started = now()
        let session = try await broker.login(try caller(), in: try call())
        let end = session.expires
        try ProtectedFile.replace(path, Array(session.text().utf8))
        return started.adding(milliseconds: (end.milliseconds - started.milliseconds) / 2)
    }

    /// The proof that this process is the administrator, on the newest snapshot.
    func caller() throws -> AuthenticatedCaller {
        let snapshot = broker.snapshot
        guard let admin = snapshot.identity(kind: .person, name: try Name("admin")), admin.state == .active else {
            throw StartFailure(.conflict, "person/admin has ended in this folder: begin with a new one")
        }
        guard let trust = snapshot.trusts(of: admin.id).first else {
            throw StartFailure(.conflict, "person/admin has no trust in this folder: begin with a new one")
        }
        let authentication = LineageReference.authentication(bootstrapSecret: try SecureRandom.bytes(16))
        let instance = LineageReference.instance(identity: admin.id, text: "tenured-dev")
        let references = [
            LineageReference(.identity, admin.number), LineageReference(.trust, trust.number), authentication, instance,
        ]
        return AuthenticatedCaller(
            asserting: CallerProof(
                identity: admin.id, method: .internal, session: nil, trust: trust.id, trustVersion: trust.version,
                trustNumber: trust.number, authentication: authentication.number, instance: instance.number,
                family: nil, credential: nil, references: references, floor: snapshot.size,
                expires: now().adding(seconds: 3_600), renewalEnds: nil, presentations: nil, source: "internal"))
    }

    /// A call of the process's own.
    func call() throws -> Call {
        Call(
            operation: try broker.makeID(), bodyHash: SHA256.hash([UInt8]()), idempotencyKey: nil, source: "internal",
            isDryRun: false)
    }
}
