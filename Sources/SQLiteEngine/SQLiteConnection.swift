internal import GRDB
internal import GRDBSQLite
internal import Storage

/// One connection inside one transaction, on its own queue.
///
/// GRDB prepares and caches the statements; values are bound and read through SQLite's own calls, without a copy in
/// between. The statement's pointer is valid while `database` is in use on its queue, which is as long as this value
/// lives.
final class SQLiteConnection: SQLConnection {
    private let database: Database
    private let texts: StatementTexts
    /// What the last I/O error was, if there was one.
    private(set) var lastIOError: String?

    init(_ database: Database, _ texts: StatementTexts) {
        self.database = database
        self.texts = texts
    }

    static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

    var isInTransaction: Bool { unsafe database.sqliteConnection != nil && database.isInsideTransaction }

    func execute(_ statement: Storage.Statement, _ arguments: [SQLValue]) throws(StorageError) -> Int {
        try run(texts.text(of: statement), arguments, row: nil)
        guard let handle = unsafe database.sqliteConnection else { throw .unavailable("the connection is closed") }
        return unsafe Int(sqlite3_changes(handle))
    }

    func rows(_ statement: Storage.Statement, _ arguments: [SQLValue]) throws(StorageError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try run(texts.text(of: statement), arguments) { (row) in rows.append(row) }
        return rows
    }

    /// BEGIN, COMMIT, ROLLBACK.
    func command(_ sql: String) throws(StorageError) { try run(sql, [], row: nil) }

    private func run(
        _ sql: String, _ arguments: [SQLValue], row: ((SQLRow) -> Void)?
    ) throws(StorageError) {
        // A transaction that waited while the engine was recovered finds its connection closed.
        guard unsafe database.sqliteConnection != nil else { throw .unavailable("the connection is closed") }
        let statement: GRDB.Statement
        do {
            statement = try database.cachedStatement(sql: sql)
        } catch {
            throw note(error)
        }
        let handle = unsafe statement.sqliteStatement
        defer {
            unsafe sqlite3_reset(handle)
            unsafe sqlite3_clear_bindings(handle)
        }
        guard unsafe Int(sqlite3_bind_parameter_count(handle)) == arguments.count else {
            preconditionFailure("a statement was given \(arguments.count) arguments: \(sql)")
        }
        for (place, argument) in arguments.enumerated() {
            try unsafe Self.bind(argument, to: handle, at: CInt(place + 1))
        }
        while true {
            let code = unsafe sqlite3_step(handle)
            switch code {
            case SQLITE_ROW: row?(try unsafe Self.row(of: handle))
            case SQLITE_DONE: return
            default: throw fault(code)
            }
        }
    }

    private func fault(_ code: CInt) -> StorageError {
        let message = database.lastErrorMessage ?? "error \(code)"
        let (error, isIO) = Self.translate(code, message)
        if isIO { lastIOError = message }
        return error
    }

    private func note(_ error: any Error) -> StorageError {
        guard let error = error as? DatabaseError else { return .unavailable("\(error)") }
        let (translated, isIO) = Self.translate(
            error.extendedResultCode.rawValue, error.message ?? "\(error.resultCode)")
        if isIO { lastIOError = error.message }
        return translated
    }
}

extension SQLiteConnection {
    /// What an error of the library means here, without SQL or arguments in its words.
    static func translate(_ error: any Error) -> StorageError {
        if let error = error as? StorageError { return error }
        guard let error = error as? DatabaseError else { return .unavailable("\(error)") }
        return translate(error.extendedResultCode.rawValue, error.message ?? "\(error.resultCode)").0
    }

    private static func translate(_ code: CInt, _ message: String) -> (error: StorageError, isIO: Bool) {
        switch code & 0xFF {
        case SQLITE_CONSTRAINT: (.constraint(message), false)
        case SQLITE_FULL: (.full, false)
        case SQLITE_BUSY, SQLITE_LOCKED: (.unavailable("the database is busy"), false)
        case SQLITE_IOERR: (.unavailable(message), true)
        case SQLITE_CORRUPT, SQLITE_NOTADB: (.corrupt(message), true)
        default: (.unavailable(message), false)
        }
    }

    /// Runs a reading body on a connection that GRDB lent, or says why there is none.
    static func run<Value>(
        _ database: Result<Database, any Error>, _ texts: StatementTexts,
        _ body: (any SQLConnection) throws(StorageError) -> Value
    ) -> Result<Value, StorageError> {
        switch database {
        case .failure(let error): return .failure(translate(error))
        case .success(let database):
            do throws(StorageError) {
                return .success(try body(SQLiteConnection(database, texts)))
            } catch {
                return .failure(error)
            }
        }
    }

    /// SQLite copies what is bound. Text is bound whole and may hold no NUL: SQLite would take it up to there (T3).
    private static func bind(_ value: SQLValue, to statement: OpaquePointer, at place: CInt) throws(StorageError) {
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let code: CInt
        switch value {
        case .null: code = unsafe sqlite3_bind_null(statement, place)
        case .integer(let number): code = unsafe sqlite3_bind_int64(statement, place, number)
        case .bytes(let bytes):
            code =
                bytes.isEmpty
                ? unsafe sqlite3_bind_zeroblob(statement, place, 0)
                : unsafe bytes.withUnsafeBufferPointer {
                    unsafe sqlite3_bind_blob64(statement, place, $0.baseAddress, UInt64($0.count), transient)
                }
        case .text(var text):
            guard !text.utf8.contains(0) else { throw .constraint("text holds a NUL character") }
            code = text.withUTF8 { utf8 in
                guard let start = utf8.baseAddress else {
                    return unsafe sqlite3_bind_text(statement, place, "", 0, transient)
                }
                return unsafe start.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                    unsafe sqlite3_bind_text64(
                        statement, place, $0, UInt64(utf8.count), transient, UInt8(SQLITE_UTF8))
                }
            }
        }
        guard code == SQLITE_OK else { throw .unavailable("a value is too large") }
    }

    private static func row(of statement: OpaquePointer) throws(StorageError) -> SQLRow {
        let count = unsafe sqlite3_column_count(statement)
        var values: [SQLValue] = []
        values.reserveCapacity(Int(count))
        var place: CInt = 0
        while place < count {
            values.append(try unsafe value(of: statement, at: place))
            place += 1
        }
        return SQLRow(values)
    }

    private static func value(of statement: OpaquePointer, at place: CInt) throws(StorageError) -> SQLValue {
        switch unsafe sqlite3_column_type(statement, place) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return unsafe .integer(sqlite3_column_int64(statement, place))
        case SQLITE_TEXT:
            let start = unsafe sqlite3_column_text(statement, place)
            let count = unsafe Int(sqlite3_column_bytes(statement, place))
            let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
            guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
                throw .corrupt("a text is not UTF-8")
            }
            return .text(text)
        case SQLITE_BLOB:
            let start = unsafe sqlite3_column_blob(statement, place)
            let count = unsafe Int(sqlite3_column_bytes(statement, place))
            return unsafe .bytes([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default: throw .corrupt("a number with a fraction")
        }
    }
}
