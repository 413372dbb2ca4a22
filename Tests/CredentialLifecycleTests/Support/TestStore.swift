internal import Foundation
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import SQLiteEngine
internal import Storage

/// What keeps a test's installation.
enum TestStore: Hashable, Sendable {
    case sqlite
    /// - announces: whether each node tells the others of its commits.
    case postgreSQL(announces: Bool)

    /// Opens the database of a folder: the same one each time, as another node would.
    func open(for folder: String) async throws -> (engine: any SQLEngine, close: () async throws -> Void) {
        switch self {
        case .sqlite:
            let engine = try SQLiteEngine(path: folder + "/tenure.db")
            return (engine, { try engine.close() })
        case .postgreSQL(let announces):
            let engine = try await PostgreSQLEngine(try Self.address(of: folder), announces: announces)
            return (engine, { await engine.close() })
        }
    }

    /// Of a folder's database, which is made where it is not there.
    static func address(of folder: String) throws -> PostgreSQLAddress {
        let name = "lifecycle_" + (folder.split(separator: "/").last ?? "").lowercased().filter { $0 != "-" }
        let server = try PostgreSQLServer.shared()
        try server.makeSchema(name)
        return try PostgreSQLAddress(url: server.url(schema: name), environment: [:])
    }
}
