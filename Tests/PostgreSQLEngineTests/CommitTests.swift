internal import Dispatch
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import Storage
internal import Testing

@Suite("Transactions that end badly")
struct CommitTests {
    @Test("F8 a COMMIT without an answer is unknown, and what is read after recovery is its outcome")
    func cut() async throws {
        let database = try await TestDatabase()
        let proxy = try CuttingProxy(before: database.server)
        defer { proxy.stop() }
        let engine = try await database.engine(through: proxy)
        try await database.insert(1, engine)
        for (number, cut) in [(2, .before), (3, .after)] as [(Int64, CuttingProxy.Cut)] {
            proxy.cutNext(cut)
            let error = await #expect(throws: StorageError.self) { try await database.insert(number, engine) }
            guard case .unknownOutcome? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            // Nothing is written until somebody looked.
            let refused = await #expect(throws: StorageError.self) { try await database.insert(4, engine) }
            guard case .unavailable? = refused else {
                Issue.record("\(String(describing: refused))")
                continue
            }
            try await engine.recover()
            #expect(try await database.numbers(engine) == (cut == .before ? [1] : [1, 3]))
        }
        try await database.insert(5, engine)
        #expect(try await database.numbers(engine) == [1, 3, 5])
    }

    @Test("F8 recovery waits for a COMMIT that is still under way, so that nobody looks too early")
    func late() async throws {
        let database = try await TestDatabase()
        let proxy = try CuttingProxy(before: database.server)
        defer { proxy.stop() }
        let engine = try await database.engine(through: proxy)
        // Whoever holds this lock holds up every COMMIT.
        let holder = try await database.engine()
        let lock: Int64 = .random(in: 1...Int64.max)
        try await database.holdUpCommits(by: lock, holder)
        proxy.cutNext(.during)
        await #expect(throws: StorageError.self) { try await database.insert(1, engine) }
        let recovered = Count()
        let recovery = Task {
            // Each try waits 5 s at most.
            while recovered.value == 0 {
                do {
                    try await engine.recover()
                    _ = recovered.next()
                } catch StorageError.unavailable {
                    continue
                }
            }
        }
        #expect(try await database.somebodyWaits(holder))
        #expect(recovered.value == 0)
        #expect(try await database.numbers(holder) == [])
        try await database.letGo(of: lock, holder)
        try await recovery.value
        #expect(try await database.numbers(engine) == [1])
    }

    @Test("a transaction that the database took back for a deadlock runs again")
    func deadlock() async throws {
        let database = try await TestDatabase()
        let (one, runs) = (try await database.engine(), Count())
        try await database.insert(1, one)
        try await database.insert(2, one)
        // Another schema has another write lock, so both may be inside at once.
        let two = try await TestDatabase.open(database.server.url(schema: "public"))
        let (oneIsIn, twoIsIn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let table = "\(database.schema).number"
        let update = Statement("UPDATE \(table) SET times = times + 1 WHERE n = $1")
        async let first: Void = one.write { (connection) throws(StorageError) in
            let isFirst = runs.next() <= 2
            try connection.execute(update, [.integer(1)])
            oneIsIn.signal()
            if isFirst { twoIsIn.wait() }
            try connection.execute(update, [.integer(2)])
        }
        async let second: Void = two.write { (connection) throws(StorageError) in
            // Where both were taken back, both run again: in one order then, or they would meet for ever.
            let isFirst = runs.next() <= 2
            try connection.execute(update, [.integer(isFirst ? 2 : 1)])
            twoIsIn.signal()
            if isFirst { oneIsIn.wait() }
            try connection.execute(update, [.integer(isFirst ? 1 : 2)])
        }
        _ = try await (first, second)
        #expect(runs.value >= 3)
        let rows = try await one.read { (connection) throws(StorageError) in
            try connection.rows(Statement("SELECT times FROM number ORDER BY n"), [])
        }
        #expect(rows.map(\.values) == [[.integer(3)], [.integer(3)]])
    }

    @Test("F6 a backend that is killed before COMMIT was sent wrote nothing, and the transaction runs again")
    func killed() async throws {
        let database = try await TestDatabase()
        let (engine, runs) = (try await database.engine(), Count())
        try await engine.write { (connection) throws(StorageError) in
            try connection.execute(Statement("INSERT INTO number (n, times) VALUES (1, 1)"), [])
            guard runs.next() == 1 else { return }
            _ = try connection.rows(Statement("SELECT pg_terminate_backend(pg_backend_pid())"), [])
        }
        #expect(runs.value == 2)
        #expect(try await database.numbers(engine) == [1])
        // One that is always killed is given up.
        await #expect(throws: StorageError.self) {
            try await engine.write { (connection) throws(StorageError) in
                _ = runs.next()
                _ = try connection.rows(Statement("SELECT pg_terminate_backend(pg_backend_pid())"), [])
            }
        }
        #expect(runs.value == 5)
        try await database.insert(2, engine)
    }

    @Test("a read whose idle connection was closed by the server is asked again")
    func idle() async throws {
        let database = try await TestDatabase()
        let engine = try await database.engine()
        let pid = try await engine.read { (connection) throws(StorageError) in
            try connection.rows(Statement("SELECT pg_backend_pid()"), [])
        }
        let other = try await database.engine()
        try await other.write { (connection) throws(StorageError) in
            _ = try connection.rows(Statement("SELECT pg_terminate_backend($1::bigint::int)"), pid[0].values)
        }
        #expect(try await database.numbers(engine) == [])
    }

    @Test("F6 a node that stops inside its transaction lets go of the lock, and begins again when it goes on")
    func stopped() async throws {
        let database = try await TestDatabase()
        let (stopped, other, runs) = (try await database.engine(), try await database.engine(), Count())
        let (isIn, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let late = Task {
            try await stopped.write { (connection) throws(StorageError) in
                try connection.execute(Statement("INSERT INTO number (n, times) VALUES (1, 1)"), [])
                guard runs.next() == 1 else { return }
                isIn.signal()
                mayGoOn.wait()
            }
        }
        await withCheckedContinuation { answer in
            DispatchQueue.global().async {
                isIn.wait()
                answer.resume()
            }
        }
        // Within lock_timeout (5 s), since the server ends the idle transaction after 2 s.
        try await database.insert(2, other)
        #expect(try await database.numbers(other) == [2])
        mayGoOn.signal()
        // The server had closed its connection before COMMIT was sent, so it runs again.
        try await late.value
        #expect(runs.value == 2)
        #expect(try await database.numbers(other) == [1, 2])
    }

    @Test("what a body throws takes its writes back, and the connection is as it was")
    func thrown() async throws {
        let database = try await TestDatabase()
        let engine = try await database.engine()
        await #expect(throws: StorageError.full) {
            try await engine.write { (connection) throws(StorageError) in
                try connection.enqueue(Statement("INSERT INTO number (n, times) VALUES (1, 1)"), [])
                throw .full
            }
        }
        // The failure of what was enqueued is that of the commit.
        await #expect(throws: StorageError.constraint("number_pkey")) {
            try await engine.write { (connection) throws(StorageError) in
                for _ in 0..<2 {
                    try connection.enqueue(Statement("INSERT INTO number (n, times) VALUES (1, 1)"), [])
                }
            }
        }
        await #expect(throws: StorageError.constraint("times")) {
            try await engine.write { (connection) throws(StorageError) in
                try connection.execute(Statement("INSERT INTO number (n, times) VALUES (1, $1)"), [.null])
            }
        }
        #expect(try await database.numbers(engine) == [])
        try await database.insert(1, engine)
        #expect(try await database.numbers(engine) == [1])
    }
}
