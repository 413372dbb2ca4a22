extension Migration {
    /// Version 3: which node does the scheduled work. Programs of version 2 would do it as well, each act of it once
    /// all the same: what they write is decided in its transaction.
    static let duties = Migration(
        version: 3, oldest: 1,
        steps: [
            .table(
                TableDefinition(
                    name: "duty",
                    columns: [.int64("id"), .id("holder").nullable, .int64("fence"), .int64("beat")],
                    primaryKey: ["id"], checks: ["id = 1", "fence >= 0", "beat >= 0"],
                    changes: .rising(["fence", "beat"], mayGo: false)))
        ])
}
