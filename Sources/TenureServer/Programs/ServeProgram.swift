internal import AuditLog
internal import Foundation
internal import Logging
internal import TenureAPI

/// `tenured serve`.
package enum ServeProgram {
    /// Serves an installation until SIGTERM.
    ///
    /// - Throws: `StartFailure`, one line that says what to do.
    package static func run(configuration file: String, store: String? = nil, readyFile: String?)
        async throws(StartFailure)
    {
        try ProcessHardening.apply()
        let configuration = try ServerConfiguration.read(FilePlace.absolute(file), store: store)
        guard !configuration.isDevelopment else {
            throw StartFailure(
                .usage, "\(file) is the configuration of `tenured dev`: serve takes none with the key `dev`")
        }
        for folder in [configuration.dataFolder, FolderPath.parent(of: configuration.witnessFile)] {
            // With the database elsewhere a new node has nothing but its configuration.
            if configuration.database == .sqlite {
                try FolderPath.check(folder)
            } else {
                try FolderPath.prepare(folder)
            }
        }
        try InstallationFolder.refuseRootKey(configuration)
        let profiles = try ProfileFolder(configuration.authority.profiles, .published)
        let lock = try FolderLock(folder: configuration.dataFolder)
        let ports = [
            try PortReservation(configuration.listen.address), try PortReservation(configuration.plain.address),
        ]
        let log = ServerLog.make(configuration.log)
        let composition = try await Composition.open(
            configuration, profiles: profiles, lock: lock, issuer: nil, log: log)
        try await composition.serve(profiles: profiles) { () throws(StartFailure) in
            withExtendedLifetime(ports) {}
            if let readyFile { try composition.writeReadyFile(FilePlace.absolute(readyFile)) }
            log.notice("requests are served", metadata: [LogKey.url: "\(configuration.listen.url)"])
        }
    }
}

extension Composition {
    /// Says that requests are served, in one piece (CONTRACT, section 1).
    func writeReadyFile(
        _ path: String, administratorToken: String? = nil, issuer: String? = nil
    ) throws(StartFailure) {
        let ready = ReadyFile(
            url: configuration.listen.url, caFile: configuration.rootPath, adminTokenFile: administratorToken,
            oidcIssuer: issuer, httpURL: configuration.plain.url, auditVkey: verifierKey,
            pid: ProcessHardening.processID, data: configuration.dataFolder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text: [UInt8]
        do {
            text = [UInt8](try encoder.encode(ready)) + [UInt8(ascii: "\n")]
        } catch {
            throw StartFailure(.fault, "\(path) cannot be written: \(error)")
        }
        try ProtectedFile.replace(path, text)
    }
}

/// The program's log.
enum ServerLog {
    static func make(_ log: ServerConfiguration.Log) -> Logger {
        Logger(label: "tenured") { label in LineLogHandler(label: label, log) }
    }
}

/// Paths as people give them on the command line, which may be relative there and nowhere else.
enum FilePlace {
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        return FileManager.default.currentDirectoryPath + "/" + path
    }

    /// What lies at a place beside the program, or beside one of the folders above it.
    ///
    /// - Parameter name: such as `ca/profiles`.
    static func besideProgram(_ name: String) -> String? {
        var folder = FolderPath.parent(of: FolderPath.resolved("/proc/self/exe"))
        while folder != "/" {
            let candidate = folder + "/" + name
            if ProtectedFile.exists(candidate) { return candidate }
            folder = FolderPath.parent(of: folder)
        }
        return nil
    }
}
