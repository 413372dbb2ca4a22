internal import Foundation
internal import Glibc
internal import Testing

@Suite("Story: a neighbour with the broker's own user looks into its process (T45)")
struct ProcessStory {
    @Test("T45 no other process of its user opens the broker's memory or environment, and it leaves no core")
    func neighbour() async throws {
        let neighbour = try Self.neighbour()
        let broker = try await DevelopmentBroker.start(by: neighbour)
        defer { broker.remove() }
        #expect(try Self.coreLimits(of: broker.ready.pid) == ["0", "0"])
        // A process that does not close itself stands beside it: what is refused is the broker's doing.
        let (open, question, answer) = (Process(), Pipe(), Pipe())
        open.executableURL = neighbour.url
        open.arguments = neighbour.arguments + ["cat"]
        open.standardInput = question
        open.standardOutput = answer
        try open.run()
        defer { open.terminate() }
        // Until it answers it may still be the program that becomes it.
        try question.fileHandleForWriting.write(contentsOf: Data("there?".utf8))
        #expect(try answer.fileHandleForReading.read(upToCount: 6) == Data("there?".utf8))
        for file in ["environ", "maps", "mem", "auxv"] {
            #expect(try await Self.opens("/proc/\(open.processIdentifier)/\(file)", neighbour), "\(file)")
            #expect(try await !Self.opens("/proc/\(broker.ready.pid)/\(file)", neighbour), "\(file)")
        }
        // What everybody may read of any process is there, so it is the right one that was looked at.
        let name = try String(contentsOfFile: "/proc/\(broker.ready.pid)/comm", encoding: .utf8)
        #expect(name == "tenured\n")
    }

    /// Runs a program with the test's own user and none of root's powers, which open everything.
    private static func neighbour() throws -> Program {
        guard geteuid() == 0 else { return try Program.system("env") }
        var program = try Program.system("setpriv")
        program.arguments = ["--inh-caps=-all", "--bounding-set=-all"]
        return program
    }

    private static func opens(_ file: String, _ neighbour: Program) async throws -> Bool {
        let outcome = try await neighbour.run(["dd", "if=" + file, "count=0", "status=none"])
        guard outcome.status == 0 || outcome.errors.contains("Permission denied") else {
            throw StoryFailure("dd: exit \(outcome.status) \(outcome.errors)")
        }
        return outcome.status == 0
    }

    /// The soft and the hard limit of the size of a core file.
    private static func coreLimits(of process: Int32) throws -> [String] {
        let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
        guard let line = limits.split(separator: "\n").first(where: { $0.hasPrefix("Max core file size") }) else {
            throw StoryFailure("no limit of core files: \(limits)")
        }
        return line.split(separator: " ").dropFirst(4).prefix(2).map { String($0) }
    }
}
