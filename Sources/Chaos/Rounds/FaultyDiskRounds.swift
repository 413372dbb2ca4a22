internal import Foundation
internal import Glibc
internal import Storage
internal import TenureAPI

/// One broker whose syncs, writes and truncations fail as planned while clients ask for tokens (THREATS, F2). After
/// each round it is killed and started anew.
struct FaultyDiskRounds: Sendable {
    /// Which call fails, and how.
    struct Fault: Sendable, CustomStringConvertible {
        var site: FaultControl.Site
        /// How many calls of the site go well before.
        var skipped: Int64
        var forEver: Bool
        var error = EIO
        /// Whether the next start is met by the fault, instead of a broker that serves.
        var whileStarting = false

        var description: String {
            "\(site.name) \(skipped) \(forEver ? "for ever" : "once")\(whileStarting ? " while starting" : "")"
                + (error == ENOSPC ? ", no space" : "")
        }

        /// As reports count it.
        var kind: String { "\(site.name)_\(forEver ? "for_ever" : "once")" }
    }

    private static let clients = 8
    private static let requests = 80
    /// How often a broker is asked until it must serve again once its disk is well.
    private static let recoveryTriesMax = 300

    let place: BrokerPlace
    private var broker: ChaosBroker
    private let oracle: LogOracle
    /// Everything that clients were given so far.
    private var given: [GivenAnswer] = []
    /// The same by index, and what operations of unknown outcome turned out to be.
    private var tokens: [Int64: String] = [:]
    private var lostCount = 0
    private var outcome = RoundOutcome()

    /// Founds an installation whose disk is well.
    init(in run: ChaosRun, name: String) async throws(ChaosFault) {
        place = try BrokerPlace(name, in: run)
        broker = try await ChaosBroker.start(place)
        oracle = try LogOracle(verifierKey: broker.ready.auditVkey)
    }

    /// One round: the disk fails, becomes well, the broker recovers or has said why not, is killed, and tells the truth
    /// after its restart.
    mutating func run(_ fault: Fault) async throws(ChaosFault) {
        let failedBefore = try place.control.failedCount()
        let hearings = Hearings()
        if fault.whileStarting {
            try await start(under: fault)
        } else {
            try await serve(under: fault, hearings)
        }
        outcome.count(fault.kind, Int(try place.control.failedCount() - failedBefore))
        if !broker.isRunning { broker = try await ChaosBroker.start(place) }
        let told = try await broker.outcomes(of: hearings.unknown)
        broker.end(SIGKILL)
        broker = try await ChaosBroker.start(place)
        let toldAgain = try await broker.outcomes(of: hearings.unknown)
        if told != toldAgain { violate(fault, "operations changed their outcome over a restart") }
        settle(fault, hearings, toldAgain)
    }

    /// Stops the broker and holds everything against the log.
    mutating func finish() async throws(ChaosFault) -> RoundOutcome {
        broker.end()
        outcome.acknowledged = given.count
        outcome.violations += await oracle.violations(in: place.dataFolder, holding: given)
        let logged: [Int64: String]
        do throws(StorageError) {
            logged = try await oracle.tokens(in: place.dataFolder)
        } catch {
            throw ChaosFault("reading the tokens of the log: \(error)")
        }
        for (index, id) in tokens.sorted(by: { $0.key < $1.key }) where logged[index] != id {
            outcome.violations.append("token \(id) was recorded at index \(index), and is not there")
        }
        let untold = logged.filter { tokens[$0.key] != $0.value }
        if untold.count > lostCount {
            outcome.violations.append("\(untold.count) tokens are in the log that nobody was told of: \(untold)")
        }
        return outcome
    }

    private mutating func serve(under fault: Fault, _ hearings: Hearings) async throws(ChaosFault) {
        let load = try IssuingLoad(broker, token: try await broker.jobToken(), hearings: hearings)
        try place.control.fail(fault.site, after: fault.skipped, forEver: fault.forEver, error: fault.error)
        try await load.run(clients: Self.clients) { _, count in count >= Self.requests }
        try place.control.heal()
        var isWell = false
        for _ in 0..<Self.recoveryTriesMax where !isWell && broker.isRunning {
            let heard = try await load.ask()
            hearings.add(heard)
            if case .yes = heard { isWell = true } else { try await ChaosBroker.pause(milliseconds: 20) }
        }
        await load.shutdown()
        if broker.isRunning, !isWell {
            let last = hearings.refusals.last.map { "\($0)" } ?? "nothing"
            violate(fault, "it did not serve again: \(last)")
        }
    }

    private mutating func start(under fault: Fault) async throws(ChaosFault) {
        broker.end(SIGKILL)
        try place.control.fail(fault.site, after: fault.skipped, forEver: fault.forEver, error: fault.error)
        let start = try await ChaosBroker.attempt(place)
        try place.control.heal()
        switch start {
        case .serving(let serving): broker = serving
        case .ended(let status, let said):
            let isExplained = said.split(separator: "\n").contains { $0.hasPrefix("tenured: ") }
            if status == 0 || !isExplained { violate(fault, "it ended with \(status) and said: \(said)") }
        }
    }

    private mutating func settle(_ fault: Fault, _ hearings: Hearings, _ told: [String: OperationAnswer]) {
        for what in hearings.wrong { violate(fault, what) }
        for problem in hearings.refusals where problem.status != 503 { violate(fault, "refused: \(problem)") }
        lostCount += hearings.lostCount
        given += hearings.given
        outcome.unknown += hearings.unknown.count
        for answer in hearings.given { note(fault, answer.index, answer.id) }
        for (operation, answer) in told {
            switch (answer.outcome, answer.index, answer.id) {
            case ("recorded", let index?, let id?): note(fault, index, id)
            case ("not_recorded", nil, _): continue
            default: violate(fault, "operation \(operation) is said to be \(answer)")
            }
        }
    }

    private mutating func note(_ fault: Fault, _ index: Int64, _ id: String) {
        if let other = tokens.updateValue(id, forKey: index), other != id {
            violate(fault, "index \(index) was given to \(other) and to \(id)")
        }
    }

    private mutating func violate(_ fault: Fault, _ what: String) {
        outcome.violations.append("\(fault): \(what)")
    }
}
