internal import Foundation
internal import Synchronization

/// A real program, run as a user would: by path, with arguments, an environment and standard input.
struct Program {
    let url: URL
    /// Those that come before all others.
    var arguments: [String] = []
    var environment: [String: String] = [:]

    /// One of ours; the built products lie beside the test program itself.
    static func ours(_ name: String) throws -> Program {
        let here = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let url = URL(fileURLWithPath: here).deletingLastPathComponent().appendingPathComponent(name)
        guard FileManager.default.isExecutableFile(atPath: url.path) else { throw StoryFailure("no \(url.path)") }
        return Program(url: url)
    }

    /// A program of the system, found in the usual folders.
    static func system(_ name: String) throws -> Program {
        for folder in ["/usr/bin", "/usr/local/bin", "/bin"] {
            let path = folder + "/" + name
            if FileManager.default.isExecutableFile(atPath: path) { return Program(url: URL(fileURLWithPath: path)) }
        }
        throw StoryFailure("\(name) is not installed")
    }

    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String

        /// What it printed, or a failure that quotes what it said.
        func checked(_ what: String) throws -> String {
            guard status == 0 else { throw StoryFailure("\(what): exit \(status)\n\(output)\n\(errors)") }
            return output
        }
    }

    /// Runs it to its end.
    func run(_ arguments: [String], input: Data = Data()) async throws -> Outcome {
        let process = Process()
        process.executableURL = url
        process.arguments = self.arguments + arguments
        // Nothing of the test's own environment but where programs are.
        var environment = environment
        environment["PATH"] = "/usr/local/bin:/usr/bin:/bin"
        environment["SWIFT_BACKTRACE"] = "enable=no"
        process.environment = environment
        let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = errors
        let ended = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            ended.continuation.yield($0.terminationStatus)
            ended.continuation.finish()
        }
        try process.run()
        if !input.isEmpty { try standardInput.fileHandleForWriting.write(contentsOf: input) }
        try standardInput.fileHandleForWriting.close()
        async let printed = Self.all(of: output.fileHandleForReading)
        async let complained = Self.all(of: errors.fileHandleForReading)
        var status: Int32 = -1
        for await code in ended.stream { status = code }
        return Outcome(status: status, output: await printed, errors: await complained)
    }

    /// Reads to the end on a thread of its own: the cooperative pool has one per core.
    private static func all(of handle: FileHandle) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = handle.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}

/// What went wrong in a story, in words.
struct StoryFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
