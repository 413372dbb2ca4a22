internal import ArgumentParser
internal import Chaos
internal import Foundation

extension ChaosRounds.Store: ExpressibleByArgument {}

/// Real brokers under faults.
@main
struct ChaosProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenure-chaos",
        abstract: "Puts real brokers under faults, and holds every answer that a client received against their logs.",
        discussion: """
            On SQLite, of ten rounds three kill a broker under load, three let a call of its disk fail, two replay a \
            hundred power losses each, one fills its disk and one moves its clock. On PostgreSQL, of thirteen rounds \
            four kill nodes or the server, three end connections in a COMMIT or elsewhere, and one each stops a node \
            that holds the lock, lets the server's disk fail, fills it, replays twenty losses of its power, moves a \
            node's clock, and promotes a standby. \
            Ends with 0 only when all holds.
            """)

    @Option(help: "How many rounds.")
    var rounds = 10

    @Option(help: "What the brokers store in: sqlite, or a postgresql that the program starts itself.")
    var store = ChaosRounds.Store.sqlite

    @Flag(help: "Every round kills something.")
    var killsOnly = false

    @Option(help: "The same choices as an earlier run, which printed its seed.")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Also write the report there.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Where scratch files go.", valueName: "folder"))
    var scratch = "/tmp"

    func validate() throws {
        guard (1...100_000).contains(rounds) else { throw ValidationError("--rounds takes 1 to 100000") }
    }

    func run() async throws {
        let seed = seed ?? UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        let run = try ChaosRun(scratch: scratch)
        let report = try await ChaosRounds(run, seed: seed) { print($0) }
            .run(rounds, on: store, killsOnly: killsOnly)
        if let json { try Data(report.text().utf8).write(to: URL(fileURLWithPath: json), options: .atomic) }
        let faults = report.faults.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print("\(report.rounds) rounds, \(report.acknowledged) answers acknowledged; faults: \(faults)")
        if let restarts = report.restarts { print(restarts.text) }
        for violation in report.violations { print("VIOLATION \(violation)") }
        guard report.violations.isEmpty else {
            print("The brokers' folders are kept in \(run.folder)")
            throw ExitCode(1)
        }
        run.remove()
        print("Everything holds.")
    }
}
