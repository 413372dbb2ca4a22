internal import AuditInspection
internal import AuditLog
internal import SQLiteEngine
internal import Storage
internal import TenureAPI

/// `tenured backup`: a verified copy of the database, also while the server runs.
package enum BackupProgram {
    /// Writes the copy and prints what is in it.
    ///
    /// - Parameter target: a file that is not there yet, outside the data folder.
    /// - Throws: `StartFailure`; no file has the target's name then.
    package static func run(configuration file: String, to target: String) async throws(StartFailure) {
        try ProcessHardening.apply()
        let target = FilePlace.absolute(target)
        let configuration = try ServerConfiguration.read(FilePlace.absolute(file))
        let report = try await write(configuration, to: target)
        Terminal.say(
            """
            wrote  \(target)   \(report.size) entries, attested up to \(report.attestedSize), root \
            \(Base64.text(report.root))

            It was verified entry by entry, and its tables against its log. Its keys are wrapped: it is worth nothing \
            without the key-encryption key, so keep a copy of that elsewhere, and of the configuration and the profiles.
            """)
    }

    /// Copies and verifies; what the copy's log is.
    static func write(
        _ configuration: ServerConfiguration, to target: String
    ) async throws(StartFailure) -> LogReport {
        guard !FolderPath.contains(configuration.dataFolder, target) else {
            throw StartFailure(
                .usage, "\(target) lies in the data folder: what takes that folder would take its copy with it")
        }
        guard !ProtectedFile.exists(target) else {
            throw StartFailure(.conflict, "\(target) is there already: name another file")
        }
        let key = try verifierKey(configuration)
        let unverified = target + "-unverified"
        try ProtectedFile.remove(unverified)
        switch configuration.database {
        case .sqlite: try await copy(configuration.databasePath, to: unverified, configuration)
        case .postgreSQL: try await copyRows(configuration, key: key, to: unverified)
        }
        let report = try await LogCheck.check(
            unverified, of: configuration.databasePlace, key: key, checkpoints: [], configuration)
        try ProtectedFile.rename(unverified, target)
        return report
    }

    /// From one state of the database into SQLite's, row by row, whichever engine keeps it.
    private static func copyRows(
        _ configuration: ServerConfiguration, key: VerifierKey, to target: String
    ) async throws(StartFailure) {
        var file = configuration
        file.database = .sqlite
        file.dataFolder = target + "-rows"
        // What a backup left that was killed is worth nothing.
        try FolderPath.prepare(file.dataFolder)
        for suffix in ["", "-wal", "-shm"] { try ProtectedFile.remove(file.databasePath + suffix) }
        let source = try await LookedAtStore.open(configuration)
        let result: Result<Void, StartFailure>
        do throws(StartFailure) {
            let rows = try await OpenStore.openAsIs(file)
            let transfer = try await StoreTransfer(source.engine, configuration, into: rows.engine, file, again: false)
            _ = try await transfer.run(key: key, checkpoints: [])
            do throws(StorageError) { try await rows.close() } catch { throw StartFailure(error, file) }
            try await copy(file.databasePath, to: target, file)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await source.close()
        try FolderPath.remove(file.dataFolder)
        try result.get()
    }

    private static func copy(
        _ database: String, to target: String, _ configuration: ServerConfiguration
    ) async throws(StartFailure) {
        do throws(StorageError) {
            try await SQLiteBackup.copy(database, to: target)
        } catch {
            throw StartFailure(error, configuration)
        }
    }

    /// The key of the log, as it lies beside the database.
    static func verifierKey(_ configuration: ServerConfiguration) throws(StartFailure) -> VerifierKey {
        var text = try ProtectedFile.text(configuration.verifierKeyPath, .published)
        if text.hasSuffix("\n") { text.removeLast() }
        do {
            return try VerifierKey(text)
        } catch {
            throw StartFailure(
                .fault, "\(configuration.verifierKeyPath) is no verification key: put the log's own there")
        }
    }
}
