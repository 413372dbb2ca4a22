internal import AuditInspection
internal import AuditLog
internal import Foundation
internal import OpenSSLCrypto
internal import Storage
internal import TenureModel
internal import Testing

@Suite("An installation is copied from one engine to the other")
struct StoreCopyTests {
    /// From where to where; what lies between is another engine, or another database of the same.
    private static let ways: [(TestEngine, TestEngine)] = [
        (.sqlite, .postgreSQL), (.postgreSQL, .sqlite), (.sqlite, .sqlite), (.postgreSQL, .postgreSQL),
    ]

    /// A log with an estate, tokens, a cut, and rows of the tables that are in no entry.
    private static func filled(_ engine: any SQLEngine, _ key: PrivateKey) async throws -> LogHead {
        let log = try await RunningLog(engine, key: key)
        let estate = Example()
        try await log.found(estate)
        for number: UInt64 in 1...12 {
            let token = estate.token(number, floor: 5)
            _ = try await log.recorder.record(Example.issuance(token, operation: number)).get()
        }
        try await log.mark([PendingMark(LineageReference(.trust, 2), cuts: true)], operation: 100)
        await log.stop()
        return log.recorder.head
    }

    @Test("both hold the same rows and the same root, and the copy goes on as the same log", arguments: ways)
    func whole(_ one: TestEngine, _ other: TestEngine) async throws {
        let from = try TestFolder()
        let to = try TestFolder()
        let (source, target) = (try await one.open(in: from), try await other.open(in: to))
        let key = try PrivateKey.generate(.ed25519)
        let head = try await Self.filled(source, key)
        let copy = try await StoreCopy(from: source, to: target)
        try await copy.copy { _ in }
        #expect(try await copy.firstDifference() == nil)
        try await copy.finish()
        #expect(copy.head == head)
        let verifier = try VerifierKey(name: RunningLog.origin, ed25519: key.publicKey.ed25519Raw ?? [])
        for engine in [source, target] {
            let report = try await InspectedFolder(engine).verifyLog(key: verifier, checkpoints: [])
            #expect(report.findings == [] && report.root == head.root && report.attestedSize == head.size)
            #expect(try await InspectedFolder(engine).compareState().findings.isEmpty)
        }
        // The same operation is known there, and the next entry follows.
        let next = try await RunningLog(target, key: key)
        #expect(next.recorder.head == head)
        let again = await next.recorder.record(Example.issuance(Example().token(20, floor: 5), operation: 1))
        #expect(throws: RecordingError.self) { try again.get() }
        let member = Example.issuance(Example().token(21, floor: head.size), operation: 21)
        let more = try await next.recorder.record(member).get()
        #expect(more.firstIndex == head.size)
        await next.stop()
    }

    @Test(
        "until it is finished no program opens the copy, and it is begun anew only where that is asked for",
        arguments: ways)
    func unfinished(_ one: TestEngine, _ other: TestEngine) async throws {
        let from = try TestFolder()
        let to = try TestFolder()
        let (source, target) = (try await one.open(in: from), try await other.open(in: to))
        let head = try await Self.filled(source, try PrivateKey.generate(.ed25519))
        try await StoreCopy(from: source, to: target).copy { _ in }
        let refused = StorageError.newerSchema(
            found: StoreCopy.unfinishedVersion, known: SchemaMigrator.newestVersion)
        await #expect(throws: refused) { try await SchemaMigrator.migrate(target) }
        await #expect(throws: refused) { try await SchemaMigrator.check(target) }
        await #expect(throws: CopyRefusal.unfinishedTarget) { _ = try await StoreCopy(from: source, to: target) }
        await #expect(throws: CopyRefusal.self) { _ = try await StoreCopy(from: target, to: source) }
        try await StoreCopy.discardUnfinished(in: target)
        let copy = try await StoreCopy(from: source, to: target)
        try await copy.copy { _ in }
        try await copy.finish()
        // What is finished is nothing to be discarded.
        try await StoreCopy.discardUnfinished(in: target)
        #expect(try await Ledger(target, origin: "").head() == head)
        #expect(try await Ledger(source, origin: "").head() == head)
    }

