internal import CPostgreSQL
internal import Foundation
internal import Storage

/// One connection of libpq, in pipeline mode: statements are sent as they come, and their answers are read together.
///
/// It belongs to one `ConnectionLane` and is used on that lane's queue alone. No call waits longer than
/// `silenceMaxMilliseconds` for the server: a connection that is silent for longer is lost, since a server that was
/// stopped keeps no timeout of its own.
// Safe: the handle is made in `init`, freed in `deinit`, and never leaves this file.
@safe final class Session {
    static let silenceMaxMilliseconds: CInt = 10_000
    /// How many statements are kept prepared; others are parsed each time.
    static let preparedMax = 512

    private enum Awaited {
        case preparation(Statement)
        case answer(wantsRows: Bool)
        /// Statements are carried out up to here even where one before it failed.
        case boundary
    }

    private let handle: OpaquePointer
    private var names: [Statement: String] = [:]
    /// How many names were ever given: a name is not used twice, whatever became of its statement.
    private var namesGiven = 0
    private var awaited: [Awaited] = []
    private(set) var isLost = false
    /// Whether it listens to the channel of `CommitWatch`.
    var isListening = false

    /// Connects; blocks for as long as `connect_timeout` says for each host.
    init(_ address: PostgreSQLAddress) throws(Fault) {
        let names = address.parameters.keys.sorted()
        var keywords = unsafe names.map { unsafe strdup($0) }
        var values = unsafe names.map { unsafe strdup(address.parameters[$0] ?? "") }
        defer {
            for place in names.indices {
                unsafe free(keywords[place])
                unsafe free(values[place])
            }
        }
        unsafe keywords.append(nil)
        unsafe values.append(nil)
        let keywordPointers = unsafe keywords.map { unsafe UnsafePointer($0) }
        let valuePointers = unsafe values.map { unsafe UnsafePointer($0) }
        guard let handle = unsafe PQconnectdbParams(keywordPointers, valuePointers, 0) else {
            throw Fault(.other, "no memory for a connection")
        }
        guard unsafe PQstatus(handle) == CONNECTION_OK, unsafe PQsetnonblocking(handle, 1) == 0,
            unsafe PQenterPipelineMode(handle) == 1
        else {
            let text = unsafe Self.message(handle)
            unsafe PQfinish(handle)
            throw Fault(.other, text)
        }
        // The library would print what the server remarks.
        unsafe PQsetNoticeReceiver(handle, { _, _ in }, nil)
        unsafe self.handle = handle
    }

    deinit { unsafe PQfinish(handle) }

