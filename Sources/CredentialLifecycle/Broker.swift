internal import APITokens
internal import AuditLog
package import Authorization
package import Federation
package import Logging
package import OpenSSLCrypto
package import Storage
package import TenureModel

/// What all acts share: the record, the keys, the clock. Each act is an extension in a folder of its own; together they
/// are the only way to change anything.
package final class Broker: Sendable {
    package let settings: BrokerSettings
    package let recorder: Recorder
    package let ledger: Ledger
    package let keys: KeyChest
    /// Where the operator named one that takes the key-encryption key's place.
    let nextKeyEncryptionKey: NextKeyEncryptionKey
    let keySets: KeySetCache
    let relations: RelationRules
    let shards: ShardAllocator
    let listTurn: ListTurn
    let listedCuts = ListedCuts()
    let refusals: RefusalLog
    let completeLists: CompleteLists
    let liveCounts: LiveCounts
    let rates: RateLimit<IdentityID>
    let strangers: RateLimit<SourceNetwork>
    let cases = OpenCases()
    let lastDeadList = LastDeadList()
    let lastReceiptKey = LastReceiptKey()
    let forgetting = Forgetting()
    /// Who follows the feed.
    package let feed: FeedHub
    /// Tokens whose record was found.
    let introspected = RememberedTokens<IntrospectedToken>()
    let workshop: CertificateWorkshop
    private let randomness: IdentifierRandomness
    let log: Logger
    let now: @Sendable () -> Timestamp
    let chance: RandomSource

    /// Puts the parts together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - chance: where ids and serial numbers come from.
    ///   - start: begins work that its caller may not wait for.
    package init(
        settings: BrokerSettings, recorder: Recorder, ledger: Ledger, keys: KeyChest, keySets: KeySetCache,
        relations: RelationRules, log: Logger, nextKeyEncryptionKey: NextKeyEncryptionKey = .none,
        now: @escaping @Sendable () -> Timestamp,
        chance: @escaping RandomSource = { (count) throws(CryptoError) in try SecureRandom.bytes(count) },
        start: @escaping TaskStart = { work in Task { await work() } }
    ) {
        self.nextKeyEncryptionKey = nextKeyEncryptionKey
        self.settings = settings
        self.recorder = recorder
        self.ledger = ledger
        self.keys = keys
        self.keySets = keySets
        self.relations = relations
        self.log = log
        self.now = now
        self.chance = chance
        randomness = IdentifierRandomness(chance)
        listTurn = ListTurn(start: start)
        shards = ShardAllocator()
        refusals = RefusalLog(strangersPerSecond: settings.strangerRefusalsPerSecond)
        completeLists = CompleteLists()
        liveCounts = LiveCounts()
        feed = FeedHub(last: recorder.head.lastFeed, readersMax: settings.feedReadersMax)
        rates = RateLimit(perSecond: settings.identityRequestsPerSecond)
        strangers = RateLimit(perSecond: settings.sourceRefusalsPerSecond)
        workshop = CertificateWorkshop(publication: keys.publication, weakKeys: settings.weakKeys)
    }

    /// The newest state that this node decides on.
    package var snapshot: Snapshot { recorder.snapshot }

    /// Makes an id of this instant.
    ///
    /// - Throws: `unavailable` if the system's random source fails.
    package func makeID<Kind>(_: Kind.Type = Kind.self) throws(LifecycleError) -> Identifier<Kind> {
        do {
            return Identifier(at: now(), random: try randomness.bytes())
        } catch {
            throw .unavailable(.init("no randomness: \(error)"))
        }
    }

    func operation(
        _ act: Act, _ call: Call, by identity: IdentityID?, object: String?
    ) -> OperationRecord {
        OperationRecord(
            id: call.operation, act: act, identity: identity, idempotencyKey: call.idempotencyKey,
            requestHash: call.bodyHash, object: object)
    }
}

extension AuthenticatedCaller {
    /// The caller as entries name them.
    var actor: AuditActor {
        let how: AuditActor.Method =
            switch proof.method {
            case .oidc: .oidc
            case .session: .session
            case .certificate: .certificate
            case .bootstrap: .bootstrap
            case .internal: .internal
            }
        return AuditActor(id: proof.identity.text, how: how, session: proof.session)
    }
}
