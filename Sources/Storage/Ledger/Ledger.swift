package import AuditLog
package import TenureModel

/// What the rest of the program reads from the database: the log, its tree, credentials, operations and cases. Each call
/// is one snapshot of the database on a reading connection.
package struct Ledger: Sendable {
    /// The most rows of one page.
    package static let pageMax: Int64 = 10_000

    private let engine: any SQLEngine
    /// The log's origin, which stored checkpoints carry in their note.
    package let origin: String

    package init(_ engine: any SQLEngine, origin: String) {
        self.engine = engine
        self.origin = origin
    }

    /// Reads several things in one snapshot of the database; the static functions of the tables take the connection.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.read(body)
    }

    /// Writes to a working table. The audited ones are written by `Recorder` alone.
    package func writeWorking<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await engine.write(body)
    }

    package func head() async throws(StorageError) -> LogHead {
        try await read { (connection) throws(StorageError) in try HeadTable.read(connection) }
    }

    /// All of the snapshot, read anew; for programs that do not record.
    package func snapshot() async throws(StorageError) -> Snapshot {
        try await read { (connection) throws(StorageError) in try Snapshot.load(connection) }
    }

    /// Entries in the order of the log, from `index` on; at most `limit` and at most `pageMax`.
    package func entries(from index: Int64, limit: Int64) async throws(StorageError) -> [LogEntry] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try EntryTable.range(connection, from: index, limit: limit)
        }
    }

    /// Events of the feed after `index`, in order; at most `limit` and at most `pageMax`.
    package func feedEvents(after index: Int64, limit: Int64) async throws(StorageError) -> [FeedEvent] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try FeedTable.events(after: index, limit: limit, connection)
        }
    }

    /// The smallest stored checkpoint of at least `size` entries; nil where none is.
    package func checkpoint(atOrAfter size: Int64) async throws(StorageError) -> Checkpoint? {
        let origin = origin
        return try await read { (connection) throws(StorageError) in
            try CheckpointTable.atOrAfter(size, origin: origin, connection)
        }
    }

    /// The largest stored checkpoint; nil before the first.
    package func newestCheckpoint() async throws(StorageError) -> Checkpoint? {
        let origin = origin
        return try await read { (connection) throws(StorageError) in
            try CheckpointTable.newest(origin: origin, connection)
        }
    }
}

extension Ledger {
    package func operation(_ id: OperationID) async throws(StorageError) -> RecordedOperation? {
        try await read { (connection) throws(StorageError) in try OperationTable.find(id, connection) }
    }

    /// The last operation that made the object, by the object's id as text.
    package func operation(ofObject object: String) async throws(StorageError) -> RecordedOperation? {
        try await read { (connection) throws(StorageError) in try OperationTable.find(object: object, connection) }
    }

    /// The operation that an identity sent under an `Idempotency-Key`; it may be older than the key's 24 hours.
    package func operation(
        key: String, identity: IdentityID
    ) async throws(StorageError) -> RecordedOperation? {
        try await read { (connection) throws(StorageError) in
            try OperationTable.find(key: key, identity: identity, connection)
        }
    }

    package func credential(_ id: CredentialID) async throws(StorageError) -> Credential? {
        try await read { (connection) throws(StorageError) in try CredentialTable.find(id, connection) }
    }

    /// The certificate of an issuer's serial number.
    package func credential(issuer: IssuerID, serial: [UInt8]) async throws(StorageError) -> Credential? {
        try await read { (connection) throws(StorageError) in
            try CredentialTable.find(issuer: issuer, serial: serial, connection)
        }
    }

    /// The credential that the entry at `index` recorded.
    package func credential(index: Int64) async throws(StorageError) -> Credential? {
        try await read { (connection) throws(StorageError) in try CredentialTable.find(index: index, connection) }
    }

    /// One page of credentials, the newest first; the cursor is the index of the last one of the page before.
    package func credentials(
        _ filter: CredentialFilter, before index: Int64? = nil, limit: Int64
    ) async throws(StorageError) -> [Credential] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try CredentialTable.list(filter, before: index, limit: limit, connection)
        }
    }

    /// One page of `CredentialTable.liveCredentials`.
    package func liveCredentials(
        hangingOn reference: LineageReference, upTo index: Int64, at time: Timestamp, after cursor: Int64 = -1,
        limit: Int64 = pageMax
    ) async throws(StorageError) -> [LiveCredential] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try CredentialTable.liveCredentials(
                hangingOn: reference, upTo: index, at: time, after: cursor, limit: limit, connection)
        }
    }

    package func offboardingCase(_ id: CaseID) async throws(StorageError) -> OffboardingCase? {
        try await read { (connection) throws(StorageError) in try CaseTable.find(id, connection) }
    }

    /// The newest versions of cases, those changed last first.
    package func offboardingCases(limit: Int64) async throws(StorageError) -> [OffboardingCase] {
        let limit = min(max(limit, 0), Self.pageMax)
        return try await read { (connection) throws(StorageError) in
            try CaseTable.list(before: nil, limit: limit, connection)
        }
    }
}
