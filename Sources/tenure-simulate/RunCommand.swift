internal import ArgumentParser
internal import Foundation
internal import Simulation
internal import Synchronization

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs seeds, and says which promise did not hold in which history.")

    @Option(help: "How many seeds.") var seeds: UInt64 = 1_000
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Also writes {seeds, steps, violations: [{seed, promise, history}]} to this file.") var json: String?
    @Option(help: "How many run at once.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "Every so-manieth seed runs twice, and must be the same; 0 for none.") var replay: UInt64 = 50
    @Option(help: "A lie of the database: \(Lie.allCases.map(\.rawValue).joined(separator: ", ")).") var lie: String?
    @Flag(help: "Ends each history at its first violation.") var stopsEarly = false
    @Option(help: "Prints one line under this name: how many seeds found something, and how many it takes.")
    var tally: String?
    @Flag(help: "Prints every line of each history.") var verbose = false
    @Flag(help: "Prints one line a seed, with the hash of its history.") var hashes = false

    func validate() throws {
        guard seeds >= 1, from <= UInt64.max - seeds, threads >= 1 else {
            throw ValidationError("--seeds and --threads are at least 1")
        }
        guard lie == nil || parsedLie != nil else { throw ValidationError("no such lie: \(lie ?? "")") }
    }

    private var parsedLie: Lie? { lie.flatMap { Lie(rawValue: $0) } }

    func run() async throws {
        let image = try await Image()
        let results = Results(next: from, end: from + seeds)
        let begun = ContinuousClock.now
        await withCheckedContinuation { (finished: CheckedContinuation<Void, Never>) in
            let left = Counter(threads, finished)
            for _ in 0..<threads {
                let worker = Thread {
                    while let seed = results.take() { runOne(seed, image, results) }
                    left.countDown()
                }
                worker.stackSize = 8 << 20
                worker.start()
            }
        }
        let took = begun.duration(to: .now)
        let outcome = results.outcome
        if let json { try write(outcome, to: json) }
        if let tally { return print(outcome.tally(tally, from: from)) }
        for violation in outcome.violations.prefix(20) {
            print("seed \(violation.seed): \(violation.promise) \(violation.detail)")
        }
        print(
            "\(seeds) seeds, \(outcome.steps) steps, \(outcome.acknowledged) acknowledged operations,"
                + " \(outcome.failedSeeds.count) seeds with a violation, in \(took.components.seconds) s")
        if !outcome.failedSeeds.isEmpty {
            print("Each again, line by line: scripts/simulate --seeds 1 --from SEED --verbose")
            throw ExitCode(1)
        }
    }

    private func runOne(_ seed: UInt64, _ image: Image, _ results: Results) {
        do {
            let outcome = try Simulation.run(
                seed: seed, on: image, lie: parsedLie, stopsEarly: stopsEarly, keepsHistory: verbose)
            results.add(outcome)
            if verbose { print(outcome.history.joined(separator: "\n")) }
            if hashes { print("\(seed) \(outcome.hash)") }
            guard replay > 0, seed.isMultiple(of: replay) else { return }
            if try Simulation.run(seed: seed, on: image, lie: parsedLie).hash != outcome.hash {
                results.add(seed, "replay", "the same seed gave two histories", [])
            }
        } catch {
            results.add(seed, "soundness", "\(error)", [])
        }
    }

    private func write(_ outcome: Results.Outcome, to path: String) throws {
        struct Report: Encodable {
            let seeds: UInt64
            let steps: Int
            let acknowledged: Int
            let violations: [Results.Broken]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let report = Report(
            seeds: seeds, steps: outcome.steps, acknowledged: outcome.acknowledged, violations: outcome.violations)
        try encoder.encode(report).write(to: URL(fileURLWithPath: path))
    }
}

/// Goes on once so many have ended.
final class Counter: Sendable {
    private let left: Mutex<Int>
    private let finished: CheckedContinuation<Void, Never>

    init(_ count: Int, _ finished: CheckedContinuation<Void, Never>) {
        left = Mutex(count)
        self.finished = finished
    }

    func countDown() {
        let isLast = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isLast { finished.resume() }
    }
}
