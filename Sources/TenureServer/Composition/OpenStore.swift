internal import PostgreSQLEngine
internal import SQLiteEngine
internal import Storage
internal import TenureAPI
internal import TenureModel

/// The database of an installation, opened, whichever engine keeps it.
struct OpenStore: Sendable {
    let engine: any SQLEngine
    /// On PostgreSQL: that no other node serves the database. SQLite's file is this node's alone by the folder's lock.
    let lease: NodeLease?
    private let closing: @Sendable () async throws(StorageError) -> Void

    /// Opens it and migrates it forward.
    ///
    /// - Throws: `StartFailure`; where another node has a PostgreSQL, after 5 s of waiting for it to go.
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

    /// Closes all connections; another node may have the database then.
    func close() async throws(StorageError) { try await closing() }

    private static func sqlite(_ path: String) throws(StorageError) -> OpenStore {
        let engine = try SQLiteEngine(path: path)
        return OpenStore(engine: engine, lease: nil) { () throws(StorageError) in try engine.close() }
    }

    private static func postgreSQL(
        _ address: PostgreSQLAddress, mayLoseCredentials: Bool
    ) async throws(StorageError) -> OpenStore {
        let lease = try await NodeLease(address, mayLoseCredentials: mayLoseCredentials) {
            SystemClock.now().milliseconds
        }
        let engine = try await PostgreSQLEngine(address, mayLoseCredentials: mayLoseCredentials)
        return OpenStore(engine: engine, lease: lease) { () throws(StorageError) in
            await engine.close()
            await lease.release()
        }
    }
}

extension OpenStore {
    /// Answers requests only while no other node can have acknowledged anything; nil where none can ever.
    var confirmation: (@Sendable () async -> Bool)? {
        guard let lease else { return nil }
        return {
            do throws(StorageError) {
                try await lease.confirm()
                return true
            } catch {
                return false
            }
        }
    }
}
