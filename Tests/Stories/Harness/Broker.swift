internal import Foundation
internal import Glibc
internal import PostgreSQLServer

/// A `tenured dev` of its own for one story: free ports, a temporary folder, ended by its process id.
final class DevelopmentBroker: Sendable {
    struct Ready: Codable, Sendable {
        let url: String
        let caFile: String
        let adminTokenFile: String
        let oidcIssuer: String
        let httpUrl: String
        let auditVkey: String
        let pid: Int32
        let data: String
    }

    let folder: URL
    let ready: Ready
    private let process: Process

    /// Starts one; in `existing` where it is to find everything again, by `launcher` where another program is to
    /// become it.
    static func start(
        in existing: URL? = nil, store: StoryStore = .sqlite, by launcher: Program? = nil
    ) async throws -> DevelopmentBroker {
        let folder = existing ?? FileManager.default.temporaryDirectory.appendingPathComponent("tenure-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let readyFile = folder.appendingPathComponent("ready-\(UUID()).json")
        let process = Process()
        let tenured = try Program.ours("tenured")
        process.executableURL = launcher?.url ?? tenured.url
        let launch = launcher.map { $0.arguments + [tenured.url.path] } ?? []
        process.arguments =
            launch + [
                "dev", "--data", folder.appendingPathComponent("data").path, "--listen", "127.0.0.1:0", "--http-listen",
                "127.0.0.1:0", "--ready-file", readyFile.path, "--store", try store.option(for: folder),
            ]
        process.environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        let log = folder.appendingPathComponent("tenured.log")
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let logHandle = try FileHandle(forWritingTo: log)
        try logHandle.seekToEnd()
        process.standardOutput = logHandle
        process.standardError = logHandle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // The file is renamed into place when requests are served; until then there is nothing to wait on but its name.
        for _ in 0..<3_000 {
            if let data = FileManager.default.contents(atPath: readyFile.path) {
                let decoder = JSONDecoder()
                decoder.keyDecodingStrategy = .convertFromSnakeCase
                let ready = try decoder.decode(Ready.self, from: data)
                return DevelopmentBroker(folder: folder, ready: ready, process: process)
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
        let said = FileManager.default.contents(atPath: log.path) ?? Data()
        throw StoryFailure("tenured did not start:\n\(String(decoding: said, as: UTF8.self))")
    }

    private init(folder: URL, ready: Ready, process: Process) {
        self.folder = folder
        self.ready = ready
        self.process = process
    }

    /// Kills it, and does not wait.
    func kill() { _ = Glibc.kill(ready.pid, SIGKILL) }

    /// Ends it with a signal and waits until it is gone.
    func end(_ signal: Int32 = SIGTERM) {
        if process.isRunning { _ = Glibc.kill(ready.pid, signal) }
        // `waitUntilExit` runs the loop of whatever thread this task is on.
        while process.isRunning { usleep(2_000) }
    }

    func remove() {
        end(SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    deinit { if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) } }

    var log: String {
        String(
            decoding: FileManager.default.contents(atPath: folder.appendingPathComponent("tenured.log").path) ?? Data(),
            as: UTF8.self)
    }
}

/// What keeps the installation of a story.
enum StoryStore: String, CaseIterable, Sendable {
    case sqlite, postgreSQL

    /// What `--store` is given: the same one for the same folder.
    func option(for folder: URL) throws -> String {
        guard self == .postgreSQL else { return rawValue }
        let schema = "story_" + folder.lastPathComponent.lowercased().filter { $0.isLetter || $0.isNumber }
        let server = try PostgreSQLServer.shared()
        try server.makeSchema(schema)
        return server.url(schema: schema)
    }
}

/// Runs a story with a broker of its own, which ends with it.
func withBroker(on store: StoryStore = .sqlite, _ story: (DevelopmentBroker) async throws -> Void) async throws {
    let broker = try await DevelopmentBroker.start(store: store)
    defer { broker.remove() }
    try await story(broker)
}
