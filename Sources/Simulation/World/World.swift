internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
internal import Synchronization
internal import TenureModel

/// Everything of one history: chance, time, the database, the nodes.
final class World: Sendable {
    static let source = "192.0.2.7"

    let seed: UInt64
    let image: Image
    let chance: Chance
    let weather: Weather
    let executor: VirtualExecutor
    let history: History
    let database: SQLiteMemory
    let lie: Lie?
    private let calm = Mutex(false)
    private let over = Mutex(false)
    private let leapt = Mutex<Int64>(0)
    private let ids: Chance
    private let allNodes = Mutex<[SimulatedNode]>([])

    init(seed: UInt64, image: Image, lie: Lie?) throws {
        self.seed = seed
        self.image = image
        self.lie = lie
        let chance = Chance(seed: seed)
        self.chance = chance
        weather = Weather(chance.fork(1))
        let executor = VirtualExecutor(chance: chance.fork(2))
        self.executor = executor
        history = History { executor.now }
        ids = chance.fork(3)
        database = try image.database.copy()
        allNodes.withLock { nodes in nodes = (0..<weather.nodes).map { SimulatedNode(place: $0, in: self) } }
    }

    var nodes: [SimulatedNode] { allNodes.withLock { $0 } }

    /// The true time.
    var time: Timestamp { Image.foundedAt.adding(milliseconds: executor.now + leapt.withLock { $0 } + 1_000) }

    /// Whether the history has ended.
    var isOver: Bool { over.withLock { $0 } }

    /// Nil once faults have stopped.
    var weatherNow: Weather? { calm.withLock { $0 } ? nil : weather }

    var randomSource: RandomSource {
        { [ids] (count) throws(CryptoError) in ids.bytes(count) }
    }

    func makeID<Kind>(_: Kind.Type = Kind.self) -> Identifier<Kind> { Identifier(at: time, random: ids.bytes(10)) }

    /// Tells the other nodes of a commit, unless the word is lost.
    func spreadWord(from node: SimulatedNode) {
        for other in nodes where other !== node {
            other.othersCommitted(isWordLost: chance.happens(weatherNow?.wordLost ?? 0))
        }
    }

    /// Time passes for everybody at once, while nothing happens.
    func leap(_ seconds: Int64) {
        leapt.withLock { $0 += seconds * 1_000 }
        history.note("\(seconds) s pass")
    }

    /// Ends every process, so that nothing of the history goes on.
    func end() {
        over.withLock { $0 = true }
        for node in nodes { node.die() }
        allNodes.withLock { $0 = [] }
    }

    /// Ends all faults: clocks are right, nothing is lost, and every node is up.
    func becomeCalm() async {
        calm.withLock { $0 = true }
        for node in nodes {
            node.jump(0)
            await node.start()
            // Somebody else may be starting it.
            while !node.isUp, !isOver { await executor.sleep(10) }
        }
    }
}
