/// One numbered step of the schema. Steps go forward only, and one that was ever released is never edited.
struct Migration: Sendable {
    enum Step: Sendable {
        case table(TableDefinition)
        case index(IndexDefinition)
        /// One statement in the common subset, with its arguments.
        case statement(Statement, [SQLValue])
        /// What the common subset cannot say.
        case statements(@Sendable (SchemaDialect) -> [Statement])
    }

    let version: Int64
    /// The oldest schema whose programs still work on a database that has taken this step: old and new nodes run side
    /// by side during an upgrade. A step that adds tables, indexes or columns that may be empty keeps what was; one
    /// that takes something away does so a release after the last program that read it.
    let oldest: Int64
    let steps: [Step]

    /// All of them, in order.
    static let all: [Migration] = [first, largeActs, duties, retention]

    /// The newest schema that this program knows.
    static var newest: Int64 { all.last?.version ?? 0 }

    func statements(in dialect: SchemaDialect) -> [(Statement, [SQLValue])] {
        var statements: [(Statement, [SQLValue])] = []
        for step in steps {
            switch step {
            case .table(let table): for statement in dialect.create(table) { statements.append((statement, [])) }
            case .index(let index): statements.append((dialect.create(index), []))
            case .statement(let statement, let arguments): statements.append((statement, arguments))
            case .statements(let make): for statement in make(dialect) { statements.append((statement, [])) }
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
    /// One that is newer than this program and still supports it is left as it is.
    ///
    /// - Throws: `newerSchema` if a newer program migrated the database beyond what this one works with; nothing was
    ///   changed then.
    @discardableResult
    package static func migrate(_ engine: some SQLEngine) async throws(StorageError) -> Int64 {
        try await migrate(engine, by: Migration.all)
    }

    /// As a program does that knows these migrations.
    @discardableResult
    static func migrate(_ engine: some SQLEngine, by migrations: [Migration]) async throws(StorageError) -> Int64 {
        let dialect = engine.dialect
        let known = migrations.last?.version ?? 0
        return try await engine.write { (connection) throws(StorageError) in
            try connection.execute(create, [])
            try connection.execute(createSupport, [])
            let found = try version(connection)
            guard found <= known else {
                try require(known, on: found, connection)
                return found
            }
            if found < known {
                for statement in dialect.preparation { try connection.execute(statement, []) }
            }
            for migration in migrations where migration.version > found {
                for (statement, arguments) in migration.statements(in: dialect) {
                    try connection.execute(statement, arguments)
                }
                try connection.execute(insert, [.integer(migration.version)])
                try connection.execute(insertSupport, [.integer(migration.version), .integer(migration.oldest)])
            }
            return known
        }
    }

    /// Refuses a database that this program does not work with, without changing it: for programs that only read.
    /// Returns its version, which may be a newer one that still supports this program.
    ///
    /// - Throws: `newerSchema`, or `unavailable` if the schema is older than this program's.
    @discardableResult
    package static func check(_ engine: some SQLEngine) async throws(StorageError) -> Int64 {
        try await check(engine, knowing: Migration.newest)
    }

    @discardableResult
    static func check(_ engine: some SQLEngine, knowing known: Int64) async throws(StorageError) -> Int64 {
        try await engine.read { (connection) throws(StorageError) in
            let found = try version(connection)
            guard found >= known else {
                throw .unavailable("the schema is version \(found); run `tenured migrate`")
            }
            if found > known { try require(known, on: found, connection) }
            return found
        }
    }

    private static func version(_ connection: any SQLConnection) throws(StorageError) -> Int64 {
        guard let row = try connection.rows(select, []).first else { return 0 }
        var reader = RowReader(row, of: "schema_version")
        return try reader.integer()
    }

    /// Every step that this program does not know must support it. One that says nothing supports nobody.
    private static func require(
        _ known: Int64, on found: Int64, _ connection: any SQLConnection
    ) throws(StorageError) {
        var supporting = 0
        for row in try connection.rows(selectSupport, [.integer(known)]) {
            var reader = RowReader(row, of: "schema_support")
            guard try reader.integer() <= known else { throw .newerSchema(found: found, known: known) }
            supporting += 1
        }
        guard supporting == found - known else { throw .newerSchema(found: found, known: known) }
    }

    private static let create = Statement("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)")
    private static let select = Statement("SELECT version FROM schema_version ORDER BY version DESC LIMIT 1")
    private static let insert = Statement("INSERT INTO schema_version (version) VALUES ($1)")
    private static let createSupport = Statement(
        "CREATE TABLE IF NOT EXISTS schema_support (version BIGINT PRIMARY KEY, oldest BIGINT NOT NULL)")
    private static let insertSupport = Statement("INSERT INTO schema_support (version, oldest) VALUES ($1, $2)")
    private static let selectSupport = Statement("SELECT oldest FROM schema_support WHERE version > $1")
}
