internal import AuditInspection
internal import AuditLog
internal import Storage
internal import TenureModel
internal import Testing

@Suite("What leaves the database")
struct RetentionTests {
    private static let day: Int64 = 86_400

    /// Records a credential that ends so many seconds after `time`, as issuance does.
    private static func record(
        _ credential: Credential, operation: UInt64, at time: Timestamp, endingAfter seconds: Int64, in log: RunningLog
    ) async throws {
        var credential = credential
        credential.notAfter = time.adding(seconds: seconds)
        var entry = Example.entry(.tokenIssue, at: time, rows: [CredentialTable.row(for: credential)])
        entry.entry.details = [.init("not_after", .text(credential.notAfter.secondsText))]
        let member = RecordingMember(
            operation: Example.operation(operation), floor: credential.floor,
            references: credential.lineage.references, entries: [entry])
        _ = try await log.recorder.record(member).get()
    }

    private static func cut(_ cut: RetentionCut, operation: UInt64, in log: RunningLog) async throws {
        var entry = Example.entry(.retentionCut, at: log.clock.now)
        entry.entry.details = cut.details
        _ = try await log.act([entry], operation: operation).get()
    }

    private static func forget(_ cut: RetentionCut, in log: RunningLog) async throws {
        var cursor: Int64? = -1
        while let after = cursor {
            cursor = try await log.ledger.forgetCredentials(before: cut.before, endedBy: cut.endedBy, after: after)
        }
    }

    private static func stored(_ log: RunningLog) async throws -> [Int64] {
        try await log.engine.read { (connection) throws(StorageError) in
            try connection.rows(Statement("SELECT idx FROM credential ORDER BY idx"), [])
        }.compactMap { row in if case .integer(let index)? = row.values.first { index } else { nil } }
    }

    private static func delete(_ condition: String, _ log: RunningLog) async throws {
        _ = try await log.engine.write { (connection) throws(StorageError) in
            try connection.execute(Statement("DELETE FROM credential WHERE \(condition)"), [])
        }
    }

    /// A log with seven credentials: three tokens and two certificates of the first day, of which the second replaces
    /// the first and lives for 30 days, and two tokens of the tenth day.
    private static func log(_ engine: TestEngine, in folder: borrowing TestFolder) async throws -> RunningLog {
        let log = try await RunningLog(engine.open(in: folder))
        let estate = Example()
        try await log.found(estate)
        let first = log.clock.now
        for number in 1...3 as ClosedRange<UInt64> {
            try await record(estate.token(number, floor: 5), operation: number, at: first, endingAfter: 900, in: log)
        }
        let certificate = estate.certificate(4, floor: 5)
        try await record(certificate, operation: 4, at: first, endingAfter: 3_600, in: log)
        var renewal = estate.certificate(5, floor: 5)
        if case .certificate(let issuer, let serial, let shard, let der, _) = renewal.body {
            renewal.body = .certificate(
                issuer: issuer, serial: serial, shard: shard, der: der, replaces: certificate.id)
        }
        try await record(renewal, operation: 5, at: first, endingAfter: 30 * day, in: log)
        log.clock.advance(seconds: 10 * day)
        for number in 6...7 as ClosedRange<UInt64> {
            try await record(
                estate.token(number, floor: 5), operation: number, at: log.clock.now, endingAfter: 900, in: log)
        }
        #expect(try await stored(log) == [5, 6, 7, 8, 9, 10, 11])
        return log
    }

