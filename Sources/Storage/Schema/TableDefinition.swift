/// One table over the column types that every engine has; `SchemaDialect` writes it down.
struct TableDefinition: Sendable {
    var name: String
    var columns: [Column]
    var primaryKey: [String]
    var uniques: [[String]] = []
    var foreignKeys: [ForeignKey] = []
    /// Conditions in the common subset.
    var checks: [String] = []
    /// Rows lie in the order of the primary key, where the engine can do that: for small rows with a short key.
    var isClustered = false
    var changes = ChangeRule.any

    /// What triggers let happen to a row once it is there.
    enum ChangeRule: Sendable, Equatable {
        case any
        /// Rows are appended: no UPDATE, no DELETE.
        case none
        /// These columns only rise, and the key stays; whether the row may go.
        case rising([String], mayGo: Bool)
    }
}

struct Column: Sendable {
    enum Kind: Sendable {
        /// 16 bytes.
        case id
        case bytes, text, int64
        /// 0 or 1.
        case flag
    }

    var name: String
    var kind: Kind
    var isNullable = false
    /// A constant that an INSERT which does not name the column gives it.
    var constant: Int64?

    static func id(_ name: String) -> Self { Self(name: name, kind: .id) }
    static func bytes(_ name: String) -> Self { Self(name: name, kind: .bytes) }
    static func text(_ name: String) -> Self { Self(name: name, kind: .text) }
    static func int64(_ name: String) -> Self { Self(name: name, kind: .int64) }
    static func flag(_ name: String) -> Self { Self(name: name, kind: .flag) }
    /// A column that is 1 in every row: the version of a foreign key to an object, whatever its newest version is.
    static func one(_ name: String) -> Self { Self(name: name, kind: .int64, constant: 1) }

    var nullable: Self {
        var copy = self
        copy.isNullable = true
        return copy
    }
}

struct ForeignKey: Sendable {
    var columns: [String]
    var table: String
    var references: [String]

    init(_ columns: [String], _ table: String, _ references: [String]) {
        self.columns = columns
        self.table = table
        self.references = references
    }
}

struct IndexDefinition: Sendable {
    var name: String
    var table: String
    var columns: [String]
    var isUnique = false
    /// A condition in the common subset: only rows that meet it are in the index.
    var condition: String?
}
