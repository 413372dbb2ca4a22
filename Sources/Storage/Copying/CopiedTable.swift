/// One table as it is copied: in slices of the log where its rows name the entry that wrote them, so that what a row
/// refers to is there before it; else in the order of its key.
struct CopiedTable: Sendable {
    /// Entries whose rows travel together.
    static let sliceEntries: Int64 = 500
    /// Rows of a table in the order of its key that travel together.
    static let pageRows = 500

    let name: String
    private let columns: [String]
    private let primaryKey: [String]
    /// The column that names an entry.
    private let place: String?

    private init(_ table: TableDefinition) {
        name = table.name
        columns = table.columns.map(\.name)
        primaryKey = table.primaryKey
        place = ["idx", "changed_index"].first { column in table.columns.contains { $0.name == column } }
    }

    /// Every table of the schema but the head, in the order of their foreign keys.
    static let all: [CopiedTable] = Migration.all.flatMap(\.steps).compactMap { step in
        guard case .table(let table) = step, table.name != "head" else { return nil }
        return CopiedTable(table)
    }

    static let byEntry = all.filter { $0.place != nil }
    static let byKey = all.filter { $0.place == nil }

    /// With the head, in the same order.
    static let names = ["head"] + all.map(\.name)

    /// The rows that entries of a slice wrote, in the order of the log.
    func rows(in slice: Range<Int64>, _ connection: any SQLConnection) throws(StorageError) -> [SQLRow] {
        guard let place else { return [] }
        return try connection.rows(
            Statement("SELECT \(list) FROM \(name) WHERE \(place) >= $1 AND \(place) < $2 ORDER BY \(place)"),
            [.integer(slice.lowerBound), .integer(slice.upperBound)])
    }

    /// A page of rows in the order of the key.
    func rows(after key: [SQLValue]?, _ connection: any SQLConnection) throws(StorageError) -> [SQLRow] {
        let order = primaryKey.joined(separator: ", ")
        var condition = ""
        if key != nil {
            let places = primaryKey.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            condition = " WHERE (\(order)) > (\(places))"
        }
        return try connection.rows(
            Statement("SELECT \(list) FROM \(name)\(condition) ORDER BY \(order) LIMIT \(Self.pageRows)"), key ?? [])
    }

    /// What the next page comes after.
    func key(of row: SQLRow?) -> [SQLValue]? {
        guard let row else { return nil }
        return primaryKey.compactMap { name in columns.firstIndex(of: name).map { row.values[$0] } }
    }

    func insert(_ rows: [SQLRow], _ connection: any SQLConnection) throws(StorageError) {
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let statement = Statement("INSERT INTO \(name) (\(list)) VALUES (\(places))")
        for row in rows { try connection.enqueue(statement, row.values) }
    }

    /// Whether the table has no row.
    func isEmpty(_ connection: any SQLConnection) throws(StorageError) -> Bool {
        try connection.rows(Statement("SELECT \(primaryKey[0]) FROM \(name) LIMIT 1"), []).isEmpty
    }

    var columnNames: [String] { columns.map { "\(name).\($0)" } }

    private var list: String { columns.joined(separator: ", ") }
}
