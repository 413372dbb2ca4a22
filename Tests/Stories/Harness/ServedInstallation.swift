internal import Foundation
internal import Glibc
internal import PostgreSQLServer
internal import Synchronization

/// An installation on a PostgreSQL as an operator makes one: `tenured init`, then `tenured serve` for each node, each
/// with a configuration, a data folder and a witness of its own. All of them are one broker to clients: one URL, one
/// key.
final class ServedInstallation: Sendable {
    /// One node: where it listens, and what is its alone.
    struct Node: Sendable {
        let number: Int
        let folder: URL
        let port: Int
        let plainPort: Int

        var configuration: String { folder.appendingPathComponent("tenured.yaml").path }
        var url: String { "https://localhost:\(port)" }
        var log: URL { folder.appendingPathComponent("tenured.log") }
        var readyFile: URL { folder.appendingPathComponent("ready.json") }
    }

    let folder: URL
    let nodes: [Node]
    /// Of the database, for `--store`.
    let store: String
    private let server: PostgreSQLServer
    private let schema: String

    /// Writes the configurations of so many nodes; nothing runs yet.
    ///
    /// - Parameters:
    ///   - server: where the database is made; nil for the one of the whole run.
    ///   - storeLines: what the section `store` says beside `data`; nil for the database.
    init(nodes count: Int, server: PostgreSQLServer? = nil, storeLines: String? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tenure-\(UUID())")
        try Self.makeFolder(folder)
        let server = try server ?? PostgreSQLServer.shared()
        self.server = server
        schema = "served_" + folder.lastPathComponent.lowercased().filter { $0.isLetter || $0.isNumber }
        try server.makeSchema(schema)
        store = server.url(schema: schema)
        var nodes: [Node] = []
        for number in 1...count {
            let node = Node(
                number: number, folder: folder.appendingPathComponent("node\(number)"), port: try Self.freePort(),
                plainPort: try Self.freePort())
            try Self.makeFolder(node.folder)
            nodes.append(node)
        }
        self.nodes = nodes
        try Self.write("a passphrase of some length\n", to: folder.appendingPathComponent("passphrase"))
        for node in nodes { try configure(node, store: storeLines ?? "  engine: postgresql\n  url: \"\(store)\"\n") }
    }

    /// Writes a node's configuration.
    ///
    /// - Parameter lines: what the section `store` says beside `data`.
    func configure(_ node: Node, store lines: String) throws {
        try Self.write(try text(of: node, lines), to: URL(fileURLWithPath: node.configuration))
    }

    /// Another database of the same server, empty; its URL.
    func makeDatabase() throws -> String {
        let name = "other_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try server.makeSchema(name)
        return server.url(schema: name)
    }

    /// Runs `tenured COMMAND --config FILE …` for a node.
    func tenured(_ command: String, _ node: Node, _ more: String...) async throws -> Program.Outcome {
        try await Program.ours("tenured").run([command, "--config", node.configuration] + more)
    }

    /// Runs SQL in the database.
    func ask(_ sql: String) throws -> String { try server.ask("SET search_path = \(schema); \(sql)") }

    var first: Node { nodes[0] }
    var rootFile: String { first.folder.appendingPathComponent("data/root.pem").path }

    private func text(_ node: Node, _ name: String) -> String { node.folder.appendingPathComponent(name).path }

    private func text(of node: Node, _ storeLines: String) throws -> String {
        """
        listen:
          address: "127.0.0.1:\(node.port)"
          url: \(first.url)
          names: [localhost, "127.0.0.1"]
        http:
          address: "127.0.0.1:\(node.plainPort)"
          url: http://localhost:\(first.plainPort)
        store:
          data: \(text(node, "data"))
        \(storeLines)keys:
          kek_file: \(folder.appendingPathComponent("kek").path)
        ca:
          trust_domain: story.tenure.internal
          profiles: \(try Self.profiles())
          root_key_file: \(folder.appendingPathComponent("root/root-key.pem").path)
          root_passphrase_file: \(folder.appendingPathComponent("passphrase").path)
        limits:
          identity_requests_per_second: 2000
        audit:
          witness_file: \(text(node, "witness/checkpoint"))
        log:
          level: notice
          format: text

        """
    }

