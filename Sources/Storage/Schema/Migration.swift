/// One numbered step of the schema. Steps go forward only, and one that was ever released is never edited.
struct Migration: Sendable {
    enum Step: Sendable {
        case table(TableDefinition)
        case index(IndexDefinition)
        /// One statement in the common subset, with its arguments.
        case statement(Statement, [SQLValue])
    }

    let version: Int64
    let steps: [Step]

    /// All of them, in order.
    static let all: [Migration] = [first, largeActs]

    /// The newest schema that this program knows.
    static var newest: Int64 { all.last?.version ?? 0 }

    func statements(in dialect: SchemaDialect) -> [(Statement, [SQLValue])] {
        var statements: [(Statement, [SQLValue])] = []
        for step in steps {
            switch step {
            case .table(let table): for statement in dialect.create(table) { statements.append((statement, [])) }
            case .index(let index): statements.append((dialect.create(index), []))
            case .statement(let statement, let arguments): statements.append((statement, arguments))
            }
        }
        return statements
    }
}

/// Brings a database to the newest schema.
package enum SchemaMigrator {
    /// The newest schema version that this program knows.
    package static var newestVersion: Int64 { Migration.newest }

    /// Runs the migrations that are missing, in one transaction under the write lock; returns the schema's version.
    ///
    /// - Throws: `newerSchema` if a newer program migrated the database; nothing was changed then.
    @discardableResult
    package static func migrate(_ engine: some SQLEngine) async throws(StorageError) -> Int64 {
        let dialect = engine.dialect
        return try await engine.write { (connection) throws(StorageError) in
            try connection.execute(create, [])
            let found = try version(connection)
            guard found <= Migration.newest else {
                throw .newerSchema(found: found, known: Migration.newest)
            }
            if found < Migration.newest {
                for statement in dialect.preparation { try connection.execute(statement, []) }
            }
            for migration in Migration.all where migration.version > found {
                for (statement, arguments) in migration.statements(in: dialect) {
                    try connection.execute(statement, arguments)
                }
                try connection.execute(insert, [.integer(migration.version)])
            }
            return Migration.newest
        }
    }

    /// Refuses a database of another schema without changing it: for programs that only read.
    ///
    /// - Throws: `newerSchema`, or `unavailable` if the schema is older than this program's.
    package static func check(_ engine: some SQLEngine) async throws(StorageError) {
        let found = try await engine.read { (connection) throws(StorageError) in try version(connection) }
        guard found <= Migration.newest else { throw .newerSchema(found: found, known: Migration.newest) }
        guard found == Migration.newest else {
            throw .unavailable("the schema is version \(found); run `tenured migrate`")
        }
    }

    private static func version(_ connection: any SQLConnection) throws(StorageError) -> Int64 {
        guard let row = try connection.rows(select, []).first else { return 0 }
        var reader = RowReader(row, of: "schema_version")
        return try reader.integer()
    }

    private static let create = Statement("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)")
    private static let select = Statement("SELECT version FROM schema_version ORDER BY version DESC LIMIT 1")
    private static let insert = Statement("INSERT INTO schema_version (version) VALUES ($1)")
}
