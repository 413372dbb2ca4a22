internal import Foundation
internal import TenureAPI

/// Which server is measured.
enum ServerTarget: Sendable {
    /// A `tenured dev` of our own, by default the program beside this one.
    case start(String?)
    /// A `tenured dev` that runs already, by its ready file.
    case readyFile(String)
    /// Some server; its processor time is not ours to see.
    case url(String)
}

/// A server that answers.
struct RunningServer {
    let url: String
    let caFile: String
    /// Nil where its processor time is not measured.
    let pid: Int64?
    /// Of the development issuer; nil of a server that is none.
    let oidcIssuer: String?
    /// Holds a session token.
    let tokenFile: String
    private let process: Process?

    static func find(_ target: ServerTarget, _ context: MeasuringContext) async throws -> RunningServer {
        switch target {
        case .url(let url):
            let environment = ProcessInfo.processInfo.environment
            guard let ca = environment["TENURE_CA_FILE"], let token = environment["TENURE_TOKEN_FILE"] else {
                throw BenchFault("--url needs TENURE_CA_FILE and TENURE_TOKEN_FILE")
            }
            return RunningServer(url: url, caFile: ca, pid: nil, oidcIssuer: nil, tokenFile: token, process: nil)
        case .readyFile(let path): return try RunningServer(ready: path, process: nil)
        case .start(let program): return try await start(program, context)
        }
    }

    private static func start(_ program: String?, _ context: MeasuringContext) async throws -> RunningServer {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = program ?? URL(fileURLWithPath: own).deletingLastPathComponent().path + "/tenured"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw BenchFault("\(program) is not there: swift build -c release --product tenured")
        }
        let ready = context.scratch.file("ready.json")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // One core for the server, the other for the load.
        process.arguments = ["taskset", "-c", "0", program, "dev", "--data", context.scratch.file("data")]
        process.arguments? += ["--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0", "--ready-file", ready]
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        let log = context.scratch.file("tenured.log")
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardOutput = handle
        process.standardError = handle
        try Tool.withNothingBlocked { try process.run() }
        _ = try Tool.run("taskset", ["-a", "-c", "-p", "1", String(ProcessInfo.processInfo.processIdentifier)])
        for _ in 0..<600 where !FileManager.default.fileExists(atPath: ready) {
            guard process.isRunning else { throw BenchFault("tenured ended: \(tail(of: log))") }
            try await Task.sleep(for: .milliseconds(100))
        }
        return try RunningServer(ready: ready, process: process)
    }

    private static func tail(of path: String) -> String {
        String(decoding: (FileManager.default.contents(atPath: path) ?? Data()).suffix(2000), as: UTF8.self)
    }

    private init(url: String, caFile: String, pid: Int64?, oidcIssuer: String?, tokenFile: String, process: Process?) {
        self.url = url
        self.caFile = caFile
        self.pid = pid
        self.oidcIssuer = oidcIssuer
        self.tokenFile = tokenFile
        self.process = process
    }

    private init(ready path: String, process: Process?) throws {
        let ready = try JSONDecoder().decode(ReadyFile.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        guard let tokenFile = ready.adminTokenFile else { throw BenchFault("\(path) names no administrator's token") }
        self.init(
            url: ready.url, caFile: ready.caFile, pid: ready.pid, oidcIssuer: ready.oidcIssuer, tokenFile: tokenFile,
            process: process)
    }

    /// Ends it, if it is ours.
    func stop() {
        guard let process, process.isRunning else { return }
        process.terminate()
        while process.isRunning { usleep(1_000) }
    }

    /// Microseconds of processor time that the server has used, in ticks of 10 ms; nil where that is not seen.
    func processorMicroseconds() throws -> Double? {
        guard let pid else { return nil }
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // The name in parentheses may hold anything; the 14th and 15th fields are user and system time.
        guard let end = text.lastIndex(of: ")") else { throw BenchFault("/proc/\(pid)/stat: \(text)") }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw BenchFault("/proc/\(pid)/stat: \(text)")
        }
        return (user + system) * 1e6 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// MiB that the server holds; nil where that is not seen.
    var residentMiB: Double? {
        guard let pid, let text = Machine.value(of: "VmRSS", in: "/proc/\(pid)/status") else { return nil }
        return text.split(separator: " ").first.flatMap { Double($0) }.map { $0 / 1024 }
    }
}
