internal import PostgreSQLEngine
internal import SQLiteEngine
internal import Storage
internal import TenureAPI
internal import TenureModel

/// The database of an installation, opened, whichever engine keeps it.
struct OpenStore: Sendable {
    let engine: any SQLEngine
    /// On PostgreSQL: hears of what other nodes commit. SQLite's file is this node's alone by the folder's lock.
    let watch: CommitWatch?
    private let closing: @Sendable () async throws(StorageError) -> Void

    /// Opens it and migrates it forward.
    ///
    /// - Throws: `StartFailure`, one line that says what is wrong with the database.
    static func open(_ configuration: ServerConfiguration) async throws(StartFailure) -> OpenStore {
        let store = try await openAsIs(configuration)
        do throws(StorageError) {
            try await SchemaMigrator.migrate(store.engine)
            return store
        } catch {
            throw StartFailure(error, configuration)
        }
    }

    /// Opens it and leaves its schema as it is.
    ///
    /// - Throws: as `open`.
    static func openAsIs(_ configuration: ServerConfiguration) async throws(StartFailure) -> OpenStore {
        do throws(StorageError) {
            return switch configuration.database {
            case .sqlite: try sqlite(configuration.databasePath)
            case .postgreSQL(let address, let mayLoseCredentials):
                try await postgreSQL(address, mayLoseCredentials: mayLoseCredentials)
            }
        } catch {
            throw StartFailure(error, configuration)
        }
    }

    /// By how many milliseconds this node's clock is ahead of the database's; 0 where that is in the process.
    var clockDifference: Int64 { watch?.clockDifference ?? 0 }

    /// Closes all connections.
    func close() async throws(StorageError) { try await closing() }

    private static func sqlite(_ path: String) throws(StorageError) -> OpenStore {
        let engine = try SQLiteEngine(path: path)
        return OpenStore(engine: engine, watch: nil) { () throws(StorageError) in try engine.close() }
    }

    private static func postgreSQL(
        _ address: PostgreSQLAddress, mayLoseCredentials: Bool
    ) async throws(StorageError) -> OpenStore {
        let engine = try await PostgreSQLEngine(address, mayLoseCredentials: mayLoseCredentials)
        let watch = CommitWatch(address, mayLoseCredentials: mayLoseCredentials) { SystemClock.now().milliseconds }
        try await watch.compareClocks()
        return OpenStore(engine: engine, watch: watch) { () throws(StorageError) in
            await watch.close()
            await engine.close()
        }
    }
}
