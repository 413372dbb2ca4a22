internal import Dispatch
internal import Foundation
internal import Glibc
internal import TenureAPI

/// A real `tenured` under the preloaded library.
final class ChaosBroker: Sendable {
    /// What became of a start.
    enum Start: Sendable {
        case serving(ChaosBroker)
        /// It ended by itself and said why.
        case ended(status: Int32, said: String)
    }

    let ready: ReadyFile
    let place: BrokerPlace
    private let process: Process

    private init(_ ready: ReadyFile, _ place: BrokerPlace, _ process: Process) {
        self.ready = ready
        self.place = place
        self.process = process
    }

    deinit { if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) } }

    /// Starts one that must serve.
    static func start(_ place: BrokerPlace, journal: Journal? = nil) async throws(ChaosFault) -> ChaosBroker {
        switch try await attempt(place, journal: journal) {
        case .serving(let broker): return broker
        case .ended(let status, let said): throw ChaosFault("tenured did not start (\(status)):\n\(said)")
        }
    }

    /// Starts one on the place's folder, which may fail as planned.
    ///
    /// - Parameter listen: where a development broker listens, if not where its place says.
    static func attempt(
        _ place: BrokerPlace, journal: Journal? = nil, listen: String? = nil
    ) async throws(ChaosFault) -> Start {
        let readyFile = place.file("ready.json")
        let before = place.said.utf8.count
        unlinkIfThere(readyFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: place.programs + "/tenured")
        process.arguments = place.arguments(readyFile: readyFile, listen: listen)
        process.environment = place.environment
        if let journal { process.environment?["FAULT_JOURNAL"] = journal.path }
        try redirect(process, to: place.log)
        try ChaosFault.wrap("starting tenured") { try withNothingBlocked { try process.run() } }
        for _ in 0..<6_000 {
            if let bytes = FileManager.default.contents(atPath: readyFile) {
                let ready = try ChaosFault.wrap(readyFile) { try JSONDecoder().decode(ReadyFile.self, from: bytes) }
                return .serving(ChaosBroker(ready, place, process))
            }
            guard process.isRunning else { break }
            try await pause(milliseconds: 10)
        }
        let isHanging = process.isRunning
        if isHanging { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
        while process.isRunning { usleep(1_000) }
        let said = String(decoding: place.said.utf8.dropFirst(before), as: UTF8.self)
        guard !isHanging else { throw ChaosFault("tenured neither served nor ended:\n\(said)") }
        return .ended(status: process.terminationStatus, said: said)
    }

    var isRunning: Bool { process.isRunning }

    /// Where clients reach this node, and not another of the same name.
    var address: String {
        switch place.role {
        case .development: ready.url
        case .node: "https://localhost:" + (place.listen.split(separator: ":").last ?? "")
        }
    }

    var adminTokenFile: String? {
        switch place.role {
        case .development: ready.adminTokenFile
        case .node(_, let file): file
        }
    }

    /// Stops it where it stands, or lets it go on.
    func signal(_ signal: Int32) { _ = Glibc.kill(process.processIdentifier, signal) }

    /// Kills it, and does not wait.
    func kill() { _ = Glibc.kill(process.processIdentifier, SIGKILL) }

    /// Ends it and waits until it is gone.
    func end(_ signal: Int32 = SIGTERM) {
        if process.isRunning { _ = Glibc.kill(process.processIdentifier, signal) }
        // `waitUntilExit` runs the loop of whatever thread this task is on.
        while process.isRunning { usleep(1_000) }
    }

    /// An OIDC token of a job of the example estate, in a file.
    func jobToken() async throws(ChaosFault) -> String {
        let body = """
            {"sub": "repo:acme/shop:ref:refs/heads/main", "aud": "tenure", \
            "claims": {"repository": "acme/shop", "ref": "refs/heads/main"}}
            """
        let answer = place.file("job.json")
        guard let issuer = ready.oidcIssuer else { throw ChaosFault("the broker has no issuer") }
        try await Self.runTool(
            "curl",
            ["-sS", "--fail", "--max-time", "20", "--cacert", ready.caFile, "-o", answer]
                + ["-H", "Content-Type: application/json", "-d", body, issuer + "/token"], log: place.log)
        let token = try ChaosFault.wrap("the issuer's answer") {
            try JSONDecoder().decode(IssuersAnswer.self, from: Data(contentsOf: URL(fileURLWithPath: answer)))
        }
        let file = place.file("job.jwt")
        try ChaosFault.wrap(file) {
            try Data(token.idToken.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        }
        return file
    }

    /// Runs a program of the system, or `path`, to its end; what it says goes into the log.
    ///
    /// - Returns: its exit code.
    @discardableResult
    static func runTool(
        _ name: String, _ arguments: [String], environment: [String: String] = ["PATH": "/usr/bin:/bin"], log: String
    ) async throws(ChaosFault) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.environment = environment
        try redirect(process, to: log)
        try ChaosFault.wrap("starting \(name)") { try withNothingBlocked { try process.run() } }
        while process.isRunning { try await pause(milliseconds: 2) }
        return process.terminationStatus
    }

    /// Does what blocks on a thread of its own: the pool has one a core.
    static func offPool<Value: Sendable>(
        _ what: String, _ body: @escaping @Sendable () throws -> Value
    ) async throws(ChaosFault) -> Value {
        let result: Result<Value, ChaosFault> = await withCheckedContinuation { answer in
            DispatchQueue.global().async {
                do {
                    answer.resume(returning: .success(try body()))
                } catch {
                    answer.resume(returning: .failure(ChaosFault("\(what): \(error)")))
                }
            }
        }
        return try result.get()
    }

    static func pause(milliseconds: Int) async throws(ChaosFault) {
        do {
            try await Task.sleep(for: .milliseconds(milliseconds))
        } catch {
            throw ChaosFault("cancelled")
        }
    }

    private static func redirect(_ process: Process, to log: String) throws(ChaosFault) {
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let handle = try ChaosFault.wrap(log) {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
            try handle.seekToEnd()
            return handle
        }
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
    }

    private static func unlinkIfThere(_ path: String) { unsafe unlink(path) }

    /// A child inherits the blocked signals of the thread that starts it, and threads of the pool block all.
    private static func withNothingBlocked(_ body: () throws -> Void) rethrows {
        var nothing = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&nothing)
        unsafe pthread_sigmask(SIG_SETMASK, &nothing, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}

/// What the development issuer answers.
private struct IssuersAnswer: Decodable {
    let idToken: String

    enum CodingKeys: String, CodingKey {
        case idToken = "id_token"
    }
}
