internal import Storage
internal import TenureModel
internal import Testing

@Suite("Schema", .serialized)
struct SchemaTests {
    @Test("migrating twice changes nothing", arguments: TestEngine.allCases)
    func twice(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let database = try await engine.open(in: folder)
        #expect(try await SchemaMigrator.migrate(database) == SchemaMigrator.newestVersion)
        let first = try await schema(engine, database)
        #expect(try await SchemaMigrator.migrate(database) == SchemaMigrator.newestVersion)
        #expect(try await schema(engine, database) == first)
        try await SchemaMigrator.check(database)
    }

    @Test("a schema newer than the program is refused and left alone", arguments: TestEngine.allCases)
    func newer(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let database = try await engine.open(in: folder)
        try await SchemaMigrator.migrate(database)
        let newer = SchemaMigrator.newestVersion + 1
        _ = try await database.write { (connection) throws(StorageError) in
            try connection.execute(Statement("INSERT INTO schema_version (version) VALUES ($1)"), [.integer(newer)])
        }
        let expected = StorageError.newerSchema(found: newer, known: SchemaMigrator.newestVersion)
        await #expect(throws: expected) { try await SchemaMigrator.migrate(database) }
        await #expect(throws: expected) { try await SchemaMigrator.check(database) }
    }

    @Test("P1 each column that a row needs is asked for", arguments: SampleRow.Kind.allCases, TestEngine.allCases)
    func notNull(_ kind: SampleRow.Kind, _ engine: TestEngine) async throws {
        let samples = try await Samples(engine)
        let sample = samples.row(kind)
        #expect(await samples.insert(sample) == nil)
        for column in sample.columns where !sample.nullable.contains(column) {
            #expect(await samples.insert(sample.setting(column, .null)) != nil, "\(kind) without \(column)")
        }
    }

    @Test("P1 each condition on a row refuses what breaks it", arguments: SampleRow.Kind.allCases, TestEngine.allCases)
    func checks(_ kind: SampleRow.Kind, _ engine: TestEngine) async throws {
        let samples = try await Samples(engine)
        for (column, value) in samples.row(kind).broken {
            let row = samples.row(kind).setting(column, value)
            #expect(await samples.insert(row) != nil, "\(kind) with \(column) = \(value)")
        }
    }

    @Test("a row of a relation must be there", arguments: SampleRow.Kind.allCases, TestEngine.allCases)
    func foreignKeys(_ kind: SampleRow.Kind, _ engine: TestEngine) async throws {
        let samples = try await Samples(engine)
        let stranger = SQLValue.bytes([UInt8](repeating: 9, count: 16))
        for column in samples.row(kind).foreign {
            let value = column == "idx" || column.hasSuffix("_version") ? SQLValue.integer(99) : stranger
            var row = samples.row(kind).setting(column, value)
            if column == "idx", row.columns.contains("number") { row = row.setting("number", value) }
            let refusal = await samples.insert(row)
            guard case .constraint(let name)? = refusal else {
                Issue.record("\(kind), \(column): \(String(describing: refusal))")
                continue
            }
            #expect(name == "FOREIGN KEY constraint failed" || name.contains("_fkey"), "\(kind), \(column)")
        }
    }

    @Test(
        "what is appended stays as it is",
        arguments: [
            "entry", "tile", "checkpoint", "feed", "identity", "trust", "profile", "entitlement", "key_version",
            "offboarding", "credential", "lineage_mark",
        ], TestEngine.allCases)
    func triggers(_ table: String, _ engine: TestEngine) async throws {
        let samples = try await Samples(engine)
        try await samples.fillEveryTable()
        let count = await samples.count(table)
        #expect(count > 0)
        await #expect(throws: StorageError.constraint("\(table): rows are never deleted")) {
            try await samples.run("DELETE FROM \(table)")
        }
        if engine == .postgreSQL {
            await #expect(throws: StorageError.self) { try await samples.run("TRUNCATE \(table) CASCADE") }
        }
        if table == "lineage_mark" {
            for column in ["cut_index", "changed_index"] {
                await #expect(throws: StorageError.self) {
                    try await samples.run("UPDATE lineage_mark SET \(column) = \(column) - 1")
                }
            }
        } else {
            let column = samples.firstColumn(of: table)
            await #expect(throws: StorageError.self) {
                try await samples.run("UPDATE \(table) SET \(column) = \(column)")
            }
        }
        #expect(await samples.count(table) == count)
    }

    @Test("replacing a row is a deletion, and refused")
    func replace() async throws {
        let samples = try await Samples(.sqlite)
        await #expect(throws: StorageError.self) {
            try await samples.run(
                "INSERT OR REPLACE INTO entry (idx, at, body, leaf_hash) SELECT idx, at, x'7B7D', leaf_hash FROM entry")
        }
    }

    @Test("the head never goes back", arguments: TestEngine.allCases)
    func head(_ engine: TestEngine) async throws {
        let samples = try await Samples(engine)
        for column in ["size", "last_mark", "last_feed"] {
            await #expect(throws: StorageError.self) {
                try await samples.run("UPDATE head SET \(column) = \(column) - 1")
            }
        }
        await #expect(throws: StorageError.self) { try await samples.run("DELETE FROM head") }
    }

    @Test("names are unique among objects of a kind, ended ones too", arguments: TestEngine.allCases)
    func names(_ engine: TestEngine) async throws {
        let samples = try await Samples(engine)
        for kind in [SampleRow.Kind.person, .trust, .profile] {
            let other = samples.row(kind).setting("name", samples.takenName(kind))
            #expect(await samples.insert(other) != nil, "\(kind)")
        }
        #expect(await samples.insert(samples.row(.person).setting("name", .text("builder"))) == nil)
    }

    @Test("T24 a serial number is used once by an issuer", arguments: TestEngine.allCases)
    func serials(_ engine: TestEngine) async throws {
        let samples = try await Samples(engine)
        let certificate = samples.row(.certificate)
        #expect(await samples.insert(certificate, then: samples.secondCertificate(sameSerial: true)) != nil)
        #expect(await samples.insert(certificate, then: samples.secondCertificate(sameSerial: false)) == nil)
    }

    private func schema(_ engine: TestEngine, _ database: any SQLEngine) async throws -> [SQLRow] {
        let text =
            switch engine {
            case .sqlite: "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
            case .postgreSQL:
                "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns"
                    + " WHERE table_schema = current_schema() ORDER BY 1, 2"
            }
        return try await database.read { (connection) throws(StorageError) in
            try connection.rows(Statement(text), [])
        }
    }
}
