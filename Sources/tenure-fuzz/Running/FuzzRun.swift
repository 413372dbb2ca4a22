internal import Foundation
internal import OpenSSLCrypto

/// The parent: one child after another for each target; a child that ends early is a finding, whose input is kept.
struct FuzzRun {
    /// After so many findings a target is left alone.
    static let findingsMax = 10

    private let folder: String
    private let findings: String
    private let seed: UInt64
    private let record: String

    /// What is written with `--json` (CONTRACT, section 4).
    struct Summary: Encodable {
        struct Target: Encodable {
            let name: String
            let executions: Int
            let crashes: Int
        }

        let targets: [Target]
    }

    static func run(_ arguments: [String]) throws(FuzzFault) -> Int32 {
        let options = try Options(arguments, known: ["--seconds", "--target", "--seed", "--findings", "--json"])
        guard options.words.count == 1 else { throw FuzzFault(FuzzProgram.usage) }
        let targets = FuzzTarget.all.filter { options["--target"] ?? $0.name == $0.name }
        guard !targets.isEmpty else { throw FuzzFault("no such target; `tenure-fuzz list` names them") }
        let seconds = try options.number("--seconds", default: 60)
        guard (1...86_400).contains(seconds) else { throw FuzzFault("--seconds takes 1 to 86400") }
        let seed = try options.number("--seed", default: UInt64.random(in: 0..<1_000_000))
        let run = FuzzRun(
            folder: options.words[0], findings: options["--findings"] ?? "fuzz-findings", seed: seed,
            record: NSTemporaryDirectory() + "/tenure-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
        print("seed \(seed), \(seconds) s for \(targets.count) targets")
        var summaries: [Summary.Target] = []
        let share = max(Double(seconds) / Double(targets.count), 1)
        for target in targets {
            let summary = try run.fuzz(target, seconds: share)
            let name = target.name.padding(toLength: 20, withPad: " ", startingAt: 0)
            print("\(name) \(summary.executions) executions, \(summary.crashes) crashes")
            summaries.append(summary)
        }
        if let path = options["--json"] {
            try FuzzFault.wrap(path) {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                try encoder.encode(Summary(targets: summaries)).write(to: URL(fileURLWithPath: path))
            }
        }
        let crashCount = summaries.reduce(0) { $0 + $1.crashes }
        print("\(summaries.reduce(0) { $0 + $1.executions }) executions, \(crashCount) crashes")
        return crashCount == 0 && summaries.allSatisfy { $0.executions > 0 } ? 0 : 1
    }

    private func fuzz(_ target: FuzzTarget, seconds: Double) throws(FuzzFault) -> Summary.Target {
        let end = ContinuousClock.now + .seconds(seconds)
        var executions = 0
        var crashes = 0
        while crashes < Self.findingsMax {
            let left = (end - ContinuousClock.now).components.seconds
            guard left > 0 || executions == 0 else { break }
            let (status, said) = try child(target, seed: seed &+ UInt64(crashes) &* 1_000_003, seconds: max(left, 1))
            let written = try FuzzFault.wrap(record) { Array(try Data(contentsOf: URL(fileURLWithPath: record))) }
            try FuzzFault.wrap(record) { try FileManager.default.removeItem(atPath: record) }
            guard let last = Record(encoded: written) else {
                throw FuzzFault("\(target.name): the child wrote no record: \(said)")
            }
            executions += last.executions
            guard status != 0 else { break }
            crashes += 1
            try keep(last.input, of: target, "status \(status) \(said)")
        }
        return Summary.Target(name: target.name, executions: executions, crashes: crashes)
    }

    /// Returns how the child ended and what it said.
    private func child(_ target: FuzzTarget, seed: UInt64, seconds: Int64) throws(FuzzFault) -> (Int32, String) {
        try FuzzFault.wrap("the child") {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["mutate", folder, target.name, String(seed), String(seconds), record]
            process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let said = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            let text = String(decoding: said.suffix(2000), as: UTF8.self)
            // A signal shows as the status of a shell would.
            return (
                process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus, text
            )
        }
    }

    private func keep(_ input: [UInt8], of target: FuzzTarget, _ said: String) throws(FuzzFault) {
        let name = SHA256.digest(input).description.prefix(12)
        let path = "\(findings)/\(target.name)/\(name)"
        try FuzzFault.wrap(path) {
            try FileManager.default.createDirectory(
                atPath: "\(findings)/\(target.name)", withIntermediateDirectories: true)
            try Data(input).write(to: URL(fileURLWithPath: path))
        }
        print("✗ \(target.name): \(said.trimmingCharacters(in: .whitespacesAndNewlines))\n  kept as \(path)")
    }
}
