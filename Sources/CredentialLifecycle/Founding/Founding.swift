package import AuditLog
package import CertificateAuthority
package import OpenSSLCrypto
package import SecretMemory
package import Storage
package import TenureModel

/// What a new installation is to be.
package struct FoundingOrder: Sendable {
    package var trustDomain: TrustDomain
    /// Where revocation lists are fetched; written into every certificate.
    package var publication: PublicationPoint
    /// P-256 or P-384.
    package var issuingKey: KeyKind
    package var issuingLifetimeSeconds: Int64
    /// Where the keys of issuing CAs are made.
    package var issuingKeys: IssuingKeySource
    /// Whether the root's key stays in the store, wrapped: in development alone.
    package var keepsRootKey: Bool
    /// The profiles to begin with; `admin` must be among them.
    package var profiles: [DesiredProfile]
    /// How long the first administrator's secret is good for.
    package var bootstrapSeconds: Int64

    package init(
        trustDomain: TrustDomain, publication: PublicationPoint, issuingKey: KeyKind, issuingLifetimeSeconds: Int64,
        issuingKeys: IssuingKeySource = .store, keepsRootKey: Bool, profiles: [DesiredProfile],
        bootstrapSeconds: Int64 = 3600
    ) {
        self.trustDomain = trustDomain
        self.publication = publication
        self.issuingKey = issuingKey
        self.issuingLifetimeSeconds = issuingLifetimeSeconds
        self.issuingKeys = issuingKeys
        self.keepsRootKey = keepsRootKey
        self.profiles = profiles
        self.bootstrapSeconds = bootstrapSeconds
    }
}

