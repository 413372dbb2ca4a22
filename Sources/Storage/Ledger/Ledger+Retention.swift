package import TenureModel

// What leaves the database once nobody needs it. Entries of the log never do.
extension Ledger {
    /// Forgets authentications and plans that ended before `time`, a thousand at most; returns how many of the former.
    @discardableResult
    package func forgetPresentations(
        endedBefore time: Timestamp, under duty: Duty? = nil
    ) async throws(StorageError) -> Int {
        try await writeWorking { (connection) throws(StorageError) in
            try DutyTable.check(duty, connection)
            try PlanTable.forget(endedBefore: time, connection)
            return try PresentationTable.forget(endedBefore: time, connection)
        }
    }

    /// The first entry at `time` or later; how long the log is, where there is none.
    package func firstIndex(atOrAfter time: Timestamp) async throws(StorageError) -> Int64 {
        try await read { (connection) throws(StorageError) in
            try EntryTable.firstIndex(atOrAfter: time, size: try HeadTable.read(connection).size, connection)
        }
    }

    /// Forgets operations whose entries lie before `index`, the oldest thousand; returns how many. What became of them
    /// cannot be asked for any more, and a repeated request under their keys would be a new one.
    @discardableResult
    package func forgetOperations(before index: Int64, under duty: Duty? = nil) async throws(StorageError) -> Int {
        try await writeWorking { (connection) throws(StorageError) in
            try DutyTable.check(duty, connection)
            return try OperationTable.forget(before: index, connection)
        }
    }

    /// Whether a credential that was recorded before `index` had ended by `time`, and is still there.
    package func hasCredentials(before index: Int64, endedBy time: Timestamp) async throws(StorageError) -> Bool {
        try await read { (connection) throws(StorageError) in
            try CredentialTable.hasEnded(before: index, by: time, connection)
        }
    }

    /// What an earlier entry `retention.cut` let go, whichever node wrote it; nil before the first.
    package func retention() async throws(StorageError) -> (before: Int64, endedBy: Timestamp)? {
        try await read { (connection) throws(StorageError) in try CredentialTable.retention(connection) }
    }

    /// Forgets the next credentials that an entry `retention.cut` names; returns where to go on, nil at the end.
    ///
    /// - Parameter cursor: what the call before returned; −1 for the first.
    package func forgetCredentials(
        before index: Int64, endedBy time: Timestamp, after cursor: Int64, under duty: Duty? = nil
    ) async throws(StorageError) -> Int64? {
        try await writeWorking { (connection) throws(StorageError) in
            try DutyTable.check(duty, connection)
            try CredentialTable.permitForgetting(before: index, endedBy: time, connection)
            return try CredentialTable.forget(before: index, endedBy: time, after: cursor, connection)
        }
    }
}
