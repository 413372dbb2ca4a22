internal import AuditLog
internal import Foundation
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
internal import Synchronization
internal import TenureModel
internal import Testing

@Suite("Witness")
struct WitnessTests {
    @Test("T38 an older copy of the database is not written to")
    func older() async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let witness = WitnessFile.witness(at: folder.path + "/witness")
        let path = folder.path + "/tenure.db"
        let engine = try SQLiteEngine(path: path)
        let log = try await RunningLog(engine, key: key, witness: witness)
        let estate = Example()
        try await log.found(estate)
        await log.stop()
        try engine.close()
        try FileManager.default.copyItem(atPath: path, toPath: folder.path + "/old.db")
        let later = try SQLiteEngine(path: path)
        let more = try await RunningLog(later, key: key, witness: witness)
        _ = try await more.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1)).get()
        await more.stop()
        let old = try SQLiteEngine(path: folder.path + "/old.db")
        await #expect(throws: StorageError.historyLost(.shorter(size: 5, witnessed: 6))) {
            try await RunningLog(old, key: key, witness: witness)
        }
        // The same length, another history.
        let forked = try await RunningLog(old, key: key, witness: nil)
        _ = try await forked.recorder.record(Example.issuance(estate.token(2, floor: 5), operation: 2)).get()
        _ = try await forked.recorder.record(Example.issuance(estate.token(3, floor: 5), operation: 3)).get()
        await forked.stop()
        await #expect(throws: StorageError.historyLost(.forked(size: 6))) {
            try await RunningLog(old, key: key, witness: witness)
        }
        // The true one goes on.
        #expect(try await RunningLog(later, key: key, witness: witness).recorder.snapshot.size == 6)
    }

    @Test(
        "T38 a database that is exchanged beneath a running node for an older one makes it read-only, and it stays so",
        arguments: TestEngine.allCases)
    func exchanged(_ database: TestEngine) async throws {
        let newest = try TestFolder()
        let older = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let estate = Example()
        let behind = try await database.open(in: older)
        let lagging = try await RunningLog(behind, key: key)
        try await lagging.found(estate)
        await lagging.stop()
        let engine = ExchangeableEngine(try await database.open(in: newest))
        try await StoreCopy(from: behind, to: engine).whole()
        let witness = WitnessFile.witness(at: newest.path + "/witness")
        let log = try await RunningLog(engine, key: key, witness: witness)
        _ = try await log.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1)).get()
        try await log.mark([PendingMark(LineageReference(.trust, 2), cuts: true)], operation: 2)
        engine.exchange(for: behind)
        let loss = HistoryLoss.shorter(size: 5, witnessed: 7)
        let refused = await log.recorder.record(Example.issuance(estate.token(2, floor: 7), operation: 3))
        #expect(throws: RecordingError.self) { try refused.get() }
        #expect(log.recorder.historyLoss == loss)
        // Within the second in which the witness was written: a node that is killed now starts with what it knew.
        #expect(try Checkpoint(note: try #require(try await witness.read()), key: log.verifier).size == 7)
        #expect(log.recorder.stoppedBecause?.contains("has 5 entries, and this node saw 7") == true)
        // What it knew goes on being read: the cut is not undone.
        #expect(log.recorder.snapshot.mark(LineageReference(.trust, 2))?.cutIndex == 6)
        await #expect(throws: StorageError.historyLost(loss)) { try await log.recorder.refresh() }
        // Nothing was written, neither there nor to the witness; and it does not begin again by itself.
        #expect(try await Ledger(behind, origin: "").head().size == 5)
        engine.exchange(for: try await database.open(in: newest))
        let still = await log.act([Example.entry(.statusRead)], operation: 4)
        #expect(throws: RecordingError.self) { try still.get() }
        await log.stop()
        #expect(try Checkpoint(note: try #require(try await witness.read()), key: log.verifier).size == 7)
    }

    /// - Parameter entries: of the other history, past where they part; this node's has one.
    @Test(
        "T38 another history of the same or a greater length is noticed as well", arguments: TestEngine.allCases,
        [1, 2, 300])
    func forkedBeneath(_ database: TestEngine, entries: UInt64) async throws {
        let newest = try TestFolder()
        let older = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let estate = Example()
        let other = try await database.open(in: older)
        let first = try await RunningLog(other, key: key)
        try await first.found(estate)
        await first.stop()
        let engine = ExchangeableEngine(try await database.open(in: newest))
        try await StoreCopy(from: other, to: engine).whole()
        let log = try await RunningLog(engine, key: key)
        _ = try await log.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1)).get()
        let fork = try await RunningLog(other, key: key)
        for number in 2..<(2 + entries) {
            _ = try await fork.recorder.record(Example.issuance(estate.token(number, floor: 5), operation: number))
                .get()
        }
        await fork.stop()
        engine.exchange(for: other)
        await #expect(throws: StorageError.historyLost(.forked(size: 6))) { try await log.recorder.refresh() }
        #expect(log.recorder.historyLoss == .forked(size: 6))
        let refused = await log.recorder.record(Example.issuance(estate.token(4, floor: 6), operation: 4))
        #expect(throws: RecordingError.self) { try refused.get() }
        await log.stop()
    }

    @Test("T38 what others recorded goes on from what the node knew, little or much", arguments: TestEngine.allCases)
    func followed(_ database: TestEngine) async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let log = try await RunningLog(try await database.open(in: folder), key: key)
        let estate = Example()
        try await log.found(estate)
        let other = try await RunningLog(try await database.open(in: folder), key: key)
        var number: UInt64 = 1
        for size in [Int64(6), 8, 300, 301] {
            while other.recorder.head.size < size {
                _ = try await other.recorder.record(
                    Example.issuance(estate.token(number, floor: 5), operation: number)
                ).get()
                number += 1
            }
            try await log.recorder.refresh()
            #expect(log.recorder.head == other.recorder.head)
        }
        await other.stop()
        await log.stop()
    }

    @Test("T38 the witness takes what the node saw, whoever recorded it", arguments: TestEngine.allCases)
    func seen(_ database: TestEngine) async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let witness = WitnessFile.witness(at: folder.path + "/witness")
        let log = try await RunningLog(try await database.open(in: folder), key: key, witness: witness)
        let estate = Example()
        try await log.found(estate)
        let other = try await RunningLog(try await database.open(in: folder), key: key)
        _ = try await other.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1)).get()
        await other.stop()
        log.clock.advance(seconds: 1)
        try await log.recorder.refresh()
        #expect(try Checkpoint(note: try #require(try await witness.read()), key: log.verifier).size == 6)
        await log.stop()
    }

    @Test("T38 a witness that somebody else signed is refused", arguments: TestEngine.allCases)
    func stranger(_ database: TestEngine) async throws {
        let folder = try TestFolder()
        let witness = WitnessFile.witness(at: folder.path + "/witness")
        let engine = try await database.open(in: folder)
        let log = try await RunningLog(engine, witness: witness)
        await log.stop()
        await #expect(throws: StorageError.self) { try await RunningLog(engine, witness: witness) }
    }

    @Test(
        "checkpoints are signed at rest and once a second, and the stored one is served", arguments: TestEngine.allCases
    )
    func checkpoints(_ database: TestEngine) async throws {
        let folder = try TestFolder()
        let key = try PrivateKey.generate(.ed25519)
        let engine = try await database.open(in: folder)
        let log = try await RunningLog(engine, key: key)
        let estate = Example()
        let founded = try await log.found(estate)
        #expect(founded.checkpoint.size == 5)
        // Within a second nothing more is stored; a second later the next batch brings it.
        #expect(try await log.ledger.newestCheckpoint()?.size == 0)
        log.clock.advance(seconds: 1)
        _ = try await log.recorder.record(Example.issuance(estate.token(1, floor: 5), operation: 1)).get()
        #expect(try await log.ledger.checkpoint(atOrAfter: 1)?.size == 5)
        #expect(log.recorder.checkpoint.size == 6)
        await log.stop()
        #expect(try await log.ledger.newestCheckpoint() == log.recorder.checkpoint)
        let next = try await RunningLog(engine, key: key)
        #expect(next.recorder.checkpoint == log.recorder.checkpoint)
        #expect(next.recorder.snapshot.size == 6)
    }
}

/// A database that is exchanged beneath whoever has it open, as by a failover.
private final class ExchangeableEngine: SQLEngine {
    private let engine: Mutex<any SQLEngine>
    let dialect: SchemaDialect

    init(_ engine: any SQLEngine) {
        self.engine = Mutex(engine)
        dialect = engine.dialect
    }

    func exchange(for other: any SQLEngine) { engine.withLock { $0 = other } }

    private var current: any SQLEngine { engine.withLock { $0 } }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await current.write(body)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StorageError) -> Value
    ) async throws(StorageError) -> Value {
        try await current.read(body)
    }

    func recover() async throws(StorageError) { try await current.recover() }
}

extension StoreCopy {
    /// All of a copy, as a standby gets it.
    fileprivate func whole() async throws {
        try await copy { _ in }
        try await finish()
    }
}
