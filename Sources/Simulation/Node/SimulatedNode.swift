internal import APITokens
internal import AuditLog
internal import CertificateAuthority
internal import CredentialLifecycle
internal import Federation
internal import Logging
internal import SQLiteEngine
internal import Storage
internal import Synchronization
internal import TenureModel

/// One node: a process with memory that a crash takes away, a clock that may be wrong, and a witness file that stays.
final class SimulatedNode: Sendable {
    /// A life of the process.
    final class Life: Sendable {
        let broker: Broker
        let recorder: Recorder
        let ledger: Ledger
        let engine: NodeEngine
        /// Whether it does what one node does for all.
        let keeper: DutyKeeper
        let number: Int
        private let seen = Mutex<Int64>(0)

        init(
            broker: Broker, recorder: Recorder, ledger: Ledger, engine: NodeEngine, keeper: DutyKeeper, number: Int
        ) {
            self.broker = broker
            self.recorder = recorder
            self.ledger = ledger
            self.engine = engine
            self.keeper = keeper
            self.number = number
        }

        /// How many entries it decides on now, and the most that it was seen to.
        fileprivate func look() -> (size: Int64, seen: Int64) {
            let size = broker.snapshot.size
            return seen.withLock { seen in
                defer { seen = max(seen, size) }
                return (size, seen)
            }
        }
    }

    private struct State {
        var life: Life?
        var lives = 0
        var isStarting = false
        var offset: Int64 = 0
        var jumps = 0
        var witness: String?
        /// Somebody else committed since the last look.
        var isBehind = false
        /// Word of a commit came, and the node is about to look.
        var hasWord = false
        var follower: CheckedContinuation<Void, Never>?
    }

    let name: String
    let place: Int
    private let world: World
    private let state = Mutex(State())

    init(place: Int, in world: World) {
        self.place = place
        self.world = world
        name = "n\(place)"
    }

    /// Nil while the process is down.
    var life: Life? { state.withLock { $0.life } }

    var isUp: Bool { life != nil }

    /// What the node's wall clock shows.
    var now: Timestamp { world.time.adding(milliseconds: state.withLock { $0.offset }) }

    /// How often the clock was set.
    var jumps: Int { state.withLock { $0.jumps } }

    func jump(_ milliseconds: Int64) {
        state.withLock { state in
            state.offset = milliseconds
            state.jumps += 1
        }
        world.history.note("\(name): the clock is \(milliseconds) ms off")
    }

    /// What a node decides on never falls back.
    func look(at life: Life) {
        let (size, seen) = life.look()
        if size < seen { world.history.violate(.truth, "\(name) decided on \(seen) entries, and now on \(size)") }
    }

    /// Another node committed; word of it comes soon, or is lost: then the node finds out when it looks by itself.
    func othersCommitted(isWordLost: Bool) {
        let (life, isFirstWord, follower) = state.withLock { state in
            defer {
                state.isBehind = true
                if !isWordLost { state.hasWord = true }
                state.follower = nil
            }
            return (state.life, !isWordLost && !state.hasWord, state.follower)
        }
        follower?.resume()
        guard let life, isFirstWord else { return }
        let pause = world.chance.among(0...20)
        _ = world.executor.start { [self] in
            await world.executor.sleep(pause)
            state.withLock { $0.hasWord = false }
            _ = await followOnce(life)
        }
    }

    /// Ends the process as `kill -9` does; somebody starts it again after a while.
    func die() {
        let (life, follower) = state.withLock { state in
            defer {
                state.life = nil
                state.hasWord = false
                state.follower = nil
            }
            return (state.life, state.follower)
        }
        follower?.resume()
        guard let life else { return }
        life.engine.die()
        life.recorder.stop()
        guard !world.isOver else { return }
        let pause = world.chance.fork(7_000 + UInt64(life.number)).among(10...3_000)
        _ = world.executor.start { [self] in
            await world.executor.sleep(pause)
            await start()
        }
    }

