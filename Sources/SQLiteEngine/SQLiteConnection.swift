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
    /// Prepared statements that this transaction used: a batch runs the same few for each of its members.
    private var prepared: [Storage.Statement: GRDB.Statement] = [:]
    /// What the last I/O error was, if there was one.
    private(set) var lastIOError: String?

    init(_ database: Database, _ texts: StatementTexts) {
        self.database = database
        self.texts = texts
    }

    static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

    var isInTransaction: Bool { unsafe database.sqliteConnection != nil && database.isInsideTransaction }

    func execute(_ statement: Storage.Statement, _ arguments: [SQLValue]) throws(StorageError) -> Int {
        try run(statement, arguments, row: nil)
        guard let handle = unsafe database.sqliteConnection else { throw .unavailable("the connection is closed") }
        return unsafe Int(sqlite3_changes(handle))
    }

    func rows(_ statement: Storage.Statement, _ arguments: [SQLValue]) throws(StorageError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try run(statement, arguments) { (row) in rows.append(row) }
        return rows
    }

    /// BEGIN, COMMIT, ROLLBACK.
    func command(_ sql: String) throws(StorageError) { try run(Storage.Statement(sql), [], row: nil) }

    private func run(
        _ statement: Storage.Statement, _ arguments: [SQLValue], row: ((SQLRow) -> Void)?
    ) throws(StorageError) {
        // A transaction that waited while the engine was recovered finds its connection closed.
        guard unsafe database.sqliteConnection != nil else { throw .unavailable("the connection is closed") }
        let handle = unsafe try prepare(statement).sqliteStatement
        guard unsafe Int(sqlite3_bind_parameter_count(handle)) == arguments.count else {
            preconditionFailure("a statement was given \(arguments.count) arguments: \(statement.sql)")
        }
        let content = try BoundContent(arguments)
        try unsafe content.bytes.withUnsafeBufferPointer { (bytes) throws(StorageError) in
            // Nothing is bound any more once `bytes` goes.
            defer {
                unsafe sqlite3_reset(handle)
                unsafe sqlite3_clear_bindings(handle)
            }
            for (place, argument) in arguments.enumerated() {
                try unsafe Self.bind(argument, content.ranges[place], of: bytes, to: handle, at: CInt(place + 1))
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
    }

    private func prepare(_ statement: Storage.Statement) throws(StorageError) -> GRDB.Statement {
        if let known = prepared[statement] { return known }
        do {
            let made = try database.cachedStatement(sql: texts.text(of: statement))
            prepared[statement] = made
            return made
        } catch {
            throw note(error)
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

    /// SQLite reads bytes and text where they lie, in `content`, which outlives the binding.
    private static func bind(
        _ value: SQLValue, _ range: Range<Int>, of content: UnsafeBufferPointer<UInt8>, to statement: OpaquePointer,
        at place: CInt
    ) throws(StorageError) {
        let code: CInt
        switch value {
        case .null: code = unsafe sqlite3_bind_null(statement, place)
        case .integer(let number): code = unsafe sqlite3_bind_int64(statement, place, number)
        case .bytes where range.isEmpty: code = unsafe sqlite3_bind_zeroblob(statement, place, 0)
        case .text where range.isEmpty: code = unsafe sqlite3_bind_text(statement, place, "", 0, nil)
        case .bytes:
            let start = unsafe content.baseAddress.map { unsafe $0 + range.lowerBound }
            code = unsafe sqlite3_bind_blob64(statement, place, start, UInt64(range.count), nil)
        case .text:
            let start = unsafe content.baseAddress.map { unsafe UnsafeRawPointer($0 + range.lowerBound) }
            code = unsafe sqlite3_bind_text64(
                statement, place, start?.assumingMemoryBound(to: CChar.self), UInt64(range.count), nil,
                UInt8(SQLITE_UTF8))
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

/// The bytes and texts of a statement's arguments, one after the other, so that SQLite needs no copy of each.
private struct BoundContent {
    private(set) var bytes: [UInt8] = []
    /// Where each argument lies; empty of numbers and NULL.
    private(set) var ranges: [Range<Int>] = []

    /// - Throws: `constraint` for text with a NUL: SQLite would take it up to there (T3).
    init(_ arguments: [SQLValue]) throws(StorageError) {
        ranges.reserveCapacity(arguments.count)
        bytes.reserveCapacity(1_024)
        for argument in arguments {
            let start = bytes.count
            switch argument {
            case .null, .integer: break
            case .bytes(let content): bytes.append(contentsOf: content)
            case .text(let text):
                bytes.append(contentsOf: text.utf8)
                // defence: T3
                guard !bytes[start...].contains(0) else { throw .constraint("text holds a NUL character") }
            }
            ranges.append(start..<bytes.count)
        }
    }
}
