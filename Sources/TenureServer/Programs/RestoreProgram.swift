internal import AuditLog
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
internal import TenureAPI
internal import TenureModel

/// `tenured restore`: a copy takes the place of a data folder that was lost, and goes on as a log of its own.
package enum RestoreProgram {
    /// Verifies the copy, ends its log, begins the next, and puts it in place; only then it can be served.
    ///
    /// - Parameters:
    ///   - source: what `tenured backup` wrote.
    ///   - checkpoints: files with signed notes of the log, which it must not be shorter than.
    ///   - keepsBefore: lets what was issued before the copy live on.
    /// - Throws: `StartFailure`; the data folder is as it was then.
    package static func run(
        configuration file: String, from source: String, checkpoints: [String], keepsBefore: Bool
    ) async throws(StartFailure) {
        try ProcessHardening.apply()
        let configuration = try ServerConfiguration.read(FilePlace.absolute(file))
        try BackupProgram.refusePostgreSQL(configuration)
        let source = FilePlace.absolute(source)
        var notes: [String] = []
        for path in checkpoints { notes.append(try ProtectedFile.text(FilePlace.absolute(path), .anybodys)) }
        try FolderPath.prepare(configuration.dataFolder)
        try FolderPath.prepare(FolderPath.parent(of: configuration.witnessFile))
        let lock = try FolderLock(folder: configuration.dataFolder)
        guard !ProtectedFile.exists(configuration.databasePath) else {
            throw StartFailure(
                .conflict,
                "\(configuration.databasePath) is there: a restore replaces nothing. Move \(configuration.dataFolder)"
                    + " away, and run this again")
        }
        let restored = try await restore(
            configuration, from: source, checkpoints: notes, keepsBefore: keepsBefore)
        withExtendedLifetime(lock) {}
        say(restored, configuration, file)
    }

    /// What came of it.
    struct Restored {
        let restoration: Restoration
        /// How many entries this node had seen, where its witness is still there.
        let witnessed: Int64?
    }

    /// Does it, in a folder that holds no database and that nobody else uses.
    static func restore(
        _ configuration: ServerConfiguration, from source: String, checkpoints notes: [String], keepsBefore: Bool
    ) async throws(StartFailure) -> Restored {
        let keys = try KeyEncryptionKey.loadAll(configuration)
        let copy = configuration.databasePath + "-restoring"
        for suffix in ["", "-wal", "-shm"] { try ProtectedFile.remove(copy + suffix) }
        let engine: SQLiteEngine
        do throws(StorageError) {
            try await SQLiteBackup.copy(source, to: copy)
            engine = try SQLiteEngine(path: copy)
            try await SchemaMigrator.migrate(engine)
        } catch {
            throw StartFailure(error, configuration)
        }
        let installation: Installation
        do throws(InstallationError) {
            installation = try await Installation.open(engine, keyEncryptionKeys: keys)
        } catch {
            throw StartFailure(error, configuration)
        }
        let verifier = installation.signer.verifierKey
        _ = try await LogCheck.check(copy, of: source, key: verifier, checkpoints: notes, configuration)
        let restoration: Restoration
        do throws(CryptoError) {
            restoration = try Restoration(of: installation, keepsBefore: keepsBefore, at: SystemClock.now())
        } catch {
            throw StartFailure(.fault, "the keys of the next log could not be made: \(error)")
        }
        let checkpoint: Checkpoint
        do throws(RestorationError) {
            checkpoint = try await restoration.record(in: engine, clock: { SystemClock.now() })
        } catch {
            throw StartFailure(.fault, "the copy could not be made to go on: \(error)")
        }
        do throws(StorageError) {
            try engine.close()
        } catch {
            throw StartFailure(error, configuration)
        }
        // Closing has written all of it into the database itself.
        for suffix in ["-wal", "-shm"] { try ProtectedFile.remove(copy + suffix) }
        let witnessed = try putInPlace(copy, restoration, installation, configuration)
        try ProtectedFile.replace(configuration.witnessFile, Array(checkpoint.note.utf8))
        return Restored(restoration: restoration, witnessed: witnessed)
    }

    /// What belongs to the log that ended goes first: beside the database it would contradict it.
    private static func putInPlace(
        _ copy: String, _ restoration: Restoration, _ installation: Installation, _ configuration: ServerConfiguration
    ) throws(StartFailure) -> Int64? {
        var witnessed: Int64?
        let suffix = ".ended-\(restoration.ended.logID)"
        if ProtectedFile.exists(configuration.witnessFile) {
            let note = try ProtectedFile.text(configuration.witnessFile)
            do {
                witnessed = try Checkpoint(note: note, key: installation.signer.verifierKey).size
            } catch {
                // Of another log, then: what it saw says nothing about this one.
                witnessed = nil
            }
            try ProtectedFile.rename(configuration.witnessFile, configuration.witnessFile + suffix)
        }
        if ProtectedFile.exists(configuration.verifierKeyPath) {
            try ProtectedFile.rename(configuration.verifierKeyPath, configuration.verifierKeyPath + suffix)
        }
        try ProtectedFile.rename(copy, configuration.databasePath)
        try ProtectedFile.replace(configuration.verifierKeyPath, Array((restoration.verifierKeyText + "\n").utf8))
        if !ProtectedFile.exists(configuration.rootPath),
            let der = installation.snapshot.keyVersions(for: .rootCA).last?.certificates.first
        {
            try ProtectedFile.replace(configuration.rootPath, Array(PEM.encode(der, label: PEM.certificate).utf8))
        }
        return witnessed
    }

    private static func say(_ restored: Restored, _ configuration: ServerConfiguration, _ file: String) {
        let restoration = restored.restoration
        var lines = [
            "The log \(restoration.ended) ended at \(restoration.size) entries; it goes on as \(restoration.origin).",
            "",
            "lost   whatever was recorded after the copy was made"
                + (restored.witnessed.map { ": this node had seen \($0) entries" } ?? ""),
            "cut    every session: everybody logs in anew",
        ]
        if let end = restoration.livesUntil {
            lines += [
                "kept   what was issued before; what was issued or revoked after the copy is not known here, and the"
                    + " last of it ends \(end.secondsText)"
            ]
        } else {
            lines.append(
                "cut    every credential in "
                    + restoration.cutEnvironments.map { "environment/\($0)" }.joined(separator: ", "))
        }
        lines += [
            "", "Do: what was revoked, offboarded or changed after the copy, do again.",
            "Do: give \(configuration.verifierKeyPath) to whoever verifies the log; the old key verifies it up to entry"
                + " \(restoration.size).",
            "Next: tenured serve --config \(file)",
        ]
        Terminal.say(lines.joined(separator: "\n"))
    }
}
