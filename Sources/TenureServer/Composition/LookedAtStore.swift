internal import AuditInspection
internal import PostgreSQLEngine
internal import SQLiteEngine
internal import Storage
internal import TenureAPI

/// The database of an installation, only looked at, beside nodes that serve it or after they stopped.
struct LookedAtStore: Sendable {
    let engine: any SQLEngine
    private let closing: @Sendable () async -> Void

    /// - Throws: `StartFailure`, one line that says what is wrong with the database.
    static func open(_ configuration: ServerConfiguration) async throws(StartFailure) -> LookedAtStore {
        do throws(StorageError) {
            switch configuration.database {
            case .sqlite: return LookedAtStore(engine: try SQLiteReader(path: configuration.databasePath)) {}
            case .postgreSQL(let address, let mayLoseCredentials):
                let snapshot = try await PostgreSQLSnapshot(address, mayLoseCredentials: mayLoseCredentials)
                return LookedAtStore(engine: snapshot) { await snapshot.close() }
            }
        } catch {
            throw StartFailure(error, configuration)
        }
    }

    func close() async { await closing() }
}
