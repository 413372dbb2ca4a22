internal import AuditInspection
internal import AuditLog
internal import Foundation
internal import OpenSSLCrypto
internal import SQLiteEngine
internal import Storage
internal import TenureModel
internal import Testing

@Suite("a data folder, looked at without the broker")
struct InspectionTests {
    /// A folder with a small estate, one token and one cut in it; closed.
    private func folder(then tamper: [String] = []) async throws -> (path: String, key: VerifierKey) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("inspect-\(UUID())").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let engine = try SQLiteEngine(path: path + "/" + InspectedFolder.databaseName)
        let key = try PrivateKey.generate(.ed25519)
        let log = try await RunningLog(engine, key: key)
        let example = Example()
        try await log.found(example)
        let token = example.token(1, floor: 5)
        let member = RecordingMember(
            operation: Example.operation(1), floor: 5, references: token.lineage.references,
            entries: [Example.entry(.tokenIssue, rows: [CredentialTable.row(for: token)])])
        _ = try await log.recorder.record(member).get()
        try await log.mark([PendingMark(LineageReference(.trust, 2), cuts: true)], operation: 2)
        await log.stop()
        if !tamper.isEmpty {
            try await engine.write { (connection) throws(StorageError) in
                // Whoever has the file can also drop what guards it.
                let triggers = try connection.rows(
                    Statement("SELECT name FROM sqlite_master WHERE type = 'trigger'"), [])
                for row in triggers {
                    guard case .text(let name)? = row.values.first else { continue }
                    try connection.execute(Statement("DROP TRIGGER \(name)"), [])
                }
                for sql in tamper { try connection.execute(Statement(sql), []) }
            }
        }
        try engine.close()
        return (path, try VerifierKey(name: RunningLog.origin, ed25519: key.publicKey.ed25519Raw ?? []))
    }

    @Test("what was recorded is whole, and the tables are the fold of the log")
    func whole() async throws {
        let (path, key) = try await folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let inspected = try InspectedFolder(path: path)
        let report = try await inspected.verifyLog(key: key, checkpoints: [])
        #expect(report.isWhole, "\(report.findings)")
        #expect(report.size == 7 && report.attestedSize == 7)
        let state = try await inspected.compareState()
        #expect(state.isEqual, "\(state.findings)")
    }

    @Test(
        "T40 a row that was changed, removed or added by SQL is named",
        arguments: [
            ("UPDATE entitlement SET justification = 'because'", "changedRow(table: \"entitlement\""),
            ("UPDATE identity SET state = 'ended' WHERE kind = 'person'", "changedRow(table: \"identity\""),
            ("UPDATE credential SET not_after = not_after + 1", "changedRow(table: \"credential\""),
            ("DELETE FROM credential", "missingRow(table: \"credential\""),
            ("UPDATE credential SET idx = 6", "extraRow(table: \"credential\""),
            ("UPDATE lineage_mark SET cut_index = -1", "changedMark"),
            ("DELETE FROM lineage_mark", "missingMark"),
            ("UPDATE lineage_mark SET number = 3", "extraMark"),
        ])
    func changedBySQL(_ sql: String, _ expected: String) async throws {
        let (path, _) = try await folder(then: [sql])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let state = try await InspectedFolder(path: path).compareState()
        #expect(!state.isEqual)
        #expect(state.findings.contains { "\($0)".hasPrefix(expected) }, "\(state.findings)")
    }

    @Test("an entry that was changed by SQL is found at its index")
    func changedEntry() async throws {
        let (path, key) = try await folder(then: ["UPDATE entry SET body = x'7b7d' WHERE idx = 3"])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let report = try await InspectedFolder(path: path).verifyLog(key: key, checkpoints: [])
        #expect(!report.isWhole)
        #expect(report.findings.contains(.bodyChanged(index: 3)), "\(report.findings)")
    }

    @Test("a folder without a database says so")
    func nothing() async throws {
        #expect(throws: StorageError.self) { try InspectedFolder(path: "/nowhere") }
    }
}
