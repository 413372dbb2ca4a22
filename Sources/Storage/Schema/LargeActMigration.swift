extension Migration {
    /// Version 2: when the next large act may be recorded.
    static let largeActs = Migration(
        version: 2,
        steps: [
            .table(
                TableDefinition(
                    name: "large_act", columns: [.int64("id"), .int64("free_at")], primaryKey: ["id"],
                    checks: ["id = 1", "free_at >= 0"]))
        ])
}
