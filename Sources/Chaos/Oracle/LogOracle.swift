internal import AuditInspection
internal import AuditLog
internal import Foundation
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import SQLiteEngine
internal import Storage
internal import TenureModel

/// Oracle O (THREATS, section 4) on a database that no broker has open: the log is whole under every checkpoint that a
/// client holds, its fold is the tables, and each acknowledged answer stands in it at its index.
struct LogOracle: Sendable {
    private static let pageEntries: Int64 = 1_000

    private let key: VerifierKey

    init(verifierKey: String) throws(ChaosFault) {
        do throws(NoteError) {
            key = try VerifierKey(verifierKey)
        } catch {
            throw ChaosFault("\(verifierKey) is no key: \(error)")
        }
    }

    /// Opens the database as a start does, so that the engine recovers it, and looks.
    ///
    /// - Returns: what does not hold, in words.
    func violations(in folder: String, holding answers: [GivenAnswer]) async -> [String] {
        do throws(StorageError) {
            let engine = try SQLiteEngine(path: folder + "/" + InspectedFolder.databaseName)
            try await SchemaMigrator.check(engine)
            try engine.close()
            return try await violations(of: try Self.reader(folder), holding: answers)
        } catch {
            return ["the database cannot be used: \(error)"]
        }
    }

    /// The same of a database that is open.
    func violations(
        of engine: any SQLEngine, holding answers: [GivenAnswer]
    ) async throws(StorageError) -> [String] {
        let inspected = InspectedFolder(engine)
        let notes = Set(answers.compactMap(\.note)).sorted()
        let report = try await inspected.verifyLog(key: key, checkpoints: notes)
        let state = try await inspected.compareState()
        return report.findings.map { "the log: \($0)" } + state.findings.map { "the tables: \($0)" }
            + (try await missing(answers, in: engine))
    }

    /// Opens an installation that a real PostgreSQL keeps.
    static func open(_ server: PostgreSQLServer, schema: String) async throws(ChaosFault) -> PostgreSQLEngine {
        do {
            let address = try PostgreSQLAddress(url: server.url(schema: schema), environment: [:])
            let engine = try await PostgreSQLEngine(address)
            try await SchemaMigrator.check(engine)
            return engine
        } catch {
            throw ChaosFault("the database cannot be opened: \(error)")
        }
    }

    /// Which tokens the log holds, so that none is there that nobody was told of.
    func tokens(in folder: String) async throws(StorageError) -> [Int64: String] {
        try await tokens(of: try Self.reader(folder))
    }

    /// The same of a database that is open.
    func tokens(of engine: any SQLEngine) async throws(StorageError) -> [Int64: String] {
        var tokens: [Int64: String] = [:]
        try await entries(of: engine) { (entry) throws(StorageError) in
            // What cannot be decoded is a finding of the log's verification.
            guard let decoded = try? EntryEncoding.decode(entry.body), decoded.act == .tokenIssue,
                decoded.outcome == .done, let row = decoded.rows.first(where: { $0.table == "credential" })
            else { return }
            tokens[entry.index] = row.key
        }
        return tokens
    }

    private func missing(_ answers: [GivenAnswer], in engine: any SQLEngine) async throws(StorageError) -> [String] {
        var byIndex: [Int64: [GivenAnswer]] = [:]
        for answer in answers { byIndex[answer.index, default: []].append(answer) }
        try await entries(of: engine) { (entry) throws(StorageError) in
            guard let held = byIndex[entry.index] else { return }
            let others = held.filter { !Self.contains(entry.body, $0.id) }
            byIndex[entry.index] = others.isEmpty ? nil : others
        }
        return byIndex.values.joined().sorted { $0.index < $1.index }.map {
            "\($0.kind.rawValue) \($0.id) was acknowledged at index \($0.index), and is not there"
        }
    }

    private func entries(
        of engine: any SQLEngine, _ visit: (LogEntry) throws(StorageError) -> Void
    ) async throws(StorageError) {
        let ledger = Ledger(engine, origin: "")
        var next: Int64 = 0
        while true {
            let page = try await ledger.entries(from: next, limit: Self.pageEntries)
            for entry in page { try visit(entry) }
            guard let last = page.last else { return }
            next = last.index + 1
        }
    }

    private static func reader(_ folder: String) throws(StorageError) -> SQLiteReader {
        try SQLiteReader(path: folder + "/" + InspectedFolder.databaseName)
    }

    private static func contains(_ body: [UInt8], _ id: String) -> Bool {
        Data(body).range(of: Data(id.utf8)) != nil
    }
}
