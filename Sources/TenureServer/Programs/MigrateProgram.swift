internal import AuditInspection
internal import AuditLog
internal import OpenSSLCrypto
internal import Storage
internal import TenureAPI

/// `tenured migrate`: an installation moves from one database into another, with all that it is.
package enum MigrateProgram {
    /// Brings the schema of the store to this program's, or copies the store into another.
    ///
    /// - Parameters:
    ///   - source: where the installation is; nil for the configuration's store.
    ///   - target: where it goes, `sqlite` or a `postgresql://` URL; nil migrates the schema alone.
    ///   - again: takes away what an earlier copy left that did not end.
    /// - Throws: `StartFailure`; the source is as it was then, and the target is refused by every program.
    package static func run(
        configuration file: String, from source: String?, to target: String?, again: Bool
    ) async throws(StartFailure) {
        try ProcessHardening.apply()
        let file = FilePlace.absolute(file)
        let from = try configuration(file, store: source, "--from")
        try FolderPath.check(from.dataFolder)
        let lock = try FolderLock(folder: from.dataFolder)
        defer { withExtendedLifetime(lock) {} }
        guard let target else {
            guard !again else { throw StartFailure(.usage, "--again belongs to --to") }
            let store = try await OpenStore.open(from)
            try await close(store, from)
            return Terminal.say("The schema of \(from.databasePlace) is version \(SchemaMigrator.newestVersion).")
        }
        let to = try configuration(file, store: target, "--to")
        guard from.database != to.database else {
            throw StartFailure(.usage, "--to names the store that the installation is in: \(from.databasePlace)")
        }
        if from.database == .sqlite, !ProtectedFile.exists(from.databasePath) {
            throw StartFailure(.notFound, "\(from.databasePath) is not there: nothing can be migrated from it")
        }
        let report = try await move(from, to, again: again) { Terminal.say($0) }
        Terminal.say(
            """
            moved  \(from.databasePlace)
            to     \(to.databasePlace)   \(report.size) entries, root \(Base64.text(report.root))

            Every row was compared, both logs were verified entry by entry, and their tables against them.
            Next: put the new store into \(file) (`store`), and start the server. The old one is as it was: \
            keep it until the new one was backed up, and never serve it again.
            """)
    }

    /// Copies, compares, verifies, and only then makes the target one that can be served.
    static func move(
        _ from: ServerConfiguration, _ to: ServerConfiguration, again: Bool, say: @escaping @Sendable (String) -> Void
    ) async throws(StartFailure) -> LogReport {
        let source = try await OpenStore.openAsIs(from)
        let target: OpenStore
        do throws(StartFailure) {
            target = try await OpenStore.openAsIs(to)
        } catch {
            try await close(source, from)
            throw error
        }
        let result: Result<LogReport, StartFailure>
        do throws(StartFailure) {
            result = .success(try await move(source.engine, from, target.engine, to, again: again, say))
        } catch {
            result = .failure(error)
        }
        try await close(target, to)
        try await close(source, from)
        return try result.get()
    }

    private static func move(
        _ source: any SQLEngine, _ from: ServerConfiguration, _ target: any SQLEngine, _ to: ServerConfiguration,
        again: Bool, _ say: @escaping @Sendable (String) -> Void
    ) async throws(StartFailure) -> LogReport {
        let key = try BackupProgram.verifierKey(from)
        var notes: [String] = []
        if ProtectedFile.exists(from.witnessFile) { notes.append(try ProtectedFile.text(from.witnessFile)) }
        let transfer = try await StoreTransfer(source, from, into: target, to, again: again)
        _ = try await LogCheck.check(
            InspectedFolder(source), of: from.databasePlace, key: key, checkpoints: notes, from)
        let size = transfer.copy.head.size
        return try await transfer.run(key: key, checkpoints: notes) {
            if $0 % 50_000 == 0 || $0 == size { say("copied \($0) of \(size) entries") }
        }
    }

    private static func configuration(
        _ file: String, store: String?, _ option: String
    ) throws(StartFailure) -> ServerConfiguration {
        guard let store else { return try ServerConfiguration.read(file) }
        guard store == "sqlite" else { return try ServerConfiguration.read(file, store: store) }
        var configuration = try ServerConfiguration.read(file)
        configuration.database = .sqlite
        return configuration
    }

    private static func close(_ store: OpenStore, _ configuration: ServerConfiguration) async throws(StartFailure) {
        do throws(StorageError) {
            try await store.close()
        } catch {
            throw StartFailure(error, configuration)
        }
    }
}
