internal import SQLiteEngine
internal import Storage

/// A connection that carries out or answers single statements as the lie says.
struct LyingConnection: SQLConnection {
    private let connection: any SQLConnection
    private let lie: Lie
    /// How long the log was before the lock was waited for.
    private let sizeBefore: Int64

    init(_ connection: any SQLConnection, _ lie: Lie, sizeBefore: Int64) {
        self.connection = connection
        self.lie = lie
        self.sizeBefore = sizeBefore
    }

    /// How long the log is now.
    static func size(_ database: SQLiteMemory) throws(StorageError) -> Int64 {
        let rows = try database.look { (connection) throws(StorageError) in
            try connection.rows(Statement("SELECT size FROM head WHERE id = 1"), [])
        }
        guard case .integer(let size)? = rows.first?.values.first else { throw .corrupt("head") }
        return size
    }

    func execute(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) -> Int {
        if lie == .markLost, statement.sql.hasPrefix("INSERT INTO lineage_mark"), arguments.first == .text("e") {
            return 1
        }
        let count = try connection.execute(statement, arguments)
        return lie == .usesUncounted && statement.sql.hasPrefix("INSERT INTO presentation") ? 1 : count
    }

    func rows(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) -> [SQLRow] {
        let rows = try connection.rows(statement, arguments)
        if lie == .operationsForgotten, statement.sql.hasSuffix("FROM operation AS o WHERE o.id = $1") { return [] }
        // The check of marks asks for one row more than it reads; the snapshot, which asks for all, is not lied to.
        guard statement.sql.contains("FROM lineage_mark WHERE changed_index >="), arguments.last != .integer(.max)
        else { return rows }
        switch lie {
        case .marksBeforeLock: return rows.filter { Self.changedIndex(of: $0) < sizeBefore }
        case .trustMarksHidden: return rows.filter { $0.values.first != .text("t") }
        default: return rows
        }
    }

    private static func changedIndex(of row: SQLRow) -> Int64 {
        guard row.values.count > 3, case .integer(let changed) = row.values[3] else { return -1 }
        return changed
    }
}
