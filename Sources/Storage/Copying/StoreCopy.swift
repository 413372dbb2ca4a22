/// Copies an installation from one database into another, whichever engines keep them, row by row.
///
/// The target bears a mark from before its first row until all of it was compared: no program opens it meanwhile, older
/// ones neither. The source is only read, and must be nobody's: what is recorded there meanwhile is noticed at the end,
/// and the copy is not finished then.
package struct StoreCopy: Sendable {
    /// Stands among the versions of the schema while the target is not whole; newer than any schema.
    package static let unfinishedVersion: Int64 = 9_000_000_000_000

    /// Each column that is copied, as `table.column`.
    package static var columns: [String] { CopiedTable.all.flatMap(\.columnNames) }

    private let source: any SQLEngine
    private let target: any SQLEngine
    /// What the source was when the copy began.
    package let head: LogHead

    /// Looks at both, and changes neither.
    ///
    /// - Throws: `CopyRefusal` where the source is empty or of another schema, or the target holds anything.
    package init(from source: any SQLEngine, to target: any SQLEngine) async throws(CopyRefusal) {
        self.source = source
        self.target = target
        let version: Int64
        do throws(StorageError) {
            version = try await SchemaMigrator.check(source)
        } catch {
            throw .storage(error)
        }
        guard version == SchemaMigrator.newestVersion else { throw .otherSchema(version) }
        head = try await Self.head(of: source)
        guard head.size > 0 else { throw .emptySource }
        try await Self.refuseFilled(target)
    }

    /// Takes away what a copy that did not end left in a target; nothing where the target bears no mark of one.
    package static func discardUnfinished(in target: any SQLEngine) async throws(StorageError) {
        try await target.write { (connection) throws(StorageError) in
            guard try hasTables(connection, target.dialect), try isUnfinished(connection) else { return }
            for name in (["schema_version", "schema_support"] + CopiedTable.names).reversed() {
                try connection.execute(Statement("DROP TABLE IF EXISTS \(name)"), [])
            }
        }
    }

    /// Makes the target's tables, marks it, and copies every row.
    ///
    /// - Parameter progress: called with the number of entries that are there.
    /// - Throws: what either database says; the target stays marked.
    package func copy(progress: @Sendable (Int64) -> Void) async throws(StorageError) {
        try await SchemaMigrator.migrate(target)
        _ = try await target.write { (connection) throws(StorageError) in
            try connection.execute(Self.mark, [.integer(Self.unfinishedVersion)])
        }
        var start: Int64 = 0
        while start < head.size {
            let slice = start..<min(start + CopiedTable.sliceEntries, head.size)
            let tables = CopiedTable.byEntry
            let rows = try await source.read { (connection) throws(StorageError) in
                try tables.map { (table) throws(StorageError) in try table.rows(in: slice, connection) }
            }
            try await target.write { (connection) throws(StorageError) in
                for (table, rows) in zip(tables, rows) { try table.insert(rows, connection) }
            }
            start = slice.upperBound
            progress(start)
        }
        for table in CopiedTable.byKey {
            var last: [SQLValue]?
            repeat {
                let after = last
                let rows = try await source.read { (connection) throws(StorageError) in
                    try table.rows(after: after, connection)
                }
                try await target.write { (connection) throws(StorageError) in try table.insert(rows, connection) }
                last = rows.count == CopiedTable.pageRows ? table.key(of: rows.last) : nil
            } while last != nil
        }
    }

    /// Holds every row of both against one another.
    ///
    /// - Returns: the table and place of the first difference, or nil where there is none.
    package func firstDifference() async throws(StorageError) -> String? {
        var start: Int64 = 0
        while start <= head.size {
            // The last slice is of all that lies beyond the head: nothing does.
            let end = start < head.size ? min(start + CopiedTable.sliceEntries, head.size) : .max
            let slice = start..<end
            for table in CopiedTable.byEntry {
                let one = try await source.read { (connection) throws(StorageError) in
                    try table.rows(in: slice, connection)
                }
                let other = try await target.read { (connection) throws(StorageError) in
                    try table.rows(in: slice, connection)
                }
                guard one.count == other.count, Set(one) == Set(other) else {
                    return "\(table.name), entries \(slice.lowerBound) to \(slice.upperBound)"
                }
            }
            guard end < .max else { break }
            start = end
        }
        for table in CopiedTable.byKey {
            var last: [SQLValue]?
            repeat {
                let after = last
                let one = try await source.read { (connection) throws(StorageError) in
                    try table.rows(after: after, connection)
                }
                let other = try await target.read { (connection) throws(StorageError) in
                    try table.rows(after: after, connection)
                }
                guard one == other else { return table.name }
                last = one.count == CopiedTable.pageRows ? table.key(of: one.last) : nil
            } while last != nil
        }
        return nil
    }

    /// Gives the target its head and takes the mark away, in one transaction: from then on it can be served.
    ///
    /// - Throws: `sourceChanged` where something was recorded in the source meanwhile; the target stays marked.
    package func finish() async throws(CopyRefusal) {
        let head = head
        guard try await Self.head(of: source) == head else { throw .sourceChanged }
        do throws(StorageError) {
            try await target.write { (connection) throws(StorageError) in
                try HeadTable.write(head, connection)
                try connection.execute(Self.unmark, [.integer(Self.unfinishedVersion)])
            }
        } catch {
            throw .storage(error)
        }
    }

    private static func head(of engine: any SQLEngine) async throws(CopyRefusal) -> LogHead {
        do throws(StorageError) {
            return try await engine.read { (connection) throws(StorageError) in try HeadTable.read(connection) }
        } catch {
            throw .storage(error)
        }
    }

    private static let mark = Statement("INSERT INTO schema_version (version) VALUES ($1)")
    private static let unmark = Statement("DELETE FROM schema_version WHERE version = $1")
}
