internal import TenureModel
internal import Testing

@testable internal import Storage

@Suite("Upgrading while old programs run")
struct UpgradeTests {
    /// What the next release could add, supporting this one.
    private static let next = Migration(
        version: Migration.newest + 1, oldest: Migration.newest,
        steps: [
            .table(
                TableDefinition(
                    name: "hint", columns: [.int64("id"), .int64("number")], primaryKey: ["id"],
                    checks: ["number >= 0"])),
            .statement(Statement("ALTER TABLE credential ADD COLUMN hint TEXT"), []),
            .statement(Statement("CREATE INDEX credential_hint ON credential (hint)"), []),
        ])
    /// What the one after it could take away from this one.
    private static let afterNext = Migration(
        version: Migration.newest + 2, oldest: Migration.newest + 1,
        steps: [.statement(Statement("DROP TABLE large_act"), [])])

    @Test(
        "an old program records before, during and after a step that supports it, and starts again on it",
        arguments: TestEngine.allCases)
    func supported(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(try await engine.open(in: folder))
        try await log.found(Example())
        // The step waits for the transaction that is under way; what comes after that waits for the step.
        let gate = Gate()
        let held = Task { await log.hold(gate, operation: 1_000) }
        await gate.reached()
        let records = (0..<20).map { number in
            Task { await log.act([Example.entry(.statusRead)], operation: 1_001 + UInt64(number)) }
        }
        let database = log.engine
        let upgrade = Task { () throws(StorageError) in
            try await SchemaMigrator.migrate(database, by: Migration.all + [Self.next])
        }
        gate.open()
        await held.value
        for record in records { _ = try await record.value.get() }
        #expect(try await upgrade.value == Self.next.version)
        _ = try await log.act([Example.entry(.statusRead)], operation: 2_000).get()
        await log.stop()

        #expect(try await SchemaMigrator.migrate(database) == Self.next.version)
        #expect(try await SchemaMigrator.check(database) == Self.next.version)
        let again = try await RunningLog(database, key: log.key)
        _ = try await again.act([Example.entry(.statusRead)], operation: 2_001).get()
        await again.stop()
    }

    @Test(
        "a step that an old program does not work with is refused by it, whatever supports it in between",
        arguments: TestEngine.allCases)
    func unsupported(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let database = try await engine.open(in: folder)
        let all = Migration.all + [Self.next, Self.afterNext]
        try await SchemaMigrator.migrate(database, by: all)
        let expected = StorageError.newerSchema(found: Self.afterNext.version, known: Migration.newest)
        await #expect(throws: expected) { try await SchemaMigrator.migrate(database) }
        await #expect(throws: expected) { try await SchemaMigrator.check(database) }
        #expect(try await SchemaMigrator.check(database, knowing: Self.next.version) == Self.afterNext.version)
        #expect(try await SchemaMigrator.migrate(database, by: Array(all.dropLast())) == Self.afterNext.version)
    }
}
