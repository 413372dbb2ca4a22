internal import AuditLog

extension Migration {
    /// Everything that version 1 has. The order of the tables is that of their foreign keys.
    static let first = Migration(
        version: 1, oldest: 1,
        steps: LogSchema.steps + ObjectSchema.steps + CredentialSchema.steps + WorkingSchema.steps)
}

/// The log: its head, its entries, its tree and its signed heads.
enum LogSchema {
    static let steps: [Migration.Step] = [
        .table(head), .table(entry), .table(tile), .table(checkpoint), .table(feed), .index(feedReference),
        .statement(firstHead, emptyHead),
    ]

    private static let head = TableDefinition(
        name: "head",
        columns: [
            .int64("id"), .int64("size"), .bytes("frontier"), .bytes("root"), .int64("last_mark"), .int64("last_feed"),
            .int64("last_time"),
        ],
        primaryKey: ["id"],
        checks: ["id = 1", "size >= 0", "length(root) = 32", "last_mark < size", "last_feed < size", "last_time >= 0"],
        // `last_time` falls with an entry `clock.reset`.
        changes: .rising(["size", "last_mark", "last_feed"], mayGo: false))

    private static let entry = TableDefinition(
        name: "entry",
        columns: [.int64("idx"), .int64("at"), .bytes("body"), .bytes("leaf_hash")],
        primaryKey: ["idx"],
        checks: ["idx >= 0", "at >= 0", "length(leaf_hash) = 32", "length(body) BETWEEN 2 AND 8192"],
        changes: .none)

    private static let tile = TableDefinition(
        name: "tile",
        // 256 hashes, and their root, which is one hash of the tile above.
        columns: [.int64("level"), .int64("number"), .bytes("hashes"), .bytes("root")],
        primaryKey: ["level", "number"],
        checks: ["level BETWEEN 0 AND 6", "number >= 0", "length(hashes) = 8192", "length(root) = 32"],
        changes: .none)

    private static let checkpoint = TableDefinition(
        name: "checkpoint",
        columns: [.int64("size"), .bytes("root"), .text("note"), .int64("at")],
        primaryKey: ["size"],
        checks: ["size >= 0", "length(root) = 32", "at >= 0"],
        changes: .none)

    /// What readers of the feed are told, one row for each event; `prev` is the index of the event before it.
    private static let feed = TableDefinition(
        name: "feed",
        columns: [
            .int64("idx"), .int64("place"), .int64("prev"), .text("event"), .text("kind").nullable,
            .int64("number").nullable, .text("reason").nullable, .int64("at"),
        ],
        primaryKey: ["idx", "place"],
        foreignKeys: [ForeignKey(["idx"], "entry", ["idx"])],
        checks: [
            "prev < idx", "place >= 0",
            "(event = 'mark' AND kind IS NOT NULL AND number IS NOT NULL AND reason IS NOT NULL)"
                + " OR (event = 'key' AND kind IS NULL AND number IS NULL AND reason IS NULL)",
        ],
        isClustered: true, changes: .none)

    /// For the first cut of a reference: `lineage_mark` has the last alone.
    private static let feedReference = IndexDefinition(
        name: "feed_reference", table: "feed", columns: ["kind", "number", "idx"], condition: "kind IS NOT NULL")

    private static let firstHead = Statement(
        "INSERT INTO head (id, size, frontier, root, last_mark, last_feed, last_time)"
            + " VALUES (1, 0, $1, $2, -1, -1, 0)")
    private static let emptyHead: [SQLValue] = [.bytes(Frontier().encoded), .bytes(Frontier().root)]
}

/// The mark of each reference that changed or was cut, and the tables without an audited row.
enum WorkingSchema {
    static let steps: [Migration.Step] = [
        .table(lineageMark), .index(markChanged), .table(operation), .index(operationKey), .index(operationIndex),
        .index(operationObject), .table(presentation), .index(presentationEnd), .table(shard), .table(plan),
    ]

    private static let lineageMark = TableDefinition(
        name: "lineage_mark",
        columns: [
            .text("kind"), .int64("number"), .int64("cut_index"), .int64("changed_index"), .int64("at"),
            .text("reason"),
        ],
        primaryKey: ["kind", "number"],
        foreignKeys: [ForeignKey(["changed_index"], "entry", ["idx"])],
        checks: [
            SchemaText.isOne("kind", of: SchemaText.referenceKinds), "number >= 0", "cut_index >= -1",
            "cut_index <= changed_index", "changed_index >= 0", "at >= 0",
            SchemaText.isOne("reason", of: SchemaText.reasons),
        ],
        isClustered: true, changes: .rising(["cut_index", "changed_index"], mayGo: false))

    private static let markChanged = IndexDefinition(
        name: "lineage_mark_changed", table: "lineage_mark", columns: ["changed_index"])

    private static let operation = TableDefinition(
        name: "operation",
        columns: [
            .id("id"), .id("identity").nullable, .text("idempotency_key").nullable, .bytes("request_hash"),
            .text("act"), .text("object").nullable, .int64("idx"), .int64("at"),
        ],
        primaryKey: ["id"],
        foreignKeys: [ForeignKey(["idx"], "entry", ["idx"])],
        checks: ["length(request_hash) = 32", "length(idempotency_key) BETWEEN 1 AND 64", "at >= 0"],
        isClustered: true)

    private static let operationKey = IndexDefinition(
        name: "operation_key", table: "operation", columns: ["identity", "idempotency_key"], isUnique: true,
        condition: "idempotency_key IS NOT NULL")

    private static let operationIndex = IndexDefinition(
        name: "operation_idx", table: "operation", columns: ["idx"])

    private static let operationObject = IndexDefinition(
        name: "operation_object", table: "operation", columns: ["object"],
        // Of a credential the operation is found by its place in the log.
        condition: "object IS NOT NULL AND " + OperationTable.makesNoCredential)

    private static let presentation = TableDefinition(
        name: "presentation",
        columns: [.int64("authentication"), .int64("uses"), .int64("expires")],
        primaryKey: ["authentication"], checks: ["authentication >= 0", "uses >= 1", "expires >= 0"])

    private static let presentationEnd = IndexDefinition(
        name: "presentation_expires", table: "presentation", columns: ["expires"])

    private static let shard = TableDefinition(
        name: "crl_shard",
        columns: [
            .id("issuer"), .int64("shard"), .int64("revocation_seconds"), .int64("hour"), .int64("crl_number"),
            .flag("dirty"), .int64("this_update").nullable, .int64("next_update").nullable, .bytes("der").nullable,
        ],
        primaryKey: ["issuer", "shard"],
        checks: [
            "shard >= 0", "revocation_seconds >= 300", "crl_number >= 0",
            "(der IS NULL) = (this_update IS NULL) AND (der IS NULL) = (next_update IS NULL)",
            "next_update > this_update",
        ],
        // A CRL number never falls (T24).
        changes: .rising(["crl_number"], mayGo: true))

    private static let plan = TableDefinition(
        name: "plan",
        columns: [.id("id"), .int64("base_version"), .text("document"), .int64("expires")],
        primaryKey: ["id"], checks: ["base_version >= 0", "expires >= 0"])
}
