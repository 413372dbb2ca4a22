internal import Foundation
internal import Glibc

/// A program that is run to its end.
enum Tool {
    /// Returns what it wrote to standard output.
    ///
    /// - Throws: `BenchFault` where it cannot be started or fails.
    static func run(_ name: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try withNothingBlocked { try process.run() }
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        // Not `waitUntilExit`, which runs the loop of whatever thread this task is on, and may wait for ever.
        while process.isRunning { usleep(1_000) }
        guard process.terminationStatus == 0 else {
            throw BenchFault("\(name) failed: status \(process.terminationStatus)")
        }
        return String(decoding: said, as: UTF8.self)
    }

    /// Starts a child. It inherits the blocked signals of the thread that starts it, and threads of the pool block all:
    /// `openssl speed` measures until SIGALRM and `perf stat` counts until SIGINT, for ever.
    static func withNothingBlocked(_ body: () throws -> Void) rethrows {
        var nothing = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&nothing)
        unsafe pthread_sigmask(SIG_SETMASK, &nothing, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}

/// A folder that is gone afterwards.
struct Scratch: Sendable {
    let path: String

    init(in folder: String) throws {
        path = folder + "/bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func file(_ name: String) -> String { path + "/" + name }

    func remove() {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("\(path) could not be removed: \(error)")
        }
    }
}
