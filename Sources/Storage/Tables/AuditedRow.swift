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

    package init(table: AuditedTable, key: String, number: Number, values: [SQLValue]) {
        precondition(values.count == table.columns.count, "a value for each column of \(table.name)")
        self.table = table
        self.key = key
        self.number = number
        self.values = values
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
    package let hasNumber: Bool

    package init(name: String, hashVersion: Int64, columns: [String], hasNumber: Bool) {
        self.name = name
        self.hashVersion = hashVersion
        self.columns = columns
        self.hasNumber = hasNumber
    }
}
