internal import APITokens
internal import AuditLog
internal import CertificateAuthority
internal import CredentialLifecycle
internal import Federation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import SQLiteEngine
internal import Storage
internal import TenureAPI
internal import TenureHTTP
internal import TenureModel

/// The one place where concrete things meet: an installation that was opened, with everything that serves it.
struct Composition: Sendable {
    let configuration: ServerConfiguration
    let store: OpenStore
    let broker: Broker
    let keySets: KeySetCache
    let verifierKey: String
    let health: HealthBoard
    let certificate: ServerCertificate
    let rootList: RootListKeeper
    let log: Logger
    /// Held as long as the installation is open.
    private let lock: FolderLock

    /// Opens an installation.
    ///
    /// - Parameters:
    ///   - lock: of its data folder.
    ///   - issuer: of the development server, whose keys never cross the network; nil elsewhere.
    /// - Throws: `StartFailure`; nothing was changed but what a migration did.
    static func open(
        _ configuration: ServerConfiguration, profiles: ProfileFolder, lock: FolderLock, issuer: DevelopmentIssuer?,
        log: Logger
    ) async throws(StartFailure) -> Composition {
        let keks = try KeyEncryptionKey.loadAll(configuration)
        let issuingKeys = try IssuingToken.source(configuration)
        let store = try await OpenStore.open(configuration)
        let engine = store.engine
        let installation: Installation
        do throws(InstallationError) {
            installation = try await Installation.open(engine, keyEncryptionKeys: keks)
        } catch {
            throw StartFailure(error, configuration)
        }
        try InstallationFolder.checkVerifierKey(installation, configuration)
        let recorder: Recorder
        do throws(StorageError) {
            recorder = try await Recorder.open(
                engine, signer: installation.signer, witness: WitnessFile.witness(at: configuration.witnessFile),
                limits: configuration.limits.recording, clock: { SystemClock.now() }, gathering: gathering,
                known: installation.snapshot)
        } catch {
            throw StartFailure(error, configuration)
        }
        let ledger = Ledger(engine, origin: installation.origin.text)
        if let root = installation.snapshot.keyVersions(for: .rootCA).last {
            try InstallationFolder.writeMissingRoot(root, configuration)
            try await RootListPublication.publish(configuration, root: root, in: ledger)
        }
        let keys = try keyChest(installation, recorder.snapshot, issuingKeys, configuration)
        let keySets = keySetCache(configuration, issuer)
        let broker = Broker(
            settings: try settings(configuration, installation.origin), recorder: recorder,
            ledger: ledger, keys: keys, keySets: keySets,
            relations: profiles.relations, log: log, nextKeyEncryptionKey: KeyEncryptionKey.next(configuration),
            now: { SystemClock.now(notBefore: recorder.head.lastTime) })
        return Composition(
            configuration: configuration, store: store, broker: broker, keySets: keySets,
            verifierKey: installation.signer.verifierKey.text,
            health: HealthBoard(configuration.limits, recorder: recorder) { store.clockDifference },
            certificate: try ServerCertificate(configuration, keys: keys) { broker.snapshot.mark($0) },
            rootList: RootListKeeper(configuration, broker: broker), log: log, lock: lock)
    }

    /// Timers of an event loop: setting one wakes no thread that is awake already.
    private static let gathering = GatheringClock(
        microseconds: { SystemClock.monotonicMicroseconds() },
        later: { microseconds, call in
            MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: .microseconds(microseconds), call)
        })

    private static func keyChest(
        _ installation: Installation, _ snapshot: Snapshot, _ issuingKeys: IssuingKeySource,
        _ configuration: ServerConfiguration
    ) throws(StartFailure) -> KeyChest {
        guard let issuer = TokenIssuer(configuration.listen.url) else {
            throw StartFailure(.usage, "listen.url is too long to stand in tokens")
        }
        do throws(KeyChestError) {
            return try KeyChest(
                dataKeys: installation.dataKeys, snapshot: snapshot, trustDomain: configuration.authority.trustDomain,
                publication: configuration.plain.publication, issuer: issuer, log: installation.origin.logID,
                ended: installation.history.ended, issuingKeys: issuingKeys)
        } catch {
            throw StartFailure(error, configuration)
        }
    }

    private static func settings(
        _ configuration: ServerConfiguration, _ origin: LogOrigin
    ) throws(StartFailure) -> BrokerSettings {
        var settings = BrokerSettings(
            issuerURL: configuration.listen.url, plainURL: configuration.plain.url,
            trustDomain: configuration.authority.trustDomain.text, logID: origin.logID.text,
            isDevelopment: configuration.isDevelopment)
        settings.liveCredentialsMax = configuration.limits.identityLiveCredentialsMax
        settings.identityRequestsPerSecond = configuration.limits.identityRequestsPerSecond
        settings.feedReadersMax = Int(clamping: configuration.limits.feedsMax)
        settings.strangerRefusalsPerSecond = configuration.limits.strangerRefusalsPerSecond
        settings.sourceRefusalsPerSecond = configuration.limits.sourceRefusalsPerSecond
        settings.weakKeys = try WeakKeyFiles.read(configuration.authority.weakKeyFiles)
        settings.ringSigningSeconds = configuration.tokenRingSeconds
        settings.retentionSeconds = configuration.retentionSeconds
        return settings
    }

    /// Keys of the development issuer are handed over in process; all others are fetched under the rules for that.
    private static func keySetCache(_ configuration: ServerConfiguration, _ issuer: DevelopmentIssuer?) -> KeySetCache {
        let fetcher = KeySetFetcher(
            seconds: configuration.limits.outboundSeconds, group: MultiThreadedEventLoopGroup.singleton,
            resolve: { (host, seconds) async throws(KeySourceError) in
                try await HostResolution.addresses(of: host, seconds: seconds)
            })
        return KeySetCache(limits: configuration.federation) { (trust) async throws(KeySourceError) in
            if let issuer, trust.issuer == issuer.url, case .discovery = trust.keys { return issuer.keySet }
            return try await fetcher.fetch(trust)
        }
    }
}
