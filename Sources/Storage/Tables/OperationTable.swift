package import TenureModel

/// An operation that was recorded: what `GET /operations/{id}` knows, and what an `Idempotency-Key` is held against.
package struct StoredOperation: Hashable, Sendable {
    package let id: OperationID
    package let act: Act
    package let identity: IdentityID?
    package let idempotencyKey: String?
    /// SHA-256 of the request's body.
    package let requestHash: [UInt8]
    /// The id of what was made, if anything.
    package let object: String?
    /// The first of its entries.
    package let index: Int64
    package let at: Timestamp
}

/// Operations and what became of them: working rows.
package enum OperationTable {
    /// How long an `Idempotency-Key` is kept for its operation (FORMATS, section 4).
    package static let keyLifetimeSeconds: Int64 = 24 * 3600

    static func insert(
        _ operation: OperationRecord, index: Int64, at time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) {
        try connection.enqueue(
            insert,
            [
                SQLValue(operation.id), operation.identity.map { SQLValue($0) } ?? .null,
                SQLValue(operation.idempotencyKey), .bytes(operation.requestHash), .text(operation.act.rawValue),
                SQLValue(operation.object), .integer(index), SQLValue(time),
            ])
    }

    /// Frees a key whose 24 hours are over; returns the operation that holds it else.
    static func holder(
        ofKey key: String, identity: IdentityID, at time: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) -> OperationID? {
        guard let held = try find(key: key, identity: identity, connection) else { return nil }
        guard held.at.adding(seconds: keyLifetimeSeconds) <= time else { return held.id }
        try connection.execute(free, [SQLValue(held.id)])
        return nil
    }

    /// Forgets operations whose first entry lies before `index`, the oldest thousand of them; returns how many. They go
    /// in the order of the log, so that whoever looks for the last one before an entry never finds another's.
    static func forget(before index: Int64, _ connection: any SQLConnection) throws(StorageError) -> Int {
        try connection.execute(forget, [.integer(index)])
    }

    private static let forget = Statement(
        "DELETE FROM operation WHERE id IN (SELECT id FROM operation WHERE idx < $1 ORDER BY idx LIMIT 1000)")

    /// One operation by its id, or nil.
    package static func find(
        _ id: OperationID, _ connection: any SQLConnection
    ) throws(StorageError) -> StoredOperation? {
        try first(connection.rows(byID, [SQLValue(id)]))
    }

    /// The last operation that made the object, which is none of the log's credentials.
    package static func find(
        object: String, _ connection: any SQLConnection
    ) throws(StorageError) -> StoredOperation? {
        try first(connection.rows(byObject, [.text(object)]))
    }

    /// The operation that an identity sent under an `Idempotency-Key`; it may be older than the key's 24 hours.
    package static func find(
        key: String, identity: IdentityID, _ connection: any SQLConnection
    ) throws(StorageError) -> StoredOperation? {
        try first(connection.rows(byKey, [SQLValue(identity), .text(key)]))
    }

    /// The operation whose first entry is the last one at or before `index`.
    package static func find(
        atOrBefore index: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> StoredOperation? {
        try first(connection.rows(byIndex, [.integer(index)]))
    }

    /// The first index of the operation after the one at `index`; nil of the last.
    static func index(after index: Int64, _ connection: any SQLConnection) throws(StorageError) -> Int64? {
        guard let row = try connection.rows(next, [.integer(index)]).first else { return nil }
        var reader = RowReader(row, of: "operation")
        return try reader.integer()
    }

    private static func first(_ rows: [SQLRow]) throws(StorageError) -> StoredOperation? {
        guard let row = rows.first else { return nil }
        var reader = RowReader(row, of: "operation")
        let id: OperationID = try reader.id()
        let identity = try reader.optionalIdentityID()
        let key = try reader.optionalText()
        let hash = try reader.bytes()
        guard let act = Act(rawValue: try reader.text()) else { throw .corrupt("operation, act") }
        return StoredOperation(
            id: id, act: act, identity: identity, idempotencyKey: key, requestHash: hash,
            object: try reader.optionalText(), index: try reader.integer(), at: try reader.time())
    }

    private static let insert = Statement(
        "INSERT INTO operation (id, identity, idempotency_key, request_hash, act, object, idx, at)"
            + " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    static let makesNoCredential = "substr(object, 1, 4) <> 'crd_'"
    private static let free = Statement("UPDATE operation SET idempotency_key = NULL WHERE id = $1")
    private static let columns =
        "o.id, o.identity, (SELECT kind FROM identity AS i WHERE i.id = o.identity AND i.version = 1),"
        + " o.idempotency_key, o.request_hash, o.act, o.object, o.idx, o.at"
    private static let byID = Statement("SELECT \(columns) FROM operation AS o WHERE o.id = $1")
    private static let byObject = Statement(
        "SELECT \(columns) FROM operation AS o WHERE o.object = $1 AND \(makesNoCredential) ORDER BY o.idx DESC LIMIT 1"
    )
    private static let byKey = Statement(
        "SELECT \(columns) FROM operation AS o WHERE o.identity = $1 AND o.idempotency_key = $2")
    private static let next = Statement("SELECT idx FROM operation WHERE idx > $1 ORDER BY idx LIMIT 1")
    private static let byIndex = Statement(
        "SELECT \(columns) FROM operation AS o WHERE o.idx <= $1 ORDER BY o.idx DESC LIMIT 1")
}
