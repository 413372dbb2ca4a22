internal import AuditLog
internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
internal import TenureAPI
internal import TenureModel

/// `tenured restore`: a copy takes the place of a database that was lost, and goes on as a log of its own.
package enum RestoreProgram {
    /// Verifies the copy, ends its log, begins the next, and puts it in place; only then it can be served.
    ///
    /// - Parameters:
    ///   - source: what `tenured backup` wrote.
    ///   - checkpoints: files with signed notes of the log, which it must not be shorter than.
    ///   - keepsBefore: lets what was issued before the copy live on.
    ///   - again: takes away what an earlier restore left in a PostgreSQL that did not end.
    /// - Throws: `StartFailure`; nothing can be served then that could not before.
    package static func run(
        configuration file: String, from source: String, checkpoints: [String], keepsBefore: Bool, again: Bool
    ) async throws(StartFailure) {
        try ProcessHardening.apply()
        let configuration = try ServerConfiguration.read(FilePlace.absolute(file))
        guard !again || configuration.database != .sqlite else {
            throw StartFailure(.usage, "--again belongs to `engine: postgresql`: a file is put in place as a whole")
        }
        let source = FilePlace.absolute(source)
        var notes: [String] = []
        for path in checkpoints { notes.append(try ProtectedFile.text(FilePlace.absolute(path), .anybodys)) }
        try FolderPath.prepare(configuration.dataFolder)
        try FolderPath.prepare(FolderPath.parent(of: configuration.witnessFile))
        let lock = try FolderLock(folder: configuration.dataFolder)
        guard configuration.database != .sqlite || !ProtectedFile.exists(configuration.databasePath) else {
            throw StartFailure(
                .conflict,
                "\(configuration.databasePath) is there: a restore replaces nothing. Move \(configuration.dataFolder)"
                    + " away, and run this again")
        }
        let restored = try await restore(
            configuration, from: source, checkpoints: notes, keepsBefore: keepsBefore, again: again)
        withExtendedLifetime(lock) {}
        say(restored, configuration, file)
    }

    /// What came of it.
    struct Restored {
        let restoration: Restoration
        /// How many entries this node had seen, where its witness is still there.
        let witnessed: Int64?
    }

    /// Does it, in a folder that nobody else uses; a database holds nothing where this comes to it.
    static func restore(
        _ configuration: ServerConfiguration, from source: String, checkpoints notes: [String], keepsBefore: Bool,
        again: Bool = false
    ) async throws(StartFailure) -> Restored {
        let keys = try KeyEncryptionKey.loadAll(configuration)
        try await refuseFilled(configuration, again: again)
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
        if configuration.database != .sqlite {
            try await transfer(copy, restoration, into: configuration)
            try ProtectedFile.remove(copy)
        }
        let witnessed = try putInPlace(copy, restoration, installation, configuration)
        try ProtectedFile.replace(configuration.witnessFile, Array(checkpoint.note.utf8))
        return Restored(restoration: restoration, witnessed: witnessed)
    }

    /// Looks at a PostgreSQL before anything is made that would go there.
    private static func refuseFilled(
        _ configuration: ServerConfiguration, again: Bool
    ) async throws(StartFailure) {
        guard configuration.database != .sqlite else { return }
        let store = try await OpenStore.openAsIs(configuration)
        let failure: StartFailure?
        do {
            if again { try await StoreCopy.discardUnfinished(in: store.engine) }
            try await StoreCopy.refuseFilled(store.engine)
            failure = nil
        } catch let refusal as CopyRefusal {
            failure = StartFailure(refusal, configuration, configuration)
        } catch let error as StorageError {
            failure = StartFailure(error, configuration)
        } catch {
            failure = StartFailure(.fault, "\(configuration.databasePlace) cannot be used")
        }
        try await close(store, configuration)
        if let failure { throw failure }
    }

    /// From the restored copy into a PostgreSQL, which can be served once all of it is there.
    private static func transfer(
        _ copy: String, _ restoration: Restoration, into configuration: ServerConfiguration
    ) async throws(StartFailure) {
        let key: VerifierKey
        do throws(NoteError) {
            key = try VerifierKey(restoration.verifierKeyText)
        } catch {
            throw StartFailure(.fault, "the key of the next log is none: \(error)")
        }
        let source: SQLiteReader
        do throws(StorageError) {
            source = try SQLiteReader(path: copy)
        } catch {
            throw StartFailure(error, configuration)
        }
        let store = try await OpenStore.openAsIs(configuration)
        let result: Result<LogReport, StartFailure>
        do throws(StartFailure) {
            let transfer = try await StoreTransfer(
                source, configuration, into: store.engine, configuration, again: false)
            result = .success(try await transfer.run(key: key, checkpoints: []))
        } catch {
            result = .failure(error)
        }
        try await close(store, configuration)
        _ = try result.get()
    }

    private static func close(_ store: OpenStore, _ configuration: ServerConfiguration) async throws(StartFailure) {
        do throws(StorageError) {
            try await store.close()
        } catch {
            throw StartFailure(error, configuration)
        }
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
        if configuration.database == .sqlite { try ProtectedFile.rename(copy, configuration.databasePath) }
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
