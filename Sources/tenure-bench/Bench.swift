internal import ArgumentParser
internal import Foundation

/// Measures Tenure: each figure beside its limit, taken in the same run.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenure-bench",
        abstract: "Measure Tenure, each figure beside its limit from the same run.",
        discussion: "docs/benchmarks.md says what each figure means. Build it with -c release, or it measures nothing.",
        subcommands: [MeasureCommand.self, OpenCommand.self], defaultSubcommand: MeasureCommand.self)
}

/// All figures, or some.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "measure", abstract: "Measure (the default).")

    @Flag(help: "Fewer repetitions, for a first look.")
    var quick = false

    @Option(help: ArgumentHelp("Only this group of figures; may be given several times.", valueName: "name"))
    var only: [FigureGroup] = []

    @Option(
        help: ArgumentHelp(
            "Only this load of https: empty, token, certificate or introspection; may be given several times.",
            valueName: "name"))
    var load: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            A server that runs already, for the figures over HTTPS; TENURE_CA_FILE and TENURE_TOKEN_FILE as for \
            tenure. Its processor time is not measured.
            """, valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("The ready file of a `tenured dev` that runs already.", valueName: "file"))
    var readyFile: String?

    @Option(help: ArgumentHelp("The server program that is started otherwise.", valueName: "path"))
    var server: String?

    @Option(help: ArgumentHelp("Scratch files; a folder on a disk, not in memory.", valueName: "folder"))
    var scratch: String?

    @Option(help: ArgumentHelp("Also writes the figures as JSON.", valueName: "file"))
    var json: String?

    func run() async throws {
        let scratch = try Scratch(in: scratch ?? FileManager.default.currentDirectoryPath + "/.build")
        defer { scratch.remove() }
        let context = MeasuringContext(isQuick: quick, loads: load, scratch: scratch)
        // Ten million credentials take half an hour and 30 GB: only where they are asked for.
        let groups = only.isEmpty ? FigureGroup.allCases.filter { $0 != .growth } : only
        let machine = Machine.current()
        print(machine.heading)
        let limit = try OpenSSLSpeed.measure(runs: context.runs)
        print("limit: one P-256 verify + one sign by openssl speed, \(limit.total.text) µs")
        let target: ServerTarget =
            if let url { .url(url) } else if let readyFile { .readyFile(readyFile) } else { .start(server) }
        var figures: [Figure] = []
        for group in groups {
            let measured = try await group.measure(context, limit: limit, server: target)
            for figure in measured { print(figure.line) }
            figures += measured
        }
        if let json { try Report(machine: machine, figures: figures).write(to: json) }
        let missed = figures.filter { $0.met == false }
        print(missed.isEmpty ? "Every goal is met." : "Missed: " + missed.map(\.name).joined(separator: ", "))
        if !missed.isEmpty { throw ExitCode(1) }
    }
}

/// What can be measured by itself, in the order of the report.
enum FigureGroup: String, CaseIterable, ExpressibleByArgument {
    case certificate, token, verifier, recording, revocation, memory, https, overload, growth

    func measure(
        _ context: MeasuringContext, limit: OpenSSLSpeed, server: ServerTarget
    ) async throws -> [Figure] {
        switch self {
        case .certificate: try CertificateFigures.measure(context, limit: limit)
        case .token: try await TokenFigures.measure(context)
        case .verifier: try await VerifierFigures.measure(context)
        case .recording: try await RecordingFigures.measure(context)
        case .revocation: try await RevocationFigures.measure(context)
        case .memory: try await MemoryFigures.measure(context)
        case .growth: try await GrowthFigures.measure(context)
        case .overload: try await OverloadFigures.measure(context, target: server)
        case .https: try await ServerFigures.measure(context, limit: limit, target: server)
        }
    }
}

/// How much is measured, and where files may lie.
struct MeasuringContext: Sendable {
    let isQuick: Bool
    /// Of requests over HTTPS; empty for all of them.
    let loads: [String]
    let scratch: Scratch

    /// Several, so that minimum, median and maximum differ.
    var runs: Int { isQuick ? 3 : 5 }

    /// The full count, or a tenth of it.
    func count(_ full: Int) -> Int { isQuick ? full / 10 : full }
}

/// Why something could not be measured.
struct BenchFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