    @Test("an empty source and a target with anything in it are refused", arguments: TestEngine.allCases)
    func refused(_ database: TestEngine) async throws {
        let from = try TestFolder()
        let to = try TestFolder()
        let empty = try TestFolder()
        let source = try await database.open(in: from)
        let target = try await database.open(in: to)
        let nothing = try await database.open(in: empty)
        try await SchemaMigrator.migrate(nothing)
        _ = try await Self.filled(source, try PrivateKey.generate(.ed25519))
        await #expect(throws: CopyRefusal.emptySource) { _ = try await StoreCopy(from: nothing, to: target) }
        // Tables without a row are no installation.
        _ = try await StoreCopy(from: source, to: nothing)
        try await nothing.write { (connection) throws(StorageError) in
            _ = try connection.execute(Statement("INSERT INTO large_act (id, free_at) VALUES (1, 0)"), [])
        }
        await #expect(throws: CopyRefusal.filledTarget) { _ = try await StoreCopy(from: source, to: nothing) }
        _ = try await Self.filled(target, try PrivateKey.generate(.ed25519))
        await #expect(throws: CopyRefusal.filledTarget) { _ = try await StoreCopy(from: source, to: target) }
    }

    @Test("a source that goes on meanwhile is noticed", arguments: TestEngine.allCases)
    func moving(_ database: TestEngine) async throws {
        let from = try TestFolder()
        let to = try TestFolder()
        let (source, target) = (try await database.open(in: from), try await database.open(in: to))
        let key = try PrivateKey.generate(.ed25519)
        _ = try await Self.filled(source, key)
        let copy = try await StoreCopy(from: source, to: target)
        try await copy.copy { _ in }
        let log = try await RunningLog(source, key: key)
        try await log.mark([PendingMark(LineageReference(.trust, 2), cuts: true)], operation: 101)
        await log.stop()
        await #expect(throws: CopyRefusal.sourceChanged) { try await copy.finish() }
        await #expect(throws: StorageError.self) { try await SchemaMigrator.check(target) }
    }

    /// What somebody does to the copy, and the table that is named.
    private static let damages = [
        ("UPDATE presentation SET uses = uses + 1", "presentation"), ("DELETE FROM operation", "operation"),
        ("UPDATE large_act SET free_at = 7", "large_act"),
    ]

    @Test("a row that is not what it was is named by its table", arguments: damages, TestEngine.allCases)
    func differing(_ damage: (sql: String, table: String), _ database: TestEngine) async throws {
        let from = try TestFolder()
        let to = try TestFolder()
        let (source, target) = (try await database.open(in: from), try await database.open(in: to))
        _ = try await Self.filled(source, try PrivateKey.generate(.ed25519))
        try await source.write { (connection) throws(StorageError) in
            try connection.execute(
                Statement("INSERT INTO presentation (authentication, uses, expires) VALUES (5, 1, 9)"), [])
            try connection.execute(Statement("INSERT INTO large_act (id, free_at) VALUES (1, 3)"), [])
        }
        let copy = try await StoreCopy(from: source, to: target)
        try await copy.copy { _ in }
        #expect(try await copy.firstDifference() == nil)
        try await target.write { (connection) throws(StorageError) in
            _ = try connection.execute(Statement(damage.sql), [])
        }
        #expect(try await copy.firstDifference()?.hasPrefix(damage.table) == true)
    }

    @Test("every table and column of the database is copied")
    func everything() async throws {
        let folder = try TestFolder()
        let engine = try await TestEngine.sqlite.open(in: folder)
        try await SchemaMigrator.migrate(engine)
        let found = try await engine.read { (connection) throws(StorageError) in
            try connection.rows(
                Statement(
                    "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"),
                [])
        }
        let columns = found.compactMap { row -> String? in
            guard case .text(let table) = row.values[0], case .text(let column) = row.values[1] else { return nil }
            return ["schema_version", "schema_support", "head"].contains(table) ? nil : "\(table).\(column)"
        }
        #expect(columns.count > 100)
        #expect(Set(columns) == Set(StoreCopy.columns))
    }
}
