internal import CredentialLifecycle
internal import Storage
internal import Synchronization
internal import TenureModel

/// What one seed gave.
package struct SeedOutcome: Sendable {
    package let seed: UInt64
    /// How many jobs its executor ran.
    package let steps: Int
    /// How many operations were answered with yes.
    package let acknowledged: Int
    /// Of everything that happened: the same for the same seed.
    package let hash: UInt64
    package let violations: [Violation]
    /// Line by line; empty where nothing was violated and nobody asked for it.
    package let history: [String]
}

/// One history of the core from one seed: nodes, clients, faults, and the judgement of it.
package enum Simulation {
    /// Beyond so many jobs a history is stuck.
    private static let stepsMax = 300_000

    /// Runs the history of a seed to its end, on the calling thread.
    ///
    /// - Parameters:
    ///   - lie: what the database tells that is not so.
    ///   - stopsEarly: whether the first violation is enough.
    ///   - keepsHistory: whether its lines are returned though nothing was violated.
    package static func run(
        seed: UInt64, on image: Image, lie: Lie? = nil, stopsEarly: Bool = false, keepsHistory: Bool = false
    ) throws -> SeedOutcome {
        let world = try World(seed: seed, image: image, lie: lie)
        let model = Model(history: world.history)
        let isDone = Mutex(false)
        _ = world.executor.start {
            await play(world, model)
            isDone.withLock { $0 = true }
        }
        let hasEnded = world.executor.run(stepsMax: stepsMax) {
            isDone.withLock { $0 } || stopsEarly && world.history.isViolated
        }
        if !hasEnded { world.history.violate(.soundness, "nothing goes on any more") }
        let violations = world.history.violations
        let outcome = SeedOutcome(
            seed: seed, steps: world.executor.steps, acknowledged: model.read { $0.acknowledged.count },
            hash: world.history.hash, violations: violations,
            history: violations.isEmpty && !keepsHistory ? [] : world.history.lines)
        // What is left goes to its end, so that nothing is kept in memory.
        world.end()
        _ = world.executor.run(stepsMax: world.executor.steps + stepsMax) { false }
        return outcome
    }

    private static func play(_ world: World, _ model: Model) async {
        world.history.note("weather: \(world.weather)")
        for node in world.nodes { await node.start() }
        let client = Client(world, model)
        let workload = Workload(world.chance.fork(5))
        let pace = world.chance.fork(6)
        let slots = Slots(world.weather.overlap)
        for _ in 0..<world.weather.operations {
            await world.executor.sleep(pace.among(0...world.weather.pause))
            await slots.take()
            let kind = workload.draw(pace)
            _ = world.executor.start {
                await client.carryOut(kind)
                slots.giveBack()
            }
        }
        for _ in 0..<world.weather.overlap { await slots.take() }
        world.history.note("faults stop")
        await world.becomeCalm()
        await Afterwards(world: world, model: model, client: client).judge()
        await Oracle(world: world, model: model).judge()
    }
}
