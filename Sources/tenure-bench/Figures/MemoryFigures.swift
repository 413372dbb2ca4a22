internal import ArgumentParser
internal import Foundation

/// Memory and start with many live credentials: a new process opens the database and loads what decisions need.
enum MemoryFigures {
    static func measure(_ context: MeasuringContext) async throws -> [Figure] {
        let count = UInt64(context.count(1_000_000))
        let path = context.scratch.file("memory.sqlite")
        let population = try await Population.make(path: path)
        try await population.fill(1000..<(1000 + count), requesters: 256, endsAfter: 365 * 86_400)
        try await population.close()
        var sizes: [Double] = []
        var starts: [Double] = []
        for _ in 0..<context.runs {
            let opened = try open(path)
            sizes.append(opened.residentMiB)
            starts.append(opened.seconds)
        }
        let note = "\(count) live credentials; the file has \((try fileBytes(path)) >> 20) MiB"
        return [
            Figure(
                "memory", Spread(sizes), "MiB resident", goal: ("≤ 250 MiB", Spread(sizes).median <= 250), note: note),
            Figure("start", Spread(starts), "s", goal: ("≤ 2 s", Spread(starts).median <= 2)),
        ]
    }

    /// Opens the database in a process of its own.
    static func open(_ path: String) throws -> (residentMiB: Double, seconds: Double) {
        let said = try Tool.run(try Self.program(), ["open", path])
        let numbers = said.split(separator: " ").compactMap {
            Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        guard numbers.count == 2 else { throw BenchFault("the child said: \(said)") }
        return (numbers[0], numbers[1])
    }

    private static func program() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    static func fileBytes(_ path: String) throws -> UInt64 {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64 ?? 0
    }
}

/// The child: opens the database, and says how much memory that took and how long.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "open", shouldDisplay: false)

    @Argument var path: String

    func run() async throws {
        let watch = Stopwatch()
        let population = try await Population.make(path: path)
        let seconds = watch.wallMicroseconds / 1e6
        guard
            let size = Machine.value(of: "VmRSS", in: "/proc/self/status")?.split(separator: " ").first.flatMap({
                Double($0)
            })
        else { throw BenchFault("/proc/self/status says nothing") }
        print("\(size / 1024) \(seconds)")
        try await population.close()
    }
}