/// A new installation, made in memory: keys, CA, first administrator. Nothing of it exists until `record(in:)`.
///
/// Two steps, so that what must not be lost (the root's key, the administrator's secret) is written to files first: an
/// installation whose root key went down with the process could never get another issuing CA.
package struct Founding: Sendable {
    /// The name of the log, and of the installation in what its keys are wrapped with.
    package let origin: LogOrigin
    /// To be written, encrypted, outside the data folder, and then forgotten; nil of a root elsewhere.
    package let rootKey: PrivateKey?
    package let root: Certificate
    /// The root's own list in DER, which names nobody: good for half a year. Nil where a root elsewhere gave none.
    package let rootListDER: [UInt8]?
    /// What the first administrator logs in with, once.
    package let bootstrap: BootstrapSecret
    package let bootstrapEnds: Timestamp

    private let signer: NoteSigner
    private let keys: [KeyVersion]
    private let dataWrap: KeyWrap
    private let profiles: [DesiredProfile]
    private let time: Timestamp
    private let chance: RandomSource

    /// Makes everything, of randomness that this function draws.
    ///
    /// - Parameters:
    ///   - keyEncryptionKey: 32 bytes; wraps the data key, which wraps all others.
    ///   - certified: by a root elsewhere; nil to make a root.
    ///   - chance: where ids and serial numbers come from; never keys.
    /// - Throws: `FoundingError`; nothing was stored then.
    package init(
        _ order: FoundingOrder, keyEncryptionKey: SecretBytes, certified: CertifiedAuthorities? = nil,
        at now: Timestamp,
        chance: @escaping RandomSource = { (count) throws(CryptoError) in try SecureRandom.bytes(count) }
    ) throws(FoundingError) {
        do {
            guard
                let logID = LogID(bytes: try chance(4)),
                let origin = LogOrigin(trustDomain: order.trustDomain.text, logID: logID)
            else { throw FoundingError.trustDomain }
            let dataKey = try SecureRandom.secret(32)
            let maker = KeyVersionMaker(
                outer: KeyWrap(key: keyEncryptionKey, installation: origin.text),
                inner: KeyWrap(key: dataKey, installation: origin.text), now: now, chance: chance)
            let audit = try PrivateKey.generate(.ed25519)
            let authorities =
                try certified?.authorities ?? FoundedAuthorities(making: order, now: now, chance: chance)
            let bootstrap = try BootstrapSecret()
            self.origin = origin
            signer = try NoteSigner(name: origin.text, key: audit)
            keys =
                [
                    try maker.dataKey(dataKey), try maker.signing(audit, .auditCheckpoint),
                    try maker.signing(try PrivateKey.generate(.ed25519), .receipt), try maker.ring(.sessionRing),
                ] + (try authorities.versions(maker, keepsRootKey: order.keepsRootKey))
            rootKey = authorities.rootKey
            root = authorities.root
            rootListDER = authorities.rootListDER
            self.bootstrap = bootstrap
            bootstrapEnds = now.wholeSecond.adding(seconds: order.bootstrapSeconds)
            dataWrap = maker.inner
            profiles = order.profiles
            time = now
            self.chance = chance
        } catch let error as FoundingError {
            throw error
        } catch {
            throw .making("\(error)")
        }
        // What cannot be planned is found before anything is written.
        _ = try changes()
    }

    /// The text of `audit.vkey`.
    package var verifierKeyText: String { signer.verifierKey.text }

    /// Records the installation as the first operation of an empty log: one transaction, an entry for each object. The
    /// witness takes the head afterwards, so that one which is there always belongs to an installation.
    ///
    /// - Throws: `notEmpty` where the log holds entries; nothing was written then.
    package func record(
        in engine: any SQLEngine, witness: Witness?, clock: @escaping @Sendable () -> Timestamp
    ) async throws(FoundingError) {
        let entries = try entries()
        let recorder: Recorder
        let operation: OperationID
        do {
            recorder = try await Recorder.open(engine, signer: signer, witness: nil, clock: clock)
            operation = OperationID(at: time, random: try chance(10))
        } catch {
            throw .making("\(error)")
        }
        let record = OperationRecord(
            id: operation, act: .keyRotate, identity: nil, idempotencyKey: nil,
            requestHash: SHA256.hash(Array(origin.text.utf8)), object: nil)
        let result = await withTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            let result = await recorder.act(record, priority: .change) {
                (snapshot: Snapshot) throws(RecordingRefusal) in
                guard snapshot.size == 0 else {
                    throw .denied(code: "conflict", detail: "the log holds entries", field: nil)
                }
                return ActOutcome(value: true, entries: entries)
            }
            recorder.stop()
            return result
        }
        switch result {
        case .success: break
        case .failure(.refused): throw .notEmpty
        case .failure(let error): throw .recording(error)
        }
        do throws(StorageError) {
            _ = try await Recorder.open(engine, signer: signer, witness: witness, clock: clock)
        } catch {
            throw .making("\(error)")
        }
    }

    private func entries() throws(FoundingError) -> [PendingEntry] {
        var entries = try changes().map { change in
            change.pendingEntry(by: .broker, source: nil, at: time)
        }
        // The origin stands in the log itself, so that the database is whole without the files beside it.
        entries[0].entry.details.append(.init(LogHistory.originKey, .text(origin.text)))
        return entries
    }

    private func changes() throws(FoundingError) -> [ObjectChange] {
        var planner = EstatePlanner(
            snapshot: Snapshot(), now: time, granter: .policy("first-administrator"),
            makeUUID: { () throws(PlanRefusal) in try uuid() },
            makeRing: { (environment) throws(PlanRefusal) in try ring(of: environment) })
        do throws(PlanRefusal) {
            try planner.plan(try desired())
        } catch {
            throw .plan(error)
        }
        return keys.map { .keyVersion(from: nil, to: $0) } + planner.changes.map(\.change)
    }

    private func desired() throws(PlanRefusal) -> DesiredState {
        var desired = DesiredState()
        do {
            let admin = try Name("admin")
            let reference = ObjectReference(kind: .person, name: admin.text)
            desired.profiles = profiles
            desired.identities = [DesiredIdentity(path: "", kind: .person, name: admin)]
            desired.trusts = [
                DesiredTrust(
                    path: "", name: try Name("admin-bootstrap"), identity: reference,
                    method: .bootstrap(BootstrapTrust(secretHash: bootstrap.hash, ends: bootstrapEnds)))
            ]
            desired.entitlements = [
                DesiredEntitlement(
                    path: "", identity: reference, profile: admin,
                    justification: try Sentence("The first administrator of this installation"),
                    constraints: .unconstrained)
            ]
        } catch {
            throw .conflict("\(error)")
        }
        return desired
    }

    private func ring(of environment: EnvironmentName) throws(PlanRefusal) -> KeyVersion {
        do throws(CryptoError) {
            return try KeyVersionMaker(outer: dataWrap, inner: dataWrap, now: time, chance: chance)
                .ring(.tokenRing(environment))
        } catch {
            throw .conflict("no key ring could be made: \(error)")
        }
    }

    private func uuid() throws(PlanRefusal) -> (high: UInt64, low: UInt64) {
        do throws(CryptoError) {
            let id = OperationID(at: time, random: try chance(10))
            return (id.high, id.low)
        } catch {
            throw .conflict("no randomness: \(error)")
        }
    }
}

/// Why an installation could not be made.
package enum FoundingError: Error, Sendable {
    /// The trust domain cannot stand in the log's origin.
    case trustDomain
    /// A profile, or what the administrator needs of it, cannot be had.
    case plan(PlanRefusal)
    /// The log holds entries: the installation is there.
    case notEmpty
    case recording(RecordingError)
    /// libcrypto, its random source or the database failed.
    case making(String)
}