    /// `tenured init`, which founds the installation.
    func found(store: String? = nil) async throws -> Program.Outcome {
        try await Program.ours("tenured").run(["init", "--config", first.configuration, "--store", store ?? self.store])
    }

    /// Starts a node and waits until it serves.
    ///
    /// - Parameter ownStore: whether it serves what its configuration says, and not the database of all.
    func serve(_ node: Node, ownStore: Bool = false) async throws -> RunningNode {
        try? FileManager.default.removeItem(at: node.readyFile)
        let process = Process()
        process.executableURL = try Program.ours("tenured").url
        process.arguments =
            ["serve", "--config", node.configuration, "--ready-file", node.readyFile.path]
            + (ownStore ? [] : ["--store", store])
        process.environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
        if !FileManager.default.fileExists(atPath: node.log.path) { try Self.write("", to: node.log) }
        let log = try FileHandle(forWritingTo: node.log)
        try log.seekToEnd()
        process.standardOutput = log
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<3_000 {
            if FileManager.default.fileExists(atPath: node.readyFile.path) {
                return RunningNode(node: node, process: process)
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
        throw StoryFailure("node \(node.number) did not start:\n\(try String(contentsOf: node.log, encoding: .utf8))")
    }

    /// `tenure` against one node.
    func tenure(_ node: Node, token: String? = nil, _ arguments: [String]) async throws -> Program.Outcome {
        var program = try Program.ours("tenure")
        program.environment = ["TENURE_ADDR": node.url, "TENURE_CA_FILE": rootFile, "HOME": node.folder.path]
        if let token { program.environment["TENURE_TOKEN_FILE"] = token }
        return try await program.run(arguments + ["--output", "json"])
    }

    /// Logs the first administrator in with the secret that `init` left; the file with their session.
    func administrator() async throws -> String {
        let file = folder.appendingPathComponent("admin.token").path
        let bootstrap = first.folder.appendingPathComponent("data/admin.bootstrap").path
        _ = try await tenure(first, ["login", "--bootstrap-file", bootstrap, "--save", file]).checked("login")
        return file
    }

    /// Whether a node holds the lock under which everything is written.
    func isLocked() throws -> Bool { try server.isLocked(schema: schema) }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    // MARK: Making

    private static func makeFolder(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    private static func write(_ text: String, to file: URL) throws {
        guard
            FileManager.default.createFile(
                atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw StoryFailure("no \(file.path)") }
    }

    /// The profiles of the sources, which lie above the program.
    static func profiles() throws -> String {
        var folder = try Program.ours("tenured").url.deletingLastPathComponent()
        while folder.path != "/" {
            let profiles = folder.appendingPathComponent("ca/profiles")
            if FileManager.default.fileExists(atPath: profiles.path) { return profiles.path }
            folder.deleteLastPathComponent()
        }
        throw StoryFailure("no ca/profiles above the program")
    }

    /// Below the ports that the system hands out by itself (`net.ipv4.ip_local_port_range`), so that no connection of
    /// another test takes one between two lives of a node; each is given once.
    private static let ports = Mutex(UInt16.random(in: 10_000..<32_000))

    /// A port that nobody listens at.
    static func freePort() throws -> Int {
        for _ in 0..<1_000 {
            let port = ports.withLock { port in
                port = port < 32_700 ? port + 1 : 10_000
                return port
            }
            if try isFree(port) { return Int(port) }
        }
        throw StoryFailure("no free port")
    }

    private static func isFree(_ port: UInt16) throws -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw StoryFailure("no socket") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = port.bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(socket, $0, length) == 0 }
        }
    }
}

/// A `tenured serve` that runs.
final class RunningNode: Sendable {
    let node: ServedInstallation.Node
    private let process: Process

    init(node: ServedInstallation.Node, process: Process) {
        self.node = node
        self.process = process
    }

    var pid: Int32 { process.processIdentifier }

    func signal(_ signal: Int32) { _ = Glibc.kill(pid, signal) }

    /// Ends it with a signal and waits until it is gone.
    func end(_ signal: Int32 = SIGTERM) {
        if process.isRunning { self.signal(signal) }
        while process.isRunning { usleep(2_000) }
    }

    deinit {
        guard process.isRunning else { return }
        signal(SIGKILL)
        signal(SIGCONT)
    }
}
