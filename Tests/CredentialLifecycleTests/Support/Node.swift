internal import APITokens
internal import AuditLog
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import Federation
internal import Logging
internal import SecretMemory
internal import Storage
internal import Synchronization
internal import TenureModel

/// A broker on a database, with a leader of its own. A second one on the same database is another node: what it
/// commits, the first one's snapshot does not know.
final class Node: Sendable {
    let engine: any SQLEngine
    /// What the broker reads through, beside the recorder's own reads.
    let reads: FailingReads
    let recorder: Recorder
    let broker: Broker
    let installation: Installation
    /// What the operator names as the next key-encryption key.
    let offer = Offer()
    private let leader: Task<Void, Never>

    init(
        _ engine: any SQLEngine, keyEncryptionKeys: [SecretBytes], issuer: TestIssuer, clock: TestClock,
        isDevelopment: Bool, settings change: (inout BrokerSettings) -> Void
    ) async throws {
        self.engine = engine
        reads = FailingReads(engine)
        installation = try await Installation.open(engine, keyEncryptionKeys: keyEncryptionKeys)
        recorder = try await Recorder.open(engine, signer: installation.signer, witness: nil) { clock.now }
        guard let tokenIssuer = TokenIssuer(Self.url) else { throw Unexpected("the issuer's address") }
        let keys = try KeyChest(
            dataKeys: installation.dataKeys, snapshot: recorder.snapshot,
            trustDomain: try TrustDomain(Self.trustDomain),
            publication: try PublicationPoint(httpURL: "http://localhost:8080"), issuer: tokenIssuer,
            log: installation.origin.logID)
        let offer = offer
        let keySets = KeySetCache { (trust) async throws(KeySourceError) in
            guard trust.issuer == TestIssuer.url else { throw .unreachable("no network in tests") }
            return issuer.keySet
        }
        var settings = BrokerSettings(
            issuerURL: Self.url, plainURL: "http://localhost:8080", trustDomain: Self.trustDomain,
            logID: installation.origin.logID.text, isDevelopment: isDevelopment)
        change(&settings)
        broker = Broker(
            settings: settings, recorder: recorder, ledger: Ledger(reads, origin: installation.origin.text), keys: keys,
            keySets: keySets,
            relations: try EstateFiles.relations(),
            log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            nextKeyEncryptionKey: NextKeyEncryptionKey { () throws(LifecycleError) in offer.key.withLock { $0 } },
            now: { clock.now })
        let recorder = recorder
        leader = Task { await recorder.run() }
    }

    deinit { recorder.stop() }

    static let url = "https://tenure.example.internal"
    static let trustDomain = "example.internal"

    /// Ends the leader after what waits.
    func stop() async {
        recorder.stop()
        await leader.value
    }

    /// Cuts references in one act, as another node's revocation would.
    @discardableResult
    func cut(_ references: LineageReference...) async throws -> Recorded {
        let operation: OperationID = try broker.makeID()
        let record = OperationRecord(
            id: operation, act: .revocationCreate, identity: nil, idempotencyKey: nil,
            requestHash: [UInt8](repeating: 1, count: 32), object: nil)
        let entry = AuditEntry(
            at: TestClock.start, act: .revocationCreate, actor: .broker, object: operation.text, source: nil)
        let marks = references.map { PendingMark($0, cuts: true, reason: .unspecified) }
        return try await recorder.act(record, priority: .kill) { (_) throws(RecordingRefusal) in
            ActOutcome(value: 0, entries: [PendingEntry(entry: entry, marks: marks)])
        }.get().1
    }
}

/// A key that is named while the node runs.
final class Offer: Sendable {
    let key = Mutex<SecretBytes?>(nil)
}

struct Unexpected: Error {
    let what: String

    init(_ what: String) { self.what = what }
}
