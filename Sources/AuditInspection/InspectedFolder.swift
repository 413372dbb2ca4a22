package import AuditLog
internal import SQLiteEngine
package import Storage

/// The log and the tables of a data folder, looked at without the broker and without changing anything.
package struct InspectedFolder: Sendable {
    /// The database in a data folder.
    package static let databaseName = "tenure.db"
    /// How many entries are held at a time.
    private static let pageEntries: Int64 = 1_000

    private let engine: any SQLEngine
    private let ledger: Ledger

    /// - Throws: `unavailable` where the folder holds no database that can be read.
    package init(path: String) throws(StorageError) {
        try self.init(database: path + "/" + Self.databaseName)
    }

    /// Looks at a copy of a database, wherever it lies.
    ///
    /// - Throws: `unavailable` where it cannot be read.
    package init(database path: String) throws(StorageError) {
        engine = try SQLiteReader(path: path)
        ledger = Ledger(engine, origin: "")
    }

    /// Takes a database that is open already, such as one in memory.
    package init(_ engine: any SQLEngine) {
        self.engine = engine
        ledger = Ledger(engine, origin: "")
    }

    /// Verifies the log entry by entry, against the checkpoints that are stored and those given.
    ///
    /// - Parameters:
    ///   - key: what checkpoints must be signed with.
    ///   - checkpoints: signed notes that somebody kept; a log that was cut off is found against them alone.
    package func verifyLog(key: VerifierKey, checkpoints: [String]) async throws(StorageError) -> LogReport {
        var verifier = LogVerifier(key: key)
        for note in checkpoints { verifier.add(checkpoint: note) }
        if let newest = try await ledger.newestCheckpoint() { verifier.add(checkpoint: newest.note) }
        var next: Int64 = 0
        while true {
            let page = try await ledger.entries(from: next, limit: Self.pageEntries)
            for entry in page { verifier.feed(index: entry.index, body: entry.body, leafHash: entry.leafHash) }
            guard let last = page.last, page.count == Int(Self.pageEntries) else { break }
            next = last.index + 1
        }
        return verifier.finish()
    }

    /// Folds the log and compares it with the tables: a row that was changed, added or removed by SQL is named (T40).
    ///
    /// Rows of credentials that an entry `retention.cut` let go may be gone, those and no others.
    package func compareState() async throws(StorageError) -> StateReport {
        var fold = try await fold(StateFold())
        if fold.findingCount > 0, let cut = fold.lastCut { fold = try await self.fold(StateFold(cut: cut)) }
        return StateReport(findings: fold.findings, findingCount: fold.findingCount)
    }

    private func fold(_ empty: StateFold) async throws(StorageError) -> StateFold {
        var fold = empty
        var next: Int64 = 0
        while true {
            let from = next
            let page = try await ledger.entries(from: from, limit: Self.pageEntries)
            guard let last = page.last else { break }
            let rows = try await engine.read { (connection) throws(StorageError) in
                try AuditedState.rows(from: from, upTo: last.index + 1, connection)
            }
            Self.feed(page, rows, to: &fold)
            next = last.index + 1
        }
        let beyond = next
        let (rest, marks) = try await engine.read { (connection) throws(StorageError) in
            (
                try AuditedState.rows(from: beyond, upTo: .max, connection),
                try AuditedState.marks(connection)
            )
        }
        for row in rest { fold.feed(row) }
        for mark in marks { fold.feed(mark) }
        fold.finish()
        return fold
    }

    /// Each entry, then the rows that bear its index.
    private static func feed(_ page: [LogEntry], _ rows: [FoldedRow], to fold: inout StateFold) {
        var row = rows.startIndex
        for entry in page {
            // What cannot be decoded is a finding of the log's verification.
            if let decoded = try? EntryEncoding.decode(entry.body) { fold.feed(index: entry.index, entry: decoded) }
            while row < rows.endIndex, rows[row].index <= entry.index {
                fold.feed(rows[row])
                row += 1
            }
        }
    }
}

/// Where the tables are not what the log says.
package struct StateReport: Sendable {
    /// The first of them.
    package let findings: [StateFinding]
    package let findingCount: Int

    /// The tables are the fold of the log.
    package var isEqual: Bool { findingCount == 0 }
}
