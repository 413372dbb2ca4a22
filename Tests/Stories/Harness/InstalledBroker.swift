internal import Foundation
internal import Glibc

/// An installation that was made by `tenured init`, served as an operator would: by a configuration file.
final class InstalledBroker {
    let folder: URL
    private let apiPort: Int
    private let plainPort: Int
    private var process: Process?
    /// What the section `store` says; `data` is there always.
    var store = ""
    /// The section `keys`, on one line.
    var keys: String
    /// What the section `ca` says beside the usual, one key a line.
    var authority: [String] = []
    /// The folder of profile files, where it is not that of the sources.
    var profiles: String?
    /// Of the server's own programs.
    var environment: [String: String] = [:]

    /// Prepares a folder; nothing is made yet.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tenure-\(UUID())")
        for name in ["", "witness", "root"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(name), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        (apiPort, plainPort) = (try ServedInstallation.freePort(), try ServedInstallation.freePort())
        keys = "{kek_file: \(folder.path)/kek}"
        try write("passphrase", "a passphrase of a story\n")
    }

    deinit {
        end(SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes a file that nobody else may read.
    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path(name))
    }

    var url: String { "https://localhost:\(apiPort)" }

    /// Writes the configuration as the properties say now, and returns its path.
    @discardableResult
    func configure() throws -> String {
        try write(
            "tenured.yaml",
            """
            listen: {address: "127.0.0.1:\(apiPort)", url: "\(url)", names: [localhost, "127.0.0.1"]}
            http: {address: "127.0.0.1:\(plainPort)", url: "http://localhost:\(plainPort)"}
            store:
              data: \(path("data"))
            \(store)
            keys: \(keys)
            ca:
              trust_domain: story.example
              profiles: \(try profiles ?? ServedInstallation.profiles())
              root_key_file: \(path("root/root-key.pem"))
              root_passphrase_file: \(path("passphrase"))
            \(authority.map { "  " + $0 }.joined(separator: "\n"))
            audit: {witness_file: \(path("witness/checkpoint"))}
            log: {level: notice, format: text}

            """)
        return path("tenured.yaml")
    }

    /// Runs `tenured COMMAND --config FILE …`.
    func tenured(_ command: String, _ more: String...) async throws -> Program.Outcome {
        var program = try Program.ours("tenured")
        program.environment = environment
        return try await program.run([command, "--config", try configure()] + more)
    }

    /// Serves until it is ended; returns what it said where it did not start.
    @discardableResult
    func serve() async throws -> String? {
        let ready = path("ready-\(UUID()).json")
        let process = Process()
        process.executableURL = try Program.ours("tenured").url
        process.arguments = ["serve", "--config", try configure(), "--ready-file", ready]
        process.environment = environment.merging(["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]) { $1 }
        let log = path("tenured.log")
        _ = FileManager.default.createFile(atPath: log, contents: nil, attributes: [.posixPermissions: 0o600])
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
        // The file is renamed into place when requests are served; until then there is nothing to wait on but its name.
        for _ in 0..<3_000 {
            if FileManager.default.fileExists(atPath: ready) { return nil }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        end(SIGKILL)
        return self.log
    }

    var log: String {
        String(decoding: FileManager.default.contents(atPath: path("tenured.log")) ?? Data(), as: UTF8.self)
    }

    var processID: Int32 { process?.processIdentifier ?? 0 }

    /// Ends it with a signal and waits until it is gone.
    func end(_ signal: Int32 = SIGTERM) {
        guard let process, process.isRunning else { return }
        _ = Glibc.kill(process.processIdentifier, signal)
        // `waitUntilExit` runs the loop of whatever thread this task is on.
        while process.isRunning { usleep(2_000) }
    }

    /// The first administrator logs in, once.
    func login() async throws {
        _ = try await tenure("login", "--bootstrap-file", path("data/admin.bootstrap"), "--save", path("session"))
            .checked("login")
    }

    /// `tenure` as the administrator.
    func tenure(_ arguments: String...) async throws -> Program.Outcome {
        let session = path("session")
        return try await tenure(arguments, token: FileManager.default.fileExists(atPath: session) ? session : nil)
    }

    /// `tenure` with nothing but the address and the root certificate.
    func stranger(_ arguments: String...) async throws -> Program.Outcome { try await tenure(arguments, token: nil) }

    private func tenure(_ arguments: [String], token: String?) async throws -> Program.Outcome {
        var program = try Program.ours("tenure")
        program.environment = [
            "TENURE_ADDR": url, "TENURE_CA_FILE": path("data/root.pem"), "HOME": folder.path,
        ]
        if let token { program.environment["TENURE_TOKEN_FILE"] = token }
        return try await program.run(arguments + ["--output", "json"])
    }
}
