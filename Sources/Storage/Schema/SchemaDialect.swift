/// How one engine writes down what the common subset cannot say: tables, triggers, and the lock of the head row.
package enum SchemaDialect: Sendable {
    case sqlite

    /// Reads the head row with the write lock held. SQLite took the lock with BEGIN IMMEDIATE.
    var lockHead: Statement {
        switch self {
        case .sqlite: HeadTable.select
        }
    }

    func create(_ table: TableDefinition) -> [Statement] {
        var lines = table.columns.map(column)
        lines.append("PRIMARY KEY (\(list(table.primaryKey)))")
        lines += table.uniques.map { "UNIQUE (\(list($0)))" }
        lines += table.foreignKeys.map {
            "FOREIGN KEY (\(list($0.columns))) REFERENCES \($0.table) (\(list($0.references)))"
        }
        lines += table.checks.map { "CHECK (\($0))" }
        let options = table.isClustered ? "STRICT, WITHOUT ROWID" : "STRICT"
        let text = "CREATE TABLE \(table.name) (\n    \(lines.joined(separator: ",\n    "))\n) \(options)"
        return [Statement(text)] + triggers(of: table)
    }

    func create(_ index: IndexDefinition) -> Statement {
        let condition = index.condition.map { " WHERE \($0)" } ?? ""
        return Statement(
            "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(index.name) ON \(index.table) (\(list(index.columns)))"
                + condition)
    }

    private func column(_ column: Column) -> String {
        let type =
            switch column.kind {
            case .id, .bytes: "BLOB"
            case .text: "TEXT"
            case .int64, .flag: "INTEGER"
            }
        var text = "\(column.name) \(type)"
        if !column.isNullable { text += " NOT NULL" }
        switch column.kind {
        case .id: text += " CHECK (length(\(column.name)) = 16)"
        case .flag: text += " CHECK (\(column.name) IN (0, 1))"
        case .bytes, .text, .int64: break
        }
        if let constant = column.constant {
            text += " DEFAULT \(constant) CHECK (\(column.name) = \(constant))"
        }
        return text
    }

    private func triggers(of table: TableDefinition) -> [Statement] {
        let name = table.name
        let noDelete = trigger("\(name)_keeps", "BEFORE DELETE ON \(name)", "\(name): rows are never deleted")
        switch table.changes {
        case .any: return []
        case .none:
            return [noDelete, trigger("\(name)_stands", "BEFORE UPDATE ON \(name)", "\(name): rows are never changed")]
        case .rising(let columns, let mayGo):
            let falls = columns.map { "new.\($0) < old.\($0)" } + table.primaryKey.map { "new.\($0) <> old.\($0)" }
            let rises = trigger(
                "\(name)_rises", "BEFORE UPDATE ON \(name) WHEN \(falls.joined(separator: " OR "))",
                "\(name): numbers only rise")
            return mayGo ? [rises] : [noDelete, rises]
        }
    }

    private func trigger(_ name: String, _ event: String, _ message: String) -> Statement {
        Statement("CREATE TRIGGER \(name) \(event)\nBEGIN SELECT RAISE(ABORT, '\(message)'); END")
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