    @Test(
        "T40 credentials that ended leave by an entry that says so, and the tables are the fold of the log as before",
        arguments: TestEngine.allCases)
    func leaves(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await Self.log(engine, in: folder)
        let limit = log.clock.now.adding(seconds: -Self.day)
        let cut = RetentionCut(before: try await log.ledger.firstIndex(atOrAfter: limit), endedBy: limit)
        #expect(cut.before == 10)
        #expect(try await log.ledger.hasCredentials(before: cut.before, endedBy: limit))
        try await Self.cut(cut, operation: 100, in: log)
        try await Self.forget(cut, in: log)
        // The one that lives, and those of the last day.
        #expect(try await Self.stored(log) == [9, 10, 11])
        #expect(try await !log.ledger.hasCredentials(before: cut.before, endedBy: limit))
        let state = try await InspectedFolder(log.engine).compareState()
        #expect(state.isEqual, "\(state.findings)")
        // No row leaves that the entry does not name.
        let kept = StorageError.constraint("credential: rows are never deleted")
        for index in [9, 10, 11] as [Int64] {
            await #expect(throws: kept) {
                try await Self.delete("idx = \(index)", log)
            }
        }
        // A second cut goes on, a smaller one takes nothing back.
        log.clock.advance(seconds: 40 * Self.day)
        let later = log.clock.now.adding(seconds: -Self.day)
        let all = RetentionCut(before: try await log.ledger.firstIndex(atOrAfter: later), endedBy: later)
        try await Self.cut(all, operation: 101, in: log)
        try await Self.forget(all, in: log)
        try await Self.forget(cut, in: log)
        #expect(try await Self.stored(log) == [])
        #expect(try await InspectedFolder(log.engine).compareState().isEqual)
        let standing = try #require(try await log.ledger.retention())
        #expect(standing.before == all.before && standing.endedBy == later)
    }

    @Test("T40 a row that leaves without an entry, or before it has ended by the entry, is named")
    func named() async throws {
        let folder = try TestFolder()
        let log = try await Self.log(.sqlite, in: folder)
        let limit = log.clock.now.adding(seconds: -Self.day)
        let cut = RetentionCut(before: 10, endedBy: limit)
        // Permitted by hand, with no entry.
        try await Self.forget(cut, in: log)
        #expect(try await InspectedFolder(log.engine).compareState().findingCount == 4)
        // One that would let go what lives is no permission.
        try await Self.cut(
            RetentionCut(before: 10, endedBy: log.clock.now.adding(seconds: 1)), operation: 100, in: log)
        #expect(try await InspectedFolder(log.engine).compareState().findingCount == 4)
        try await Self.cut(cut, operation: 101, in: log)
        #expect(try await InspectedFolder(log.engine).compareState().isEqual)
        // Whoever has the file can drop what guards it: the one that lives, then one of the last day.
        try await log.engine.write { (connection) throws(StorageError) in
            _ = try connection.execute(Statement("DROP TRIGGER credential_keeps"), [])
        }
        for (count, index) in [9, 10].enumerated() {
            try await Self.delete("idx = \(index)", log)
            let state = try await InspectedFolder(log.engine).compareState()
            #expect(state.findingCount == count + 1)
            #expect(state.findings.contains { "\($0)".hasPrefix("missingRow(table: \"credential\"") })
        }
    }

    @Test(
        "operations leave in the order of the log, and who lost the duty lets nothing go",
        arguments: TestEngine.allCases)
    func operations(_ engine: TestEngine) async throws {
        let folder = try TestFolder()
        let log = try await Self.log(engine, in: folder)
        let stranger = Duty(fence: 7)
        await #expect(throws: StorageError.self) { try await log.ledger.forgetOperations(before: 10, under: stranger) }
        await #expect(throws: StorageError.self) {
            _ = try await log.ledger.forgetCredentials(before: 10, endedBy: log.clock.now, after: -1, under: stranger)
        }
        #expect(try await Self.stored(log).count == 7)
        // That of the estate, and five that issued.
        #expect(try await log.ledger.forgetOperations(before: 10) == 6)
        #expect(try await log.ledger.forgetOperations(before: 10) == 0)
        #expect(try await log.ledger.operation(Example.id(5, 6) as OperationID) == nil)
        #expect(try await log.ledger.operation(Example.id(6, 6) as OperationID) != nil)
        #expect(try await log.ledger.operation(ofCredentialAt: 9) == nil)
        #expect(try await log.ledger.operation(ofCredentialAt: 10)?.index == 10)
        #expect(try await InspectedFolder(log.engine).compareState().isEqual)
    }

    @Test("the first entry at a time is found in a log of any length")
    func firstIndex() async throws {
        let folder = try TestFolder()
        let log = try await RunningLog(TestEngine.sqlite.open(in: folder))
        let start = log.clock.now
        #expect(try await log.ledger.firstIndex(atOrAfter: start) == 0)
        for place in 0..<9 as Range<Int64> {
            let entry = Example.entry(.statusRead, at: start.adding(seconds: place / 2))
            _ = try await log.act([entry], operation: UInt64(place) + 1).get()
        }
        for place in 0..<5 as Range<Int64> {
            #expect(try await log.ledger.firstIndex(atOrAfter: start.adding(seconds: place)) == place * 2)
        }
        #expect(try await log.ledger.firstIndex(atOrAfter: start.adding(seconds: 5)) == 9)
        #expect(try await log.ledger.firstIndex(atOrAfter: start.adding(seconds: -5)) == 0)
    }
}
