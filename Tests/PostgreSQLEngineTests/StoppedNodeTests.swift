internal import Dispatch
internal import PostgreSQLEngine
internal import PostgreSQLServer
internal import Storage
internal import Testing

/// What the server sees of a node that is stopped (SIGSTOP, a frozen virtual machine): a connection that stays open and
/// says nothing. Here a transaction's thread stands still instead.
@Suite("A node that is stopped while it holds the write lock")
struct StoppedNodeTests {
    /// Where it stands still.
    enum Place: String, CaseIterable, CustomTestStringConvertible {
        /// Between two statements: idle in a transaction, which the server itself ends.
        case idle
        /// In the middle of a pipeline of which a part was sent: for the server neither idle nor running a statement.
        case pipeline

        var testDescription: String { rawValue }
    }

    @Test(
        "F9 it delays another node by three seconds at most, and nothing of what it wrote stays",
        arguments: Place.allCases)
    func stopped(_ place: Place) async throws {
        let database = try await TestDatabase()
        let (stopped, other) = (try await database.engine(), try await database.engine())
        let standing = DispatchSemaphore(value: 0)
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let transaction = Task {
            try await stopped.write { (connection) throws(StorageError) in
                try connection.execute(Statement("INSERT INTO number (n, times) VALUES (1, 1)"), [])
                if place == .pipeline {
                    // More than the library sends in one piece, and less than is waited for.
                    for number in 2...200 as ClosedRange<Int64> {
                        try connection.enqueue(
                            Statement("INSERT INTO number (n, times) VALUES ($1, 1)"), [.integer(number)])
                    }
                }
                arrival.yield()
                standing.wait()
            }
        }
        for await _ in arrivals { break }
        let begun = ContinuousClock.now
        // Looked at on the transaction's own thread: the pool of the tests may be busy.
        let took = try await other.write { (connection) throws(StorageError) in
            try connection.execute(Statement("INSERT INTO number (n, times) VALUES (1000, 1)"), [])
            return begun.duration(to: .now)
        }
        #expect(took < .seconds(3), "\(took)")
        #expect(try await database.numbers(other) == [1_000])
        // It wakes, and is told that nothing of it was recorded; once more from the beginning it may.
        standing.signal()
        standing.signal()
        try await transaction.value
        #expect(try await database.numbers(other).contains(1))
    }
}
