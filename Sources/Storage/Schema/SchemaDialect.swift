/// How one engine writes down what the common subset cannot say: tables, triggers, and the lock of the head row.
package enum SchemaDialect: Sendable {
    case sqlite
    case postgreSQL

    /// Reads the head row with the write lock held. SQLite took the lock with BEGIN IMMEDIATE. PostgreSQL locks the row
    /// by an UPDATE, which waits and then returns the row as it was committed last; what rests on the lock is read in
    /// statements after this one, each with a snapshot of its own.
    var lockHead: Statement {
        switch self {
        case .sqlite: HeadTable.select
        case .postgreSQL: HeadTable.lock
        }
    }

    /// What the triggers of this engine call; may be run again.
    var preparation: [Statement] {
        switch self {
        case .sqlite: []
        case .postgreSQL: [Self.refusal]
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
        let options =
            switch self {
            case .sqlite: table.isClustered ? " STRICT, WITHOUT ROWID" : " STRICT"
            case .postgreSQL: ""
            }
        let text = "CREATE TABLE \(table.name) (\n    \(lines.joined(separator: ",\n    "))\n)\(options)"
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
            case .id, .bytes: self == .sqlite ? "BLOB" : "BYTEA"
            case .text: "TEXT"
            case .int64, .flag: self == .sqlite ? "INTEGER" : "BIGINT"
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
        let noDelete = refuse("DELETE", on: name, named: "keeps", saying: "rows are never deleted")
        switch table.changes {
        case .any: return []
        case .none:
            return noDelete + refuse("UPDATE", on: name, named: "stands", saying: "rows are never changed")
        case .rising(let columns, let mayGo):
            let falls = columns.map { "new.\($0) < old.\($0)" } + table.primaryKey.map { "new.\($0) <> old.\($0)" }
            let rises = refuse(
                "UPDATE", on: name, named: "rises", when: falls.joined(separator: " OR "),
                saying: "numbers only rise")
            return mayGo ? rises : noDelete + rises
        }
    }

    private func refuse(
        _ event: String, on table: String, named suffix: String, when condition: String? = nil,
        saying message: String
    ) -> [Statement] {
        switch self {
        case .sqlite:
            let when = condition.map { " WHEN \($0)" } ?? ""
            return [
                Statement(
                    "CREATE TRIGGER \(table)_\(suffix) BEFORE \(event) ON \(table)\(when)\n"
                        + "BEGIN SELECT RAISE(ABORT, '\(table): \(message)'); END")
            ]
        case .postgreSQL:
            let when = condition.map { " WHEN (\($0))" } ?? ""
            let call = "EXECUTE FUNCTION tenure_refuse('\(table): \(message)')"
            let row = Statement(
                "CREATE TRIGGER \(table)_\(suffix) BEFORE \(event) ON \(table) FOR EACH ROW\(when) \(call)")
            guard event == "DELETE" else { return [row] }
            // Emptying a table fires no trigger of a row.
            return [
                row,
                Statement("CREATE TRIGGER \(table)_whole BEFORE TRUNCATE ON \(table) FOR EACH STATEMENT \(call)"),
            ]
        }
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }

    private static let refusal = Statement(
        """
        CREATE OR REPLACE FUNCTION tenure_refuse() RETURNS trigger LANGUAGE plpgsql AS \
        'BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = ''integrity_constraint_violation''; END'
        """)
}
