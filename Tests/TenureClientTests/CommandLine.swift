internal import Foundation

/// Runs the program that was built beside the tests.
enum CommandLine {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// - Parameter environment: all of it; nothing of the test's own.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> Outcome {
        let process = Process()
        process.executableURL = try program()
        process.arguments = arguments
        process.environment = environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { one, _ in one }
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        let (ended, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            end.yield(process.terminationStatus)
            end.finish()
        }
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        async let output = content(of: stdout)
        async let errors = content(of: stderr)
        var status: Int32 = -1
        for await code in ended { status = code }
        return Outcome(status: status, output: try await output, errors: try await errors)
    }

    private static func program() throws -> URL {
        let test = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        // `swift test` runs the bundle itself or a helper of the tool chain; the bundle's folder is in its arguments.
        for place in [test] + ProcessInfo.processInfo.arguments {
            let candidate = URL(fileURLWithPath: place).deletingLastPathComponent().appendingPathComponent("tenure")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
        }
        throw CocoaError(.fileNoSuchFile)
    }

    @concurrent
    private static func content(of pipe: Pipe) async throws -> String {
        String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
}
