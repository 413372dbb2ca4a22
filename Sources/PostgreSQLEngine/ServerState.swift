internal import Storage

/// What a server says about itself to a new connection, and what is asked of it.
struct ServerState {
    var isInRecovery = false
    var isReadOnly = false
    var synchronousCommit = ""
    var isSynced = false
    var encoding = ""
    var version: Int64 = 0
    /// The server's clock, in milliseconds since 1970.
    var milliseconds: Int64 = 0

    /// 13.0, the oldest that is still mended.
    static let versionMin: Int64 = 130_000

    /// Sets what recording rests on (DESIGN, section 5), then asks.
    ///
    /// A stopped node must not hold the head row: its transaction ends after 2 s. Nothing waits longer than 5 s for a
    /// lock or a statement.
    static func prepare(_ session: Session) throws(Fault) -> ServerState {
        for setting in settings { try session.send(Statement(setting), [], wantsRows: false) }
        try session.send(question, [], wantsRows: true)
        guard let row = try session.settle().rows.first, row.values.count == 7 else {
            throw Fault(.other, "the server does not say what it is")
        }
        var state = ServerState()
        for (place, value) in row.values.enumerated() {
            switch (place, value) {
            case (0, .integer(let flag)): state.isInRecovery = flag == 1
            case (1, .text(let flag)): state.isReadOnly = flag == "on"
            case (2, .text(let level)): state.synchronousCommit = level
            case (3, .text(let flag)): state.isSynced = flag == "on"
            case (4, .text(let name)): state.encoding = name
            case (5, .integer(let number)): state.version = number
            case (6, .integer(let number)): state.milliseconds = number
            default: throw Fault(.other, "the server does not say what it is")
            }
        }
        return state
    }

    /// - Parameter mayLose: whether the operator said that acknowledged commits may be lost.
    func check(mayLose: Bool) throws(Fault) {
        if isInRecovery { throw Fault(.readOnly, "the server is in recovery") }
        if isReadOnly { throw Fault(.readOnly, "transactions are read-only") }
        guard version >= Self.versionMin else { throw Fault(.other, "PostgreSQL 13 or later is needed") }
        guard encoding == "UTF8" else { throw Fault(.other, "the database's encoding is \(encoding), not UTF8") }
        if mayLose { return }
        guard isSynced else {
            throw Fault(.other, "the server runs with fsync=off: what it acknowledges is lost when the machine stops")
        }
        guard ["on", "remote_apply"].contains(synchronousCommit) else {
            throw Fault(
                .other,
                "synchronous_commit is \(synchronousCommit): what the server acknowledges may be lost; set it to on")
        }
    }

    private static let settings = [
        "SET idle_in_transaction_session_timeout = '2s'", "SET statement_timeout = '5s'", "SET lock_timeout = '5s'",
        "SET default_transaction_isolation = 'read committed'", "SET TimeZone = 'UTC'", "SET jit = off",
    ]
    private static let question = Statement(
        """
        SELECT pg_is_in_recovery(), current_setting('transaction_read_only'), current_setting('synchronous_commit'), \
        current_setting('fsync'), current_setting('server_encoding'), \
        current_setting('server_version_num')::bigint, \
        (extract(epoch FROM clock_timestamp()) * 1000)::bigint
        """)
}
