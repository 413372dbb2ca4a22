package import TenureModel

/// A plan that was shown and may be applied: working state, lost without harm.
package struct StoredPlan: Hashable, Sendable {
    package var id: PlanID
    /// The size of the log when it was made.
    package var baseVersion: Int64
    package var document: String
    package var expires: Timestamp

    package init(id: PlanID, baseVersion: Int64, document: String, expires: Timestamp) {
        self.id = id
        self.baseVersion = baseVersion
        self.document = document
        self.expires = expires
    }
}

/// Plans that were shown: working rows.
package enum PlanTable {
    /// Keeps a plan and forgets those that ended; call it in a write.
    package static func store(
        _ plan: StoredPlan, now: Timestamp, _ connection: any SQLConnection
    ) throws(StorageError) {
        try connection.execute(forget, [SQLValue(now)])
        try connection.execute(
            insert,
            [SQLValue(plan.id), .integer(plan.baseVersion), .text(plan.document), SQLValue(plan.expires)])
    }

    /// Forgets those that ended; call it in a write.
    static func forget(endedBefore now: Timestamp, _ connection: any SQLConnection) throws(StorageError) {
        try connection.execute(forget, [SQLValue(now)])
    }

    /// One plan, or nil once it is forgotten.
    package static func find(_ id: PlanID, _ connection: any SQLConnection) throws(StorageError) -> StoredPlan? {
        guard let row = try connection.rows(exact, [SQLValue(id)]).first else { return nil }
        var reader = RowReader(row, of: "plan")
        return StoredPlan(
            id: try reader.id(), baseVersion: try reader.integer(), document: try reader.text(),
            expires: try reader.time())
    }

    private static let forget = Statement("DELETE FROM plan WHERE expires < $1")
    private static let insert = Statement(
        "INSERT INTO plan (id, base_version, document, expires) VALUES ($1, $2, $3, $4)")
    private static let exact = Statement("SELECT id, base_version, document, expires FROM plan WHERE id = $1")
}
