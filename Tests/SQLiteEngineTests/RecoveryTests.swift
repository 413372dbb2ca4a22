internal import Foundation
internal import Storage
internal import Testing

@testable internal import SQLiteEngine

@Suite("Recovery after an I/O error")
struct RecoveryTests {
    @Test("a poisoned engine writes nothing until it is recovered, and keeps what was committed")
    func poison() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        try await Self.make(engine)
        try await Self.insert(1, engine)
        engine.poison("a planned error")
        await #expect(throws: StorageError.unavailable("recording has stopped: a planned error")) {
            try await Self.insert(2, engine)
        }
        #expect(try await Self.numbers(engine) == [1])
        let old = try Self.file(folder.database)
        try await engine.recover()
        #expect(try Self.file(folder.database) != old)
        #expect(try folder.mode("tenure.db") == 0o600)
        #expect(try await engine.synchronousLevel() == 2)
        try await Self.insert(3, engine)
        #expect(try await Self.numbers(engine) == [1, 3])
        #expect(try Self.leftovers(folder.path) == [])
        try engine.close()
        #expect(try await Self.numbers(SQLiteEngine(path: folder.database)) == [1, 3])
    }

    @Test("recovering an engine that is well does nothing")
    func well() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        try await Self.make(engine)
        let file = try Self.file(folder.database)
        try await engine.recover()
        #expect(try Self.file(folder.database) == file)
    }

    @Test("reads that run while it recovers end well")
    func readers() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        try await Self.make(engine)
        try await Self.insert(1, engine)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        #expect(try await Self.numbers(engine) == [1])
                    } catch StorageError.unavailable {
                        // The connection was closed beneath it; the caller may ask again.
                    } catch {
                        Issue.record("\(error)")
                    }
                }
            }
            group.addTask {
                engine.poison("a planned error")
                do { try await engine.recover() } catch { Issue.record("\(error)") }
            }
        }
        #expect(try await Self.numbers(engine) == [1])
    }

    @Test("a crash between the steps of a recovery loses nothing", arguments: 0..<4)
    func crash(_ step: Int) async throws {
        let folder = try TestFolder()
        let path = folder.database
        let engine = try SQLiteEngine(path: path)
        try await Self.make(engine)
        try await Self.insert(1, engine)
        // What each step leaves: an incomplete copy; a complete one; the old log away; the copy in its place.
        switch step {
        case 0: try Data("half".utf8).write(to: URL(fileURLWithPath: DatabaseFile.recovering(path)))
        default: try SQLiteBackup.write(path, to: DatabaseFile.recovered(path))
        }
        try engine.abandon()
        if step >= 2 { try DatabaseFile.remove(path + "-wal") }
        if step >= 3 {
            try DatabaseFile.remove(path + "-shm")
            try DatabaseFile.rename(DatabaseFile.recovered(path), path)
        }
        let next = try SQLiteEngine(path: path)
        #expect(try await Self.numbers(next) == [1])
        #expect(try Self.leftovers(folder.path) == [])
    }

    @Test("what a body throws takes its writes back and leaves the engine well")
    func rollback() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        try await Self.make(engine)
        await #expect(throws: StorageError.full) {
            try await engine.write { (connection) throws(StorageError) in
                try connection.execute(Statement("INSERT INTO number (n) VALUES ($1)"), [.integer(1)])
                throw .full
            }
        }
        await #expect(throws: StorageError.constraint("UNIQUE constraint failed: number.n")) {
            try await engine.write { (connection) throws(StorageError) in
                try connection.execute(Statement("INSERT INTO number (n) VALUES ($1)"), [.integer(2)])
                try connection.execute(Statement("INSERT INTO number (n) VALUES ($1)"), [.integer(2)])
            }
        }
        #expect(try await Self.numbers(engine) == [])
        try await Self.insert(3, engine)
        #expect(try await Self.numbers(engine) == [3])
    }

    @Test("a reading connection cannot write")
    func reading() async throws {
        let folder = try TestFolder()
        let engine = try SQLiteEngine(path: folder.database)
        try await Self.make(engine)
        await #expect(throws: StorageError.self) {
            try await engine.read { (connection) throws(StorageError) in
                try connection.execute(Statement("INSERT INTO number (n) VALUES ($1)"), [.integer(1)])
            }
        }
    }

    private static func make(_ engine: SQLiteEngine) async throws {
        _ = try await engine.write { (connection) throws(StorageError) in
            try connection.execute(Statement("CREATE TABLE number (n INTEGER PRIMARY KEY) STRICT"), [])
        }
    }

    private static func insert(_ number: Int64, _ engine: SQLiteEngine) async throws {
        _ = try await engine.write { (connection) throws(StorageError) in
            try connection.execute(Statement("INSERT INTO number (n) VALUES ($1)"), [.integer(number)])
        }
    }

    private static func numbers(_ engine: SQLiteEngine) async throws -> [Int64] {
        try await engine.read { (connection) throws(StorageError) in
            try connection.rows(Statement("SELECT n FROM number ORDER BY n"), [])
        }.compactMap { if case .integer(let number)? = $0.values.first { number } else { nil } }
    }

    private static func file(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int ?? -1
    }

    private static func leftovers(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains("recover") }
    }
}
