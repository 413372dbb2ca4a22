internal import Storage

/// One writer at a time in an installation, as in SQLite, also for what does not touch the head row: working tables and
/// migrations. A transaction holds it until it has ended, whichever way, so whoever gets it afterwards sees what became
/// of that. Installations in other schemas of a database have locks of their own.
///
/// A node that is stopped while it holds the lock must not hold up the others. Where it is idle the server ends its
/// transaction after 2 s (`ServerState`). But a stop in the middle of a pipeline, after some statements and before
/// their end is marked, counts as neither idle nor running a statement, and no timeout of the server ends it: whoever
/// waits for the lock does.
enum WriteLock {
    /// A wait ends after so long, and is begun again once a holder that stands still was ended.
    static let waitMilliseconds = 2_000
    /// A holder whose client was silent for longer stands still: between two statements lie microseconds.
    static let silenceMilliseconds = 1_500

    private static let key = "hashtextextended('tenure ' || current_schema()::text, 0)"

    /// Until the end of the transaction.
    static let take = Statement("SELECT pg_advisory_xact_lock(\(key))")

    static func limitWait(_ session: Session) throws(Fault) {
        try session.send(Statement("SET lock_timeout = '\(waitMilliseconds)ms'"), [], wantsRows: false)
        try session.settle()
    }

    /// Ends the connection that holds the lock where its client has said nothing for too long.
    static func endStoppedHolder(_ session: Session) throws(Fault) {
        try session.send(endStopped, [], wantsRows: true)
        try session.settle()
    }

    private static let endStopped = Statement(
        """
        SELECT pg_terminate_backend(activity.pid) FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid) \
        WHERE held.locktype = 'advisory' AND held.granted \
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
        AND ((held.classid::bigint << 32) | held.objid::bigint) = \(key) \
        AND activity.wait_event_type = 'Client' \
        AND clock_timestamp() - greatest(activity.state_change, activity.query_start) \
        > interval '\(silenceMilliseconds) milliseconds'
        """)
}
