internal import Foundation

// What a crash, an administrator or another machine does to a server.
extension PostgreSQLServer {
    /// The number of the server's first process; nil where none runs.
    package var postmaster: Int32? {
        let file = folder + "/data/postmaster.pid"
        guard let bytes = FileManager.default.contents(atPath: file),
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first, let number = Int32(line),
            kill(number, 0) == 0
        else { return nil }
        return number
    }

    /// Kills all of the server's processes, as the end of its machine would; what it had not written is lost to it
    /// alone, since the system keeps running.
    package func crash() {
        guard let postmaster else { return }
        let all = [postmaster] + Self.children(of: postmaster)
        for process in all { _ = kill(process, SIGKILL) }
    }

    /// Ends the server in good order: everything is on its disk then.
    package func halt() throws {
        guard let postmaster else { return }
        _ = kill(postmaster, SIGINT)
        for _ in 0..<2_000 {
            if self.postmaster == nil { return }
            usleep(10_000)
        }
        throw Failure(description: "PostgreSQL does not end; see \(folder)")
    }

    /// The processes that serve programs under a name such as `tenured` (`application_name`).
    package func backends(of application: String) throws -> [Int32] {
        try ask("SELECT pid FROM pg_stat_activity WHERE application_name = '\(application)'")
            .split(separator: "\n").compactMap { Int32($0) }
    }

    /// Makes a standby a primary, with what it has received.
    package func promote() throws {
        guard try ask("SELECT pg_promote()") == "t" else { throw Failure(description: "the standby stays one") }
    }

    private static func children(of process: Int32) -> [Int32] {
        let list = FileManager.default.contents(atPath: "/proc/\(process)/task/\(process)/children") ?? Data()
        return String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
    }
}
