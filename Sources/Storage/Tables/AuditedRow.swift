package import AuditLog
package import TenureModel

/// One row of an audited table, about to be written by the entry that names its hash.
package struct AuditedRow: Hashable, Sendable {
    /// Where the row's `number` column comes from: objects carry the index of the entry that made them.
    package enum Number: Hashable, Sendable {
        /// The table has none.
        case absent
        /// The row is the first version: the index of the entry that writes it.
        case ofThisEntry
        /// A later version: the number of the first.
        case existing(Int64)
    }

    package let table: AuditedTable
    /// The row's key as it stands in entries, such as `crd_…` or `ent_…@3`.
    package let key: String
    package let number: Number
    /// Values of `table.columns`, in that order; index columns are not among them.
    package let values: [SQLValue]

    /// Takes a value for each column of the table.
    package init(table: AuditedTable, key: String, number: Number, values: [SQLValue]) {
        precondition(values.count == table.columns.count, "a value for each column of \(table.name)")
        self.table = table
        self.key = key
        self.number = number
        self.values = values
    }

    /// The hash that the entry names (FORMATS, section 2): 32 bytes.
    package var hash: [UInt8] {
        var hash = RowHash(table: table.name, version: table.hashVersion)
        for (column, value) in zip(table.columnNames, values) { hash.append(column, RowValue(value)) }
        return hash.finish()
    }

    /// A later version of something must come with a mark of this kind; nil where none is asked for.
    var referenceThatMustBeMarked: LineageReference? {
        guard case .existing(let number) = number, let kind = table.reference else { return nil }
        return LineageReference(kind, number)
    }
}

/// A table whose rows are named by entries, so that folding the log gives it back. Rows are appended, never changed: a
/// change is a row of the next version.
package struct AuditedTable: Hashable, Sendable {
    package let name: String
    /// The version of the row's hash: a migration that adds audited columns raises it for new rows.
    package let hashVersion: Int64
    /// The hashed columns in the order of the hash.
    package let columns: [String]
    /// Whether rows carry the index of the entry that made the object.
    package let hasNumber: Bool
    /// The kind of reference whose mark each change of an object of this table raises; nil where it has none.
    package let reference: LineageReference.Kind?
    /// Whether rows of it are part of the snapshot.
    package let isInSnapshot: Bool
    /// The hashed columns as the hash takes them.
    fileprivate let columnNames: [RowHash.ColumnName]
    /// Its name in the database.
    let relation: String
    let insert: Statement

    /// - Parameter relation: its name in the database where `name`, by which entries call it, is a word of SQL.
    package init(
        name: String, hashVersion: Int64, columns: [String], hasNumber: Bool, reference: LineageReference.Kind? = nil,
        isInSnapshot: Bool = false, relation: String? = nil
    ) {
        self.name = name
        self.hashVersion = hashVersion
        self.columns = columns
        columnNames = columns.map { RowHash.ColumnName($0) }
        self.hasNumber = hasNumber
        self.reference = reference
        self.isInSnapshot = isInSnapshot
        self.relation = relation ?? name
        let all = columns + (hasNumber ? ["number", "idx"] : ["idx"])
        let places = (1...all.count).map { "$\($0)" }.joined(separator: ", ")
        insert = Statement("INSERT INTO \(self.relation) (\(all.joined(separator: ", "))) VALUES (\(places))")
    }

    package static func == (one: Self, other: Self) -> Bool {
        one.name == other.name && one.hashVersion == other.hashVersion
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(hashVersion)
    }
}

extension RowValue {
    /// The same value as the row's hash takes it.
    package init(_ value: SQLValue) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .text(let text): self = .text(text)
        case .bytes(let bytes): self = .bytes(bytes)
        }
    }
}
