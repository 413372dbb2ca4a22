internal import AuditLog
internal import Foundation
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
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
