internal import Foundation
internal import Storage
internal import Testing

@testable internal import SQLiteEngine

@Suite("Files of the database")
struct FileTests {
    @Test("every commit is synced: synchronous is FULL on the connection that writes")
    func synchronous() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        #expect(try await engine.synchronousLevel() == 2)
    }

    @Test("T43 the database and what lies beside it are for this user alone")
    func modes() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        try await SchemaMigrator.migrate(engine)
        for name in ["tenure.db", "tenure.db-wal", "tenure.db-shm"] {
            #expect(try folder.mode(name) == 0o600)
        }
    }

    @Test("T43 a file that others may use is refused", arguments: [0o640, 0o604, 0o620, 0o610, 0o666])
    func readable(_ mode: Int) throws {
        let folder = try TestFolder()
        try SQLiteEngine(path: folder.database).close()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.database)
        let database = folder.database
        #expect(throws: StorageError.insecureFile("\(database) may be used by others: chmod 600 it")) {
            try SQLiteEngine(path: database)
        }
    }

    @Test("T43 a link in the place of the database is refused, and so is a second name")
    func links() throws {
        let folder = try TestFolder()
        let database = folder.database
        try SQLiteEngine(path: database).close()
        let link = folder.path + "/link.db"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: database)
        #expect(throws: StorageError.insecureFile("\(link) is not a regular file")) { try SQLiteEngine(path: link) }
        let second = folder.path + "/second.db"
        try FileManager.default.linkItem(atPath: database, toPath: second)
        #expect(throws: StorageError.insecureFile("\(second) has a second name")) {
            try SQLiteEngine(path: second)
        }
    }

    @Test("a closed database is whole in one file")
    func closing() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        try await SchemaMigrator.migrate(engine)
        try engine.close()
        let copy = folder.path + "/copy.db"
        try FileManager.default.copyItem(atPath: folder.database, toPath: copy)
        try await SchemaMigrator.check(SQLiteEngine(path: copy))
    }

    @Test(
        "a parameter keeps its number, and what stands in quotes stays",
        arguments: [
            ("SELECT $2, $1", "SELECT ?2, ?1"), ("SELECT '$1', $1", "SELECT '$1', ?1"),
            ("SELECT 'it''s $2', $12", "SELECT 'it''s $2', ?12"),
        ])
    func rewriting(_ sql: String, _ expected: String) {
        #expect(StatementTexts.rewrite(sql) == expected)
    }

    @Test("inspecting needs no lock and changes nothing")
    func inspection() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        try await SchemaMigrator.migrate(engine)
        let live = try SQLiteReader(path: folder.database)
        try await SchemaMigrator.check(live)
        await #expect(throws: StorageError.self) { try await SchemaMigrator.migrate(live) }
        try engine.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.database))
        let stopped = try SQLiteReader(path: folder.database)
        try await SchemaMigrator.check(stopped)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.database)) == before)
    }
}
