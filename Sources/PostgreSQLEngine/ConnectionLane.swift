internal import Dispatch
internal import Storage

/// One connection and the thread that it is used on: libpq blocks, and the cooperative pool has one thread a core.
///
/// A connection that is lost, or was refused, is opened anew by the next transaction.
// `session` is touched in blocks of the serial `queue` alone, so by one thread at a time.
final class ConnectionLane: @unchecked Sendable {
    /// How often one transaction is run in all.
    static let attemptsMax = 3
    /// How often the write lock is waited for in all; each time for `WriteLock.waitMilliseconds`.
    static let lockAttemptsMax = 3

    /// How one transaction ended.
    enum Ending<Value: Sendable> {
        case committed(Value)
        /// Nothing was written.
        case failed(StorageError)
        /// COMMIT was sent, and its answer did not come.
        case unknown(String)
    }

    private let address: PostgreSQLAddress
    private let mode: PostgreSQLConnection.Mode
    private let mayLose: Bool
    private let queue: DispatchQueue
    private var session: Session?

    init(_ address: PostgreSQLAddress, _ mode: PostgreSQLConnection.Mode, mayLose: Bool) {
        self.address = address
        self.mode = mode
        self.mayLose = mayLose
        queue = DispatchQueue(label: "tenure.postgresql.\(mode)")
    }

    /// Runs `body` on the lane's thread.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Result<Value, StorageError>
    ) async throws(StorageError) -> Value {
        let result: Result<Value, StorageError> = await withCheckedContinuation { answer in
            queue.async { answer.resume(returning: body()) }
        }
        return try result.get()
    }

    /// Runs one transaction, again from its beginning where the database took it back or the connection was lost
    /// before COMMIT was sent. Call it on the lane's thread.
    func transact<Value: Sendable>(
        _ body: (any SQLConnection) throws(StorageError) -> Value
    ) -> Ending<Value> {
        var attempt = 1
        while true {
            let (ending, fault) = attemptOnce(body)
            guard let fault, fault.mayBeTriedAgain else { return ending }
            let attemptsMax = fault.kind == .locked ? Self.lockAttemptsMax : Self.attemptsMax
            guard attempt < attemptsMax else { return ending }
            attempt += 1
        }
    }

    /// Waits until the write lock is nobody's for a moment. Call it on the lane's thread.
    func awaitWriteLock() throws(Fault) {
        var attempt = 1
        while true {
            let session = try open()
            do throws(Fault) {
                try session.send(WriteLock.take, [], wantsRows: true)
                try session.settle()
                return
            } catch {
                guard error.kind == .locked, attempt < Self.lockAttemptsMax else { throw error }
                attempt += 1
                try WriteLock.endStoppedHolder(session)
            }
        }
    }

    /// Tells other nodes that something was committed, without waiting for an answer: whoever does not hear of it reads
    /// it a moment later. Call it on the lane's thread.
    func announce() {
        guard let session, !session.isLost else { return }
        do throws(Fault) {
            try session.send(CommitWatch.announcement, [], wantsRows: false)
            try session.post()
        } catch {
            drop()
        }
    }

    /// Gives the connection up once what runs on it is done.
    func close() async {
        await withCheckedContinuation { done in
            queue.async {
                self.drop()
                done.resume()
            }
        }
    }

    /// Gives the connection up; the next transaction opens another. Call it on the lane's thread.
    func drop() { session = nil }

    /// The open connection, or a new one whose server was checked. Call it on the lane's thread.
    func open() throws(Fault) -> Session {
        if let session, !session.isLost { return session }
        session = nil
        let new = try Session(address)
        try ServerState.prepare(new).check(mayLose: mayLose)
        if mode == .write { try WriteLock.limitWait(new) }
        session = new
        return new
    }

    private func attemptOnce<Value: Sendable>(
        _ body: (any SQLConnection) throws(StorageError) -> Value
    ) -> (Ending<Value>, fault: Fault?) {
        let session: Session
        do throws(Fault) { session = try open() } catch { return (.failed(error.storageError), nil) }
        let connection = PostgreSQLConnection(session, mode)
        let value: Value
        do throws(StorageError) {
            value = try body(connection)
        } catch {
            rollBack(session, connection)
            endStoppedHolder(connection)
            return (.failed(error), connection.fault)
        }
        guard connection.isBegun else { return (.committed(value), nil) }
        do throws(Fault) {
            try connection.commit()
            return (.committed(value), nil)
        } catch {
            let isUnknown =
                mode == .write && connection.isCommitSent && (session.isLost || error.kind == .undecided)
            rollBack(session, connection)
            return isUnknown ? (.unknown(error.text), nil) : (.failed(error.storageError), error)
        }
    }

    private func endStoppedHolder(_ connection: PostgreSQLConnection) {
        guard mode == .write, connection.fault?.kind == .locked, let session, !session.isLost else { return }
        do throws(Fault) { try WriteLock.endStoppedHolder(session) } catch { drop() }
    }

    /// Leaves the connection without a transaction, or gives it up.
    private func rollBack(_ session: Session, _ connection: PostgreSQLConnection) {
        guard connection.isBegun else { return }
        do throws(Fault) {
            // What was sent and not answered: its failure was told, or nobody waits for it.
            do throws(Fault) { try session.settle() } catch { if session.isLost { throw error } }
            guard session.isInTransaction else { return }
            try session.send(PostgreSQLConnection.rollback, [], wantsRows: false)
            try session.settle()
            if session.isInTransaction { drop() }
        } catch {
            drop()
        }
        if connection.fault?.kind == .readOnly { drop() }
    }
}
