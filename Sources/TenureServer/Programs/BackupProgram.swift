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
        try refusePostgreSQL(configuration)
        let report = try await write(configuration, to: target)
        Terminal.say(
            """
            wrote  \(target)   \(report.size) entries, attested up to \(report.attestedSize), root \
            \(Base64.text(report.root))

            It was verified entry by entry, and its tables against its log. Its keys are wrapped: it is worth nothing \
            without the key-encryption key, so keep a copy of that elsewhere, and of the configuration and the profiles.
            """)
    }

    /// A PostgreSQL has tools of its own for this, which copy what else is in it as well.
    static func refusePostgreSQL(_ configuration: ServerConfiguration) throws(StartFailure) {
        guard configuration.database != .sqlite else { return }
        throw StartFailure(
            .usage, "\(configuration.databasePlace) is copied by PostgreSQL's own tools: pg_basebackup, pg_dump")
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
        do throws(StorageError) {
            try await SQLiteBackup.copy(configuration.databasePath, to: unverified)
        } catch {
            throw StartFailure(error, configuration)
        }
        let report = try await LogCheck.check(
            unverified, of: configuration.databasePath, key: key, checkpoints: [], configuration)
        try ProtectedFile.rename(unverified, target)
        return report
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
