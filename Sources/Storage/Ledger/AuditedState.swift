package import AuditLog
internal import TenureModel

/// The audited tables as they stand, row by row, for whoever compares them with the fold of the log (T40).
package enum AuditedState {
    /// Every table whose rows entries name, but that of marks.
    static let tables = [
        IdentityTable.table, TrustTable.table, ProfileTable.table, EntitlementTable.table, KeyVersionTable.table,
        CaseTable.table, CredentialTable.table,
    ]

    /// The rows that claim to be written by entries from `index` up to, not including, `end`, in the order of the log,
    /// with their hashes computed again. With `end` at the largest number, rows that claim to lie beyond the log too.
    ///
    /// - Throws: `corrupt` for a row whose key cannot be read.
    package static func rows(
        from index: Int64, upTo end: Int64, _ connection: any SQLConnection
    ) throws(StorageError) -> [FoldedRow] {
        var found: [FoldedRow] = []
        for table in tables {
            let columns = table.columns.joined(separator: ", ")
            let statement = Statement(
                "SELECT \(columns), idx FROM \(table.relation) WHERE idx >= $1 AND idx < $2 ORDER BY idx")
            for row in try connection.rows(statement, [.integer(index), .integer(end)]) {
                found.append(try folded(row, of: table))
            }
        }
        return found.sorted { $0.index < $1.index }
    }

    /// All marks.
    package static func marks(_ connection: any SQLConnection) throws(StorageError) -> [FoldedMark] {
        try LineageMarkTable.changed(since: 0, limit: .max, connection).map { stored in
            FoldedMark(mark: stored.mark, at: stored.at, reason: stored.reason)
        }
    }

    private static func folded(_ row: SQLRow, of table: AuditedTable) throws(StorageError) -> FoldedRow {
        guard case .integer(let index)? = row.values.last else { throw .corrupt("\(table.name), idx") }
        var hash = RowHash(table: table.name, version: table.hashVersion)
        for (column, value) in zip(table.columns, row.values) { hash.append(column, RowValue(value)) }
        return FoldedRow(
            table: table.name, key: try key(of: row, in: table), index: index, hash: hash.finish())
    }

    /// The key as entries name it: the id, and the version of what has versions.
    private static func key(of row: SQLRow, in table: AuditedTable) throws(StorageError) -> String {
        guard case .bytes(let id)? = row.values.first else { throw .corrupt("\(table.name), id") }
        do {
            if table == CredentialTable.table { return try CredentialID(bytes: id).text }
            guard row.values.count > 1, case .integer(let version) = row.values[1] else {
                throw StorageError.corrupt("\(table.name), version")
            }
            return try text(of: id, row, in: table) + "@" + String(version)
        } catch {
            throw .corrupt("\(table.name), key")
        }
    }

    private static func text(of id: [UInt8], _ row: SQLRow, in table: AuditedTable) throws -> String {
        switch table {
        case TrustTable.table: return try TrustID(bytes: id).text
        case ProfileTable.table: return try ProfileID(bytes: id).text
        case EntitlementTable.table: return try EntitlementID(bytes: id).text
        case KeyVersionTable.table: return try KeyVersionID(bytes: id).text
        case CaseTable.table: return try CaseID(bytes: id).text
        default:
            guard row.values.count > 2, case .text(let text) = row.values[2], let kind = IdentityKind(rawValue: text)
            else { throw StorageError.corrupt("\(table.name), kind") }
            return try IdentityID(kind: kind, bytes: id).text
        }
    }
}
