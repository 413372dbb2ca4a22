/// Why a database is not copied into another.
package enum CopyRefusal: Error, Hashable, Sendable {
    /// There is no installation in the source.
    case emptySource
    /// The source's schema is not this program's.
    case otherSchema(Int64)
    /// Something was recorded in the source while it was copied.
    case sourceChanged
    /// The target holds an installation, or rows of one.
    case filledTarget
    /// The target is what a copy left that did not end.
    case unfinishedTarget
    case storage(StorageError)
}

extension StoreCopy {
    /// Accepts a target without tables, and one whose tables were made and never written to.
    ///
    /// - Throws: `filledTarget`, `unfinishedTarget`, or what the database says.
    package static func refuseFilled(_ target: any SQLEngine) async throws(CopyRefusal) {
        let refusal: CopyRefusal?
        do throws(StorageError) {
            refusal = try await target.read { (connection) throws(StorageError) -> CopyRefusal? in
                guard try hasTables(connection, target.dialect) else { return nil }
                if try isUnfinished(connection) { return .unfinishedTarget }
                for table in CopiedTable.all where try !table.isEmpty(connection) { return .filledTarget }
                return try HeadTable.read(connection).size == 0 ? nil : .filledTarget
            }
        } catch {
            throw .storage(error)
        }
        if let refusal { throw refusal }
    }

    static func isUnfinished(_ connection: any SQLConnection) throws(StorageError) -> Bool {
        try !connection.rows(
            Statement("SELECT version FROM schema_version WHERE version = $1"), [.integer(unfinishedVersion)]
        ).isEmpty
    }

    static func hasTables(
        _ connection: any SQLConnection, _ dialect: SchemaDialect
    ) throws(StorageError) -> Bool {
        try !connection.rows(dialect.findsTable, [.text("schema_version")]).isEmpty
    }
}

extension SchemaDialect {
    /// One row where a table of this name is there.
    var findsTable: Statement {
        switch self {
        case .sqlite: Statement("SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1")
        case .postgreSQL:
            Statement(
                "SELECT 1::bigint FROM pg_catalog.pg_class WHERE relname = $1 AND relkind = 'r'"
                    + " AND pg_catalog.pg_table_is_visible(oid)")
        }
    }
}
