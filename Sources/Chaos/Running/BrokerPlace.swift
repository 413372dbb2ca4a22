internal import Foundation
internal import SQLiteEngine
internal import Storage

/// The folder of one broker under faults: its data, its plan of faults, its journal, what it said.
struct BrokerPlace: Sendable {
    let folder: String
    let control: FaultControl
    /// Where the programs lie.
    let programs: String
    var role = Role.development(store: nil)
    /// Where the API listens; port 0 picks a free one.
    var listen = "127.0.0.1:0"

    /// What runs there.
    enum Role: Sendable {
        /// `tenured dev`, with the example estate; on the PostgreSQL of the URL, or on SQLite.
        case development(store: String?)
        /// `tenured serve`: one node more of an installation whose administrator's token lies elsewhere.
        case node(configuration: String, adminTokenFile: String)
    }

    /// - Parameter name: of a new folder below that of the run.
    init(_ name: String, in run: ChaosRun) throws(ChaosFault) {
        folder = run.folder + "/" + name
        programs = run.programs
        try Self.makeFolder(folder)
        control = try FaultControl(path: folder + "/faults")
    }

    /// The place whose data folder lies somewhere already.
    init(of dataFolder: String, beside other: BrokerPlace) throws(ChaosFault) {
        guard dataFolder.hasSuffix("/data") else { throw ChaosFault("\(dataFolder) is no data folder") }
        folder = String(dataFolder.dropLast("/data".count))
        programs = other.programs
        control = try FaultControl(path: folder + "/faults")
    }

    var dataFolder: String { folder + "/data" }
    var log: String { folder + "/tenured.log" }

    func file(_ name: String) -> String { folder + "/" + name }

    /// What the broker and others said so far.
    var said: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }

    /// What `tenured` is told here.
    func arguments(readyFile: String, listen: String?) -> [String] {
        switch role {
        case .node(let configuration, _): ["serve", "--config", configuration, "--ready-file", readyFile]
        case .development(let store):
            [
                "dev", "--data", dataFolder, "--listen", listen ?? self.listen, "--http-listen", "127.0.0.1:0",
                "--ready-file", readyFile, "--store", store ?? "sqlite",
            ]
        }
    }

    /// With which programs run here.
    var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no", "LD_PRELOAD": programs + "/libFaultPreload.so",
            "FAULT_FOLDER": dataFolder, "FAULT_CONTROL": control.path,
        ]
    }

    /// Runs `tenured doctor` on the data folder of a broker that has stopped.
    func doctor(_ options: String...) async throws(ChaosFault) -> (status: Int32, said: String) {
        let before = said.utf8.count
        let status = try await ChaosBroker.runTool(
            programs + "/tenured", ["doctor", "--config", dataFolder + "/tenured.yaml"] + options,
            environment: environment, log: log)
        return (status, String(decoding: said.utf8.dropFirst(before), as: UTF8.self))
    }

    /// Changes the database of a broker that has stopped, as somebody who has the file could.
    func changeDatabase(_ statement: String) async throws(ChaosFault) {
        do {
            let engine = try SQLiteEngine(path: dataFolder + "/tenure.db")
            try await engine.write { (connection) throws(StorageError) in
                _ = try connection.execute(Statement(statement), [])
            }
            try engine.close()
        } catch {
            throw ChaosFault("changing the database: \(error)")
        }
    }

    /// All files of the data folder but those that are made anew, by their paths below it.
    func content() throws(ChaosFault) -> [String: [UInt8]] {
        try ChaosFault.wrap("reading \(dataFolder)") {
            var content: [String: [UInt8]] = [:]
            for path in try FileManager.default.subpathsOfDirectory(atPath: dataFolder) {
                let name = path.split(separator: "/").last ?? ""
                guard !name.hasSuffix("-shm"), name != "ballast", name != "lock" else { continue }
                let type = try FileManager.default.attributesOfItem(atPath: dataFolder + "/" + path)[.type]
                guard type as? FileAttributeType == .typeRegular else { continue }
                content[path] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: dataFolder + "/" + path)))
            }
            return content
        }
    }

    /// Puts files where a broker's data folder is to be.
    static func write(_ content: [String: [UInt8]], to folder: String) throws(ChaosFault) {
        try makeFolder(folder)
        for (path, bytes) in content where !path.hasSuffix("-shm") && path != "ballast" && path != "lock" {
            let file = folder + "/" + path
            if let slash = file.lastIndex(of: "/") { try makeFolder(String(file[..<slash])) }
            guard
                FileManager.default.createFile(
                    atPath: file, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
            else { throw ChaosFault("cannot make \(file)") }
        }
    }

    private static func makeFolder(_ path: String) throws(ChaosFault) {
        try ChaosFault.wrap("making \(path)") {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }
}
