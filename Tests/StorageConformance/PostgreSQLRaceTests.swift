internal import AuditLog
internal import OpenSSLCrypto
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import Storage
internal import TenureModel
internal import Testing

/// What only several connections to one server can show.
@Suite("Recording on PostgreSQL")
struct PostgreSQLRaceTests {
    private func engine(_ folder: borrowing TestFolder, through proxy: CuttingProxy? = nil) async throws
        -> PostgreSQLEngine
    {
        _ = try await TestDatabase.url(of: folder.name)
        let url = try PostgreSQLServer.shared().url(schema: folder.name, folder: proxy?.folder)
        return try await PostgreSQLEngine(PostgreSQLAddress(url: url, environment: [:]))
    }

    @Test("T35 a cut that is committed while our transaction waits for the lock refuses our recording")
    func waiting() async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let ours = try await RunningLog(engine(folder), key: key)
        let estate = Example()
        try await ours.found(estate)
        let theirs = try await RunningLog(engine(folder), key: key)
        let reference = LineageReference(.identity, 1)
        // Somebody else holds the lock until both of us wait for it, they before us.
        let holder = try await engine(folder)
        try await hold(holder)
        let offboarding = Task {
            try await theirs.mark([PendingMark(reference, cuts: true)], operation: 50)
        }
        #expect(try await wait(for: 1, holder))
        let token = Example.issuance(estate.token(1, floor: 5), operation: 1)
        let issuance = Task { await ours.recorder.record(token) }
        #expect(try await wait(for: 2, holder))
        await holder.close()
        #expect(try await offboarding.value.firstIndex == 5)
        #expect(await issuance.value == .failure(.refused(.changed(reference))))
        #expect(ours.recorder.snapshot.size == 6)
        #expect(try await LogFold.faults(ours.engine) == [])
    }

    @Test("two nodes that record at once leave one log without a gap, and each follows the other")
    func twoNodes() async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let one = try await RunningLog(engine(folder), key: key)
        let estate = Example()
        try await one.found(estate)
        let two = try await RunningLog(engine(folder), key: key)
        let indexes = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 1...200 as ClosedRange<UInt64> {
                let log = number.isMultiple(of: 2) ? one : two
                group.addTask {
                    let member = Example.issuance(estate.token(number, floor: 5), operation: number)
                    return try await log.recorder.record(member).get().firstIndex
                }
            }
            var indexes: [Int64] = []
            for try await index in group { indexes.append(index) }
            return indexes.sorted()
        }
        #expect(indexes == Array(5..<205))
        for log in [one, two] {
            try await log.recorder.refresh()
            #expect(log.recorder.snapshot.size == 205)
        }
        #expect(try await LogFold.faults(one.engine) == [])
    }

    @Test(
        "F8 a batch whose COMMIT got no answer is looked up, and each member hears the truth",
        arguments: [CuttingProxy.Cut.before, .after])
    func unknown(_ cut: CuttingProxy.Cut) async throws {
        let folder = try TestFolder()
        let proxy = try CuttingProxy(before: PostgreSQLServer.shared())
        defer { proxy.stop() }
        let log = try await RunningLog(engine(folder, through: proxy))
        let estate = Example()
        try await log.found(estate)
        proxy.cutNext(cut)
        let member = Example.issuance(estate.token(1, floor: 5), operation: 1)
        let answer = await log.recorder.record(member)
        switch (cut, answer) {
        case (.after, .success(let recorded)): #expect(recorded.firstIndex == 5)
        case (.before, .failure(.unavailable)): break
        default: Issue.record("\(answer)")
        }
        #expect(try await log.ledger.operation(Example.id(1, 6))?.index == (cut == .after ? 5 : nil))
        let next = await log.recorder.record(Example.issuance(estate.token(2, floor: 5), operation: 2))
        #expect(try next.get().firstIndex == (cut == .after ? 6 : 5))
        #expect(try await LogFold.faults(log.engine) == [])
    }

    /// Holds the write lock of the database with the engine's recording connection, outside any transaction.
    private func hold(_ engine: PostgreSQLEngine) async throws {
        try await engine.write { (connection) throws(StorageError) in
            _ = try connection.rows(
                Statement("SELECT pg_advisory_lock(hashtextextended('tenure ' || current_schema()::text, 0))"), [])
        }
    }

    /// Whether so many connections come to wait for the write lock.
    private func wait(for count: Int64, _ engine: PostgreSQLEngine) async throws -> Bool {
        for _ in 0..<10_000 {
            let rows = try await engine.read { (connection) throws(StorageError) in
                try connection.rows(Statement(PostgreSQLServer.lockWaiters), [])
            }
            if case .integer(let found)? = rows.first?.values.first, found >= count { return true }
        }
        return false
    }
}