    /// Starts the process: opens the installation, and leads and follows until it dies.
    func start() async {
        let next = state.withLock { state -> Int? in
            guard state.life == nil, !state.isStarting else { return nil }
            state.isStarting = true
            state.lives += 1
            return state.lives
        }
        guard let number = next, !world.isOver else { return }
        let engine = NodeEngine(
            world.database, executor: world.executor,
            chance: world.chance.fork(1_000 + UInt64(place) * 100 + UInt64(number)),
            weather: { [world] in world.weatherNow }, history: world.history, name: name,
            isShared: world.weather.nodes > 1, lie: world.lie,
            committed: { [self] in world.spreadWord(from: self) },
            crash: { [self] in die() },
            begins: { [self] in
                if let life, life.number == number { look(at: life) }
            })
        do {
            let life = try await open(engine, number)
            state.withLock { state in
                state.life = life
                state.isStarting = false
            }
            _ = world.executor.start { await life.recorder.run() }
            _ = world.executor.start { [self] in await follow(life) }
            world.history.note("\(name) serves, life \(number)")
        } catch {
            await startAgain(engine, after: error)
        }
    }

    /// A fault may hit the opening too; then the process ends, and is started again.
    private func startAgain(_ engine: NodeEngine, after error: any Error) async {
        engine.die()
        state.withLock { $0.isStarting = false }
        if let error = error as? StorageError, case .historyLost(let loss) = error {
            return world.history.violate(.evidence, "\(name) lost its history: \(loss)")
        }
        if world.weatherNow == nil, engine.hurts == 0 {
            return world.history.violate(.soundness, "\(name) does not open, and nothing is wrong: \(error)")
        }
        world.history.note("\(name) could not start")
        await world.executor.sleep(500)
        await start()
    }

    private func open(_ engine: NodeEngine, _ number: Int) async throws -> Life {
        // What was there when the history began is the same in every history, and read once for all of them.
        let installation = try await Installation.open(
            engine, keyEncryptionKey: world.image.keyEncryptionKey, known: world.image.snapshot)
        let witness = Witness(
            read: { [self] () async throws(StorageError) in state.withLock { $0.witness } },
            write: { [self] (note) async throws(StorageError) in state.withLock { $0.witness = note } })
        let recorder = try await Recorder.open(
            engine, signer: installation.signer, witness: witness, clock: { [self] in now }, gathering: gathering,
            known: installation.snapshot, start: { [world] in world.executor.start($0) })
        let keys = try KeyChest(
            dataKeys: installation.dataKeys, snapshot: recorder.snapshot, trustDomain: world.image.trustDomain,
            publication: world.image.publication, issuer: world.image.issuer, log: installation.origin.logID,
            known: world.image.keys)
        let executor = world.executor
        let keySets = Image.keySets(executor)
        let ledger = Ledger(engine, origin: installation.origin.text)
        let random = world.randomSource
        var settings = BrokerSettings(
            issuerURL: Image.url, plainURL: Image.plainURL, trustDomain: world.image.trustDomain.text,
            logID: installation.origin.logID.text, isDevelopment: false)
        settings.ringSigningSeconds = 600
        let broker = Broker(
            settings: settings, recorder: recorder, ledger: ledger, keys: keys, keySets: keySets,
            relations: Image.relations,
            log: Logger(label: "simulation", factory: { [self] _ in HistoryLog(history: world.history, name: name) }),
            now: { [self] in now }, chance: random, start: { executor.start($0) })
        return Life(
            broker: broker, recorder: recorder, ledger: ledger, engine: engine,
            keeper: try DutyKeeper(broker, uptimeMilliseconds: { executor.now }), number: number)
    }

    /// By a clock that never goes back, as the history's own time.
    private var gathering: GatheringClock? {
        guard world.weather.gathers else { return nil }
        let executor = world.executor
        return GatheringClock(
            microseconds: { executor.now * 1_000 },
            later: { microseconds, callback in
                _ = executor.start {
                    await executor.sleep((microseconds + 999) / 1_000)
                    callback()
                }
            })
    }

    /// As `FollowService` has it, whether word comes or not: looks at the head every so often. A look when nobody
    /// committed would find nothing, and is left out.
    private func follow(_ life: Life) async {
        guard world.weather.nodes > 1 else { return }
        while self.life?.number == life.number {
            await news()
            await world.executor.sleep(world.weather.refresh)
            state.withLock { $0.isBehind = false }
            if await !followOnce(life) { state.withLock { $0.isBehind = true } }
        }
    }

    /// Returns once somebody else has committed, or this node is dead.
    private func news() async {
        await withCheckedContinuation { continuation in
            let mayGo = state.withLock { state in
                guard !state.isBehind, state.life != nil else { return true }
                state.follower = continuation
                return false
            }
            if mayGo { continuation.resume() }
        }
    }

    /// As `FollowService` does; false where the database could not be read.
    private func followOnce(_ life: Life) async -> Bool {
        do {
            try await life.broker.follow()
            return true
        } catch {
            return false
        }
    }
}
