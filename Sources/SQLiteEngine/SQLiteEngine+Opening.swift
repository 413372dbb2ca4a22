internal import Foundation
internal import GRDB
internal import Storage
internal import Synchronization

extension SQLiteEngine {
    static func open(_ path: String) throws(StorageError) -> DatabasePool {
        var configuration = Configuration()
        configuration.maximumReaderCount = readersMax
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    PRAGMA recursive_triggers = ON;
                    PRAGMA cache_size = -65536;
                    """)
        }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            let levels = try pool.writeWithoutTransaction { database in
                // FULL only now: the pool has set NORMAL after `prepareDatabase` ran.
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;")
                return (
                    try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                    try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                    try Int.fetchOne(database, sql: "PRAGMA foreign_keys")
                )
            }
            guard levels == ("wal", 2, 1) else {
                throw StorageError.unavailable("SQLite does not keep WAL, synchronous=FULL and foreign_keys=ON")
            }
            return pool
        } catch let error as StorageError {
            throw error
        } catch {
            throw SQLiteConnection.translate(error)
        }
    }
}

/// SQLite's form of each statement's text: `$N` is a name to SQLite, and names are bound in the order in which they
/// appear, so `$N` becomes `?N`. Done once per statement.
final class StatementTexts: Sendable {
    private let texts = Mutex<[Storage.Statement: String]>([:])

    func text(of statement: Storage.Statement) -> String {
        texts.withLock { texts in
            if let text = texts[statement] { return text }
            let text = Self.rewrite(statement.sql)
            texts[statement] = text
            return text
        }
    }

    /// Leaves what stands in quotes as it is.
    static func rewrite(_ sql: String) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(sql.utf8.count)
        var isQuoted = false
        for byte in sql.utf8 {
            if byte == UInt8(ascii: "'") { isQuoted.toggle() }
            output.append(byte == UInt8(ascii: "$") && !isQuoted ? UInt8(ascii: "?") : byte)
        }
        return String(decoding: output, as: UTF8.self)
    }
}
