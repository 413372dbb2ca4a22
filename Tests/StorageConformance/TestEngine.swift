internal import Foundation
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import SQLiteEngine
internal import Storage
internal import Testing

/// The engines that the suite is handed: each test that touches a database runs on both.
enum TestEngine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgreSQL

    var testDescription: String { rawValue }

    /// Opens the database of a folder; a second time, as another program on the same database would.
    func open(in folder: borrowing TestFolder) async throws -> any SQLEngine {
        switch self {
        case .sqlite: return try SQLiteEngine(path: folder.path + "/tenure.db")
        case .postgreSQL:
            let url = try await TestDatabase.url(of: folder.name)
            return try await PostgreSQLEngine(PostgreSQLAddress(url: url, environment: [:]))
        }
    }
}

/// Makes databases on the run's server.
enum TestDatabase {
    private static let control = Task {
        let url = try PostgreSQLServer.shared().url(schema: "public")
        return try await PostgreSQLEngine(PostgreSQLAddress(url: url, environment: [:]))
    }

    /// The URL of a database that is there once this returns.
    static func url(of name: String) async throws -> String {
        try await control.value.write { (connection) throws(StorageError) in
            _ = try connection.execute(Statement("CREATE SCHEMA IF NOT EXISTS \(name)"), [])
        }
        return try PostgreSQLServer.shared().url(schema: name)
    }
}

/// A folder of its own for each test, gone with it.
struct TestFolder: ~Copyable {
    let path: String
    /// A name that no other folder has.
    let name: String

    init() throws {
        name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        path = FileManager.default.temporaryDirectory.path + "/tenure-" + name
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("left behind: \(path)")
        }
    }
}
