internal import APITokens
internal import Authorization
internal import CertificateAuthority
internal import CredentialLifecycle
internal import Federation
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import SecretMemory
internal import Storage
internal import Synchronization
internal import TenureModel

/// An installation that was founded and given an estate, once for a process: every history begins on a copy of it. Its
/// ids are the same in every process; its keys are not, and nothing in a history depends on them.
package final class Image: Sendable {
    static let url = "https://tenure.example.internal"
    static let plainURL = "http://localhost:8080"
    static let foundedAt = Timestamp(clampingSeconds: 1_800_000_000)

    let database: SQLiteMemory
    let snapshot: Snapshot
    let keys: KeyChest
    let keyEncryptionKey: SecretBytes
    let trustDomain: TrustDomain
    let publication: PublicationPoint
    let issuer: TokenIssuer
    let verifierKey: String
    let ci: CIIssuer
    /// CSRs of keys that clients have; making a key for each would be most of the work.
    let requests: [ClientKey]
    let people: [String] = ["ada", "bob", "cyd"]
    let workloads: [String]
    static let relations = RelationRules(
        owner: [.identityRead, .credentialList, .entitlementApprove, .entitlementEnd, .revocationCreate],
        itself: [.identityRead, .credentialList, .revocationCreate])

    /// Every trust brings its keys.
    static func keySets(_ executor: VirtualExecutor) -> KeySetCache {
        KeySetCache(
            start: { executor.start($0) },
            fetch: { (_) async throws(KeySourceError) in throw .unreachable("no network") })
    }

    struct ClientKey: Sendable {
        let csrPEM: [UInt8]
        let spkiDER: [UInt8]
    }

    /// Founds it: makes the keys, the CA, the first administrator.
    package convenience init() async throws {
        let founded = Founded()
        let executor = VirtualExecutor(chance: Chance(seed: 1))
        let isDone = Mutex(false)
        _ = executor.start {
            do {
                founded.set(.success(try await Founding.ofSimulation(executor)))
            } catch {
                founded.set(.failure(error))
            }
            isDone.withLock { $0 = true }
        }
        _ = executor.run(stepsMax: .max) { isDone.withLock { $0 } }
        let (parts, snapshot, keys) = try founded.get()
        try self.init(parts, snapshot, keys)
    }

    private init(_ parts: Founding.Parts, _ snapshot: Snapshot, _ keys: KeyChest) throws {
        database = parts.database
        self.snapshot = snapshot
        self.keys = keys
        keyEncryptionKey = parts.keyEncryptionKey
        trustDomain = parts.order.trustDomain
        publication = parts.order.publication
        guard let issuer = TokenIssuer(Self.url) else { throw SimulationError("the issuer's address") }
        self.issuer = issuer
        verifierKey = parts.verifierKey
        ci = parts.ci
        workloads = Estate.workloads
        requests = try (0..<8).map { _ in
            let key = try PrivateKey.generate(.p256)
            return ClientKey(
                csrPEM: Array(try CertificationRequest.makePEM(commonName: "ignored", dnsNames: [], key: key).utf8),
                spkiDER: key.publicKey.spkiDER)
        }
    }

    private final class Founded: Sendable {
        typealias Whole = (Founding.Parts, Snapshot, KeyChest)

        private let parts = Mutex<Result<Whole, any Error>?>(nil)

        func set(_ result: Result<Whole, any Error>) { parts.withLock { $0 = result } }

        func get() throws -> Whole {
            guard let result = parts.withLock({ $0 }) else { throw SimulationError("the founding did not end") }
            return try result.get()
        }
    }
}

/// What stands in the way of simulating at all.
package struct SimulationError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension Founding {
    struct Parts: Sendable {
        let database: SQLiteMemory
        let keyEncryptionKey: SecretBytes
        let order: FoundingOrder
        let verifierKey: String
        let ci: CIIssuer
    }

    fileprivate static func ofSimulation(
        _ executor: VirtualExecutor
    ) async throws -> (Parts, Snapshot, KeyChest) {
        let chance = Chance(seed: 20_270_115)
        let random: RandomSource = { (count) throws(CryptoError) in chance.bytes(count) }
        var bytes = [UInt8](repeating: 0x5A, count: 32)
        let key = SecretBytes(wiping: &bytes)
        let database = try SQLiteMemory()
        try await SchemaMigrator.migrate(database)
        let order = FoundingOrder(
            trustDomain: try TrustDomain("example.internal"),
            publication: try PublicationPoint(httpURL: Image.plainURL), issuingKey: .p256,
            issuingLifetimeSeconds: 365 * 86_400, keepsRootKey: false, profiles: try Estate.profiles())
        let founding = try Founding(order, keyEncryptionKey: key, at: Image.foundedAt, chance: random)
        try await founding.record(in: database, witness: nil) { Image.foundedAt }
        let parts = Parts(
            database: database, keyEncryptionKey: key, order: order, verifierKey: founding.verifierKeyText,
            ci: try CIIssuer())
        let (snapshot, keys) = try await Estate.apply(
            to: parts, bootstrap: founding.bootstrap.text, executor, random)
        return (parts, snapshot, keys)
    }
}
