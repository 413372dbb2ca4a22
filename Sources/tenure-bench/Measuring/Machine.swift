internal import Foundation
internal import SQLiteEngine

/// Where it was measured.
struct Machine {
    let name: String
    let openssl: String
    let commit: String

    var heading: String { "\(name); \(openssl); commit \(commit)" }

    static func current() -> Machine {
        let processor = value(of: "model name", in: "/proc/cpuinfo") ?? "unknown processor"
        let memory = value(of: "MemTotal", in: "/proc/meminfo") ?? "unknown memory"
        let kernel = said("uname", ["-sr"])
        let count = ProcessInfo.processInfo.activeProcessorCount
        return Machine(
            name: "\(processor) × \(count), \(memory), \(kernel), SQLite \(SQLiteEngine.libraryVersion)",
            openssl: said("openssl", ["version"]), commit: said("git", ["rev-parse", "--short", "HEAD"]))
    }

    /// The first value of a name in a file of `name: value` lines.
    static func value(of name: String, in path: String) -> String? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else { continue }
            return parts[1].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    private static func said(_ name: String, _ arguments: [String]) -> String {
        do {
            return try Tool.run(name, arguments).trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            return "unknown"
        }
    }
}
