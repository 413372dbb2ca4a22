internal import Foundation

/// Counts the syncs of a process from outside, by the kernel's tracepoints: `perf stat`, which needs root.
struct SyncCounter {
    private let process: Process
    private let output: Pipe

    /// Nil where it cannot count.
    init?(pid: Int64?) {
        guard let pid else { return nil }
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["perf", "stat", "-x", ",", "-p", String(pid)]
        process.arguments? += ["-e", "syscalls:sys_enter_fdatasync,syscalls:sys_enter_fsync"]
        output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        do {
            try Tool.withNothingBlocked { try process.run() }
        } catch {
            return nil
        }
    }

    /// Ends counting; nil where nothing was counted.
    func count() throws -> Int? {
        process.interrupt()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        while process.isRunning { usleep(1_000) }
        let counts = said.split(separator: "\n").filter { $0.contains("sync") }.compactMap {
            $0.split(separator: ",").first.flatMap { Int($0) }
        }
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }
}