    /// Whether a transaction is open, as of the last `settle()`.
    var isInTransaction: Bool { unsafe PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// The number that the server's other connections know this one by.
    var backend: CInt { unsafe PQbackendPID(handle) }

    /// Puts a statement into the pipeline; its answer comes with `settle()`.
    func send(_ statement: Statement, _ arguments: [SQLValue], wantsRows: Bool) throws(Fault) {
        let parameters = try Parameters(arguments)
        guard let name = try name(of: statement) else {
            let sent = unsafe parameters.withPointers { values in
                unsafe PQsendQueryParams(
                    handle, statement.sql, CInt(values.count), nil, values, parameters.lengths, parameters.formats, 1)
            }
            return try note(sent, .answer(wantsRows: wantsRows))
        }
        let sent = unsafe parameters.withPointers { values in
            unsafe PQsendQueryPrepared(
                handle, name, CInt(values.count), values, parameters.lengths, parameters.formats, 1)
        }
        try note(sent, .answer(wantsRows: wantsRows))
    }

    /// Sends what is in the pipeline without waiting: what it answers is read, and its failure forgotten, later.
    func post() throws(Fault) {
        try note(unsafe PQpipelineSync(handle), .boundary)
        guard unsafe PQflush(handle) >= 0 else { throw lose() }
    }

    /// Sends what is in the pipeline, reads every answer, and returns the last one.
    ///
    /// - Throws: the first failure; what stood behind it in the pipeline was not carried out.
    @discardableResult
    func settle() throws(Fault) -> Reply {
        try note(unsafe PQpipelineSync(handle), .boundary)
        try flush()
        var last = Reply()
        var failure: Fault?
        while !awaited.isEmpty {
            let next = awaited.removeFirst()
            if case .boundary = next {
                try readBoundary()
                if !awaited.isEmpty { failure = nil }
                continue
            }
            do throws(Fault) {
                if let reply = try read(next) { last = reply }
            } catch {
                if isLost { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return last
    }

    /// Gives the statement a name on the server; nil where that keeps enough of them.
    private func name(of statement: Statement) throws(Fault) -> String? {
        if let name = names[statement] { return name }
        guard names.count < Self.preparedMax else { return nil }
        let name = "s\(namesGiven)"
        namesGiven += 1
        try note(unsafe PQsendPrepare(handle, name, statement.sql, 0, nil), .preparation(statement))
        names[statement] = name
        return name
    }

    private func note(_ sent: CInt, _ awaited: Awaited) throws(Fault) {
        guard sent == 1 else { throw lose() }
        self.awaited.append(awaited)
    }

    /// The answer to one statement; nil where it was not carried out, since one before it failed.
    private func read(_ awaited: Awaited) throws(Fault) -> Reply? {
        var reply: Reply?
        var failure: Fault?
        while let result = try unsafe nextResult() {
            defer { unsafe PQclear(result) }
            switch unsafe PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                let wantsRows = if case .answer(wantsRows: true) = awaited { true } else { false }
                do throws(Fault) {
                    reply = try unsafe Reply(result, wantsRows: wantsRows)
                } catch {
                    failure = error
                }
            case PGRES_PIPELINE_ABORTED: break
            default:
                if unsafe PQstatus(handle) != CONNECTION_OK { throw unsafe lose(Self.fault(result)) }
                failure = unsafe Self.fault(result)
            }
        }
        if case .preparation(let statement) = awaited {
            if reply == nil { names[statement] = nil }
            reply = nil
        }
        if let failure { throw failure }
        return reply
    }

    private func readBoundary() throws(Fault) {
        guard let result = try unsafe nextResult() else { throw lose() }
        defer { unsafe PQclear(result) }
        guard unsafe PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw unsafe lose(Self.fault(result)) }
    }
}

// How it waits.
extension Session {
    private func nextResult() throws(Fault) -> OpaquePointer? {
        while unsafe PQisBusy(handle) == 1 { try wait(toWrite: false) }
        let result = unsafe PQgetResult(handle)
        if unsafe result == nil, unsafe PQstatus(handle) != CONNECTION_OK { throw lose() }
        return unsafe result
    }

    /// Reads what the server said unasked, above all that it closed the connection.
    func listen() throws(Fault) {
        while true {
            var watched = unsafe pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&watched, 1, 0) > 0 else { return }
            guard unsafe PQconsumeInput(handle) == 1 else { throw lose() }
        }
    }

    /// Waits until something is announced on a channel that this connection listens to, and for so long at most.
    func awaitAnnouncement(within milliseconds: CInt) throws(Fault) {
        guard !takeAnnouncements() else { return }
        var watched = unsafe pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, milliseconds) > 0 else { return }
        guard unsafe PQconsumeInput(handle) == 1 else { throw lose() }
        _ = takeAnnouncements()
    }

    private func takeAnnouncements() -> Bool {
        var areThere = false
        while let notice = unsafe PQnotifies(handle) {
            areThere = true
            unsafe PQfreemem(notice)
        }
        return areThere
    }

    private func flush() throws(Fault) {
        while true {
            switch unsafe PQflush(handle) {
            case 0: return
            case 1: try wait(toWrite: true)
            default: throw lose()
            }
        }
    }

    private func wait(toWrite: Bool) throws(Fault) {
        let events = toWrite ? POLLIN | POLLOUT : POLLIN
        var watched = unsafe pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
        let ready = unsafe poll(&watched, 1, Self.silenceMaxMilliseconds)
        if ready == 0 { throw lose(Fault(.silent, "the database said nothing for 10 s")) }
        if ready < 0, errno == EINTR { return }
        guard ready > 0, unsafe PQconsumeInput(handle) == 1 else { throw lose() }
    }

    /// Nothing more can be done with this connection.
    private func lose(_ fault: Fault? = nil) -> Fault {
        isLost = true
        awaited = []
        if let fault, fault.kind == .silent || fault.kind == .readOnly { return fault }
        let text = unsafe fault?.text ?? Self.message(handle)
        return Fault(.lost, text.isEmpty ? "the connection to the database is lost" : text)
    }

    /// What the library says, on one line.
    private static func message(_ handle: OpaquePointer) -> String {
        guard let text = unsafe PQerrorMessage(handle) else { return "" }
        return unsafe String(cString: text).split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    private static func fault(_ result: OpaquePointer) -> Fault {
        func field(_ code: Character) -> String? {
            guard let code = code.asciiValue, let text = unsafe PQresultErrorField(result, CInt(code)) else {
                return nil
            }
            return unsafe String(cString: text)
        }
        // PG_DIAG_SQLSTATE, _MESSAGE_PRIMARY, _CONSTRAINT_NAME, _COLUMN_NAME.
        return Fault(
            state: field("C") ?? "08006", message: field("M") ?? "the connection to the database is lost",
            place: field("n") ?? field("c"))
    }
}
