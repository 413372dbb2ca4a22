extension Migration {
    /// Version 2: when the next large act may be recorded. Programs of version 1 would record them without a pause,
    /// which harms nothing that was promised.
    static let largeActs = Migration(
        version: 2, oldest: 1,
        steps: [
            .table(
                TableDefinition(
                    name: "large_act", columns: [.int64("id"), .int64("free_at")], primaryKey: ["id"],
                    checks: ["id = 1", "free_at >= 0"]))
        ])
}
