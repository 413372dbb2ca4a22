internal import Storage

/// One transaction on a connection. BEGIN goes out with the first statement, so it costs no round trip of its own.
final class PostgreSQLConnection: SQLConnection {
    enum Mode {
        /// READ COMMITTED, with the write lock of the installation from its first statement on.
        case write
        /// REPEATABLE READ, READ ONLY: one snapshot of the database.
        case read
    }

    /// How many statements may wait in the pipeline before their answers are read.
    private static let enqueuedMax = 256

    private let session: Session
    private let mode: Mode
    private var enqueued = 0
    private(set) var isBegun = false
    private(set) var isCommitSent = false
    /// The last failure after which the whole transaction must be run again.
    private(set) var fault: Fault?

    init(_ session: Session, _ mode: Mode) {
        self.session = session
        self.mode = mode
    }

    func execute(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) -> Int {
        try run(statement, arguments, wantsRows: false).count
    }

    func rows(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) -> [SQLRow] {
        try run(statement, arguments, wantsRows: true).rows
    }

    func enqueue(_ statement: Statement, _ arguments: [SQLValue]) throws(StorageError) {
        do throws(Fault) {
            try begin()
            try session.send(statement, arguments, wantsRows: false)
            enqueued += 1
        } catch {
            throw note(error)
        }
        if enqueued >= Self.enqueuedMax { try settle() }
    }

    func settle() throws(StorageError) {
        guard enqueued > 0 else { return }
        enqueued = 0
        do throws(Fault) { try session.settle() } catch { throw note(error) }
    }

    /// Sends COMMIT together with what is enqueued; where that failed before it, COMMIT is not carried out.
    ///
    /// - Throws: where COMMIT was sent and the session is lost, nobody knows what became of the transaction.
    func commit() throws(Fault) {
        // A server that closed the connection before, as it does where a node stood still, took everything back.
        try session.listen()
        isCommitSent = true
        try session.send(Self.commit, [], wantsRows: false)
        let reply = try session.settle()
        // A transaction in which a statement had failed answers COMMIT with ROLLBACK.
        guard reply.tag == "COMMIT" else { throw Fault(.other, "the transaction was taken back at its end") }
    }

    private func run(
        _ statement: Statement, _ arguments: [SQLValue], wantsRows: Bool
    ) throws(StorageError) -> Reply {
        do throws(Fault) {
            try begin()
            try session.send(statement, arguments, wantsRows: wantsRows)
            enqueued = 0
            return try session.settle()
        } catch {
            throw note(error)
        }
    }

    private func begin() throws(Fault) {
        guard !isBegun else { return }
        isBegun = true
        switch mode {
        case .read: try session.send(Self.beginReading, [], wantsRows: false)
        case .write:
            try session.send(Self.beginWriting, [], wantsRows: false)
            try session.send(WriteLock.take, [], wantsRows: true)
        }
    }

    private func note(_ fault: Fault) -> StorageError {
        if session.isLost || fault.mayBeTriedAgain { self.fault = fault }
        return fault.storageError
    }

    private static let beginReading = Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    private static let beginWriting = Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    private static let commit = Statement("COMMIT")
    static let rollback = Statement("ROLLBACK")
}
