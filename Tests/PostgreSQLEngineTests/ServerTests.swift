internal import PostgreSQLServer
internal import Storage
internal import Testing

@testable internal import PostgreSQLEngine

@Suite("Servers that are refused")
struct ServerTests {
    @Test(
        "a server that acknowledges what may be lost is refused, unless the danger is named",
        arguments: ["off", "local", "remote_write"])
    func synchronousCommit(_ level: String) async throws {
        let server = try PostgreSQLServer.shared()
        let url = server.url(schema: "public") + "%20-csynchronous_commit%3D\(level)"
        let error = await #expect(throws: StorageError.self) { try await TestDatabase.open(url) }
        #expect("\(String(describing: error))".contains("synchronous_commit is \(level)"))
        _ = try await TestDatabase.open(url, mayLose: true)
    }

    @Test("a connection that may not write is told from one that is not reached")
    func readOnly() async throws {
        let server = try PostgreSQLServer.shared()
        let url = server.url(schema: "public") + "%20-cdefault_transaction_read_only%3Don"
        for mayLose in [true, false] {
            let error = await #expect(throws: StorageError.self) {
                try await TestDatabase.open(url, mayLose: mayLose)
            }
            #expect("\(String(describing: error))".contains("not the primary"))
        }
    }

    @Test("a server that became read-only while we were connected is noticed at the first write")
    func demoted() async throws {
        let database = try await TestDatabase()
        let engine = try await database.engine()
        let error = await #expect(throws: StorageError.self) {
            try await engine.write { (connection) throws(StorageError) in
                try connection.execute(Statement("SET TRANSACTION READ ONLY"), [])
                try connection.execute(Statement("INSERT INTO number (n, times) VALUES (1, 1)"), [])
            }
        }
        #expect("\(String(describing: error))".contains("not the primary"))
        try await database.insert(1, engine)
    }

    @Test("each property of a server that recording rests on is asked for")
    func properties() throws {
        let good = ServerState(
            isInRecovery: false, isReadOnly: false, synchronousCommit: "on", isSynced: true, encoding: "UTF8",
            version: 150_018, milliseconds: 0)
        try good.check(mayLose: false)
        var broken: [(ServerState, Fault.Kind)] = []
        func breaking(_ kind: Fault.Kind, _ change: (inout ServerState) -> Void) {
            var state = good
            change(&state)
            broken.append((state, kind))
        }
        breaking(.readOnly) { $0.isInRecovery = true }
        breaking(.readOnly) { $0.isReadOnly = true }
        breaking(.other) { $0.encoding = "SQL_ASCII" }
        breaking(.other) { $0.version = 120_000 }
        for (state, kind) in broken {
            for mayLose in [true, false] {
                let fault = #expect(throws: Fault.self) { try state.check(mayLose: mayLose) }
                #expect(fault?.kind == kind)
            }
        }
        breaking(.other) { $0.isSynced = false }
        let unsynced = broken[broken.count - 1].0
        #expect(throws: Fault.self) { try unsynced.check(mayLose: false) }
        try unsynced.check(mayLose: true)
    }

    @Test("a server that is not there is said to be unavailable")
    func absent() async throws {
        let error = await #expect(throws: StorageError.self) {
            try await TestDatabase.open("postgresql:///tenure?host=/nowhere")
        }
        guard case .unavailable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "each SQLSTATE means what the recorder acts on",
        arguments: [
            ("23505", Fault.Kind.constraint), ("23000", .constraint), ("40001", .takenBack), ("40P01", .takenBack),
            ("40003", .undecided), ("08007", .undecided), ("25006", .readOnly), ("53100", .full), ("57P01", .lost),
            ("08006", .lost), ("XX001", .corrupt), ("XX000", .other), ("55P03", .locked), ("57014", .other),
        ])
    func states(_ state: String, _ kind: Fault.Kind) {
        #expect(Fault(state: state, message: "words", place: nil).kind == kind)
    }

    @Test("a data exception, which quotes the value, is told by its number alone")
    func quoting() {
        let fault = Fault(state: "22P02", message: "invalid input syntax: \"hunter2\"", place: nil)
        #expect(!fault.text.contains("hunter2"))
    }
}
