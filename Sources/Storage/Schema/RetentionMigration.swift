extension Migration {
    /// Version 4: credentials that ended long ago may leave, by an entry that says so (FORMATS, section 2): those that
    /// `retention` names, no others. Nothing points to them any more; a renewal goes on naming what it replaced.
    /// Programs of version 1 work on as they did.
    static let retention = Migration(
        version: 4, oldest: 1,
        steps: [
            .table(
                TableDefinition(
                    name: "retention", columns: [.int64("id"), .int64("before_index"), .int64("ended_by")],
                    primaryKey: ["id"], checks: ["id = 1", "before_index >= 0", "ended_by >= 0"],
                    changes: .rising(["before_index", "ended_by"], mayGo: false))),
            .statements { dialect in
                switch dialect {
                case .sqlite: onSQLite
                case .postgreSQL: onPostgreSQL
                }
            },
        ])

    private static let covered =
        "EXISTS (SELECT 1 FROM retention WHERE id = 1 AND old.idx < before_index AND old.not_after < ended_by)"

    /// The constraint is taken away by editing the schema's text (sqlite.org/lang_altertable.html, section 8): nothing
    /// that is stored changes by it, where writing ten million rows anew would take half an hour and as much disk
    /// again. Dropping the trigger has everybody read the schema anew.
    private static let onSQLite = [
        Statement("PRAGMA writable_schema = ON"),
        Statement(
            "UPDATE sqlite_schema SET sql ="
                + " replace(sql, ',\n    FOREIGN KEY (replaces) REFERENCES credential (id)', '')"
                + " WHERE type = 'table' AND name = 'credential'"),
        Statement("DROP TRIGGER credential_keeps"),
        Statement("PRAGMA writable_schema = RESET"),
        Statement(
            "CREATE TRIGGER credential_keeps BEFORE DELETE ON credential WHEN NOT \(covered)\n"
                + "BEGIN SELECT RAISE(ABORT, 'credential: rows are never deleted'); END"),
    ]

    private static let onPostgreSQL = [
        Statement("ALTER TABLE credential DROP CONSTRAINT credential_replaces_fkey"),
        Statement("DROP TRIGGER credential_keeps ON credential"),
        Statement(
            """
            CREATE OR REPLACE FUNCTION tenure_keep_credential() RETURNS trigger LANGUAGE plpgsql AS \
            'BEGIN IF \(covered) THEN RETURN old; END IF; RAISE EXCEPTION USING \
            MESSAGE = ''credential: rows are never deleted'', ERRCODE = ''integrity_constraint_violation''; END'
            """),
        Statement(
            "CREATE TRIGGER credential_keeps BEFORE DELETE ON credential FOR EACH ROW"
                + " EXECUTE FUNCTION tenure_keep_credential()"),
    ]
}
