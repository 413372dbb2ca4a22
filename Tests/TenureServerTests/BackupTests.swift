internal import AuditLog
internal import CredentialLifecycle
internal import Foundation
internal import Storage
internal import TenureModel
internal import Testing

@testable internal import TenureServer

@Suite("A backup and what is restored from it")
struct BackupTests {
    private static func call(_ broker: Broker) throws -> Call {
        Call(
            operation: try broker.makeID(), bodyHash: [UInt8](repeating: 1, count: 32), idempotencyKey: nil,
            source: "192.0.2.1", isDryRun: false)
    }

    /// An installation with one session, a copy of it that was made while it ran, and one entry more.
    private struct Lost {
        let installation: TestInstallation
        let folder: TemporaryFolder
        let copy: String
        let session: String
        let sizeOfCopy: Int64
        let lastCheckpoint: Checkpoint

        init() async throws {
            let installation = try await TestInstallation.founded()
            let folder = try TemporaryFolder()
            let copy = folder.path + "/copy"
            let secret = try installation.folder.text("admin.bootstrap").trimmingCharacters(in: .newlines)
            let (session, size, checkpoint) = try await installation.running { composition in
                let broker = composition.broker
                let first = try await broker.authenticate(.bootstrap(secret), source: "192.0.2.1")
                let session = try await broker.login(first, in: try call(broker)).text()
                let report = try await BackupProgram.write(composition.configuration, to: copy)
                let admin = try await broker.authenticate(.bearer(session), source: "192.0.2.1")
                _ = try await broker.login(admin, in: try call(broker))
                return (session, report.size, broker.checkpoint)
            }
            self.installation = installation
            self.folder = folder
            self.copy = copy
            self.session = session
            sizeOfCopy = size
            lastCheckpoint = checkpoint
            for suffix in ["", "-wal", "-shm"] {
                try ProtectedFile.remove(installation.configuration.databasePath + suffix)
            }
        }

        func restore(checkpoints: [String] = [], keepsBefore: Bool = false) async throws -> RestoreProgram.Restored {
            try await RestoreProgram.restore(
                installation.configuration, from: copy, checkpoints: checkpoints, keepsBefore: keepsBefore)
        }
    }

    @Test("what was copied while the broker recorded goes on under a new log, with new keys and no session alive")
    func restored() async throws {
        let lost = try await Lost()
        let configuration = lost.installation.configuration
        let oldKey = try ProtectedFile.text(configuration.verifierKeyPath, .published)
        let restored = try await lost.restore()
        #expect(restored.restoration.size == lost.sizeOfCopy)
        #expect(restored.witnessed.map { $0 >= lost.sizeOfCopy } ?? false)
        #expect(restored.restoration.cutEnvironments.map(\.text) == ["production"])
        #expect(try ProtectedFile.text(configuration.verifierKeyPath, .published) != oldKey)
        try await lost.installation.running { composition in
            let broker = composition.broker
            #expect(broker.keys.logs.count == 2)
            #expect(broker.keys.logs.first?.end == lost.sizeOfCopy)
            #expect(broker.keys.logs.first?.log == restored.restoration.ended.logID)
            #expect(broker.keys.log == restored.restoration.origin.logID)
            let environment = LineageReference.environment(try EnvironmentName("production"))
            #expect(broker.snapshot.mark(environment)?.cutIndex ?? -1 >= lost.sizeOfCopy)
            await #expect(throws: LifecycleError.self) {
                _ = try await broker.authenticate(.bearer(lost.session), source: "192.0.2.1")
            }
            let key = try VerifierKey(composition.verifierKey)
            let report = try await LogCheck.check(
                configuration.databasePath, of: "it", key: key, checkpoints: [broker.checkpoint.note], configuration)
            #expect(report.size > lost.sizeOfCopy)
        }
    }

    @Test("what was issued before lives on where that is asked for; sessions do not")
    func kept() async throws {
        let lost = try await Lost()
        let restored = try await lost.restore(keepsBefore: true)
        #expect(restored.restoration.cutEnvironments.isEmpty)
        #expect(restored.restoration.livesUntil != nil)
        try await lost.installation.running { composition in
            let broker = composition.broker
            let environment = LineageReference.environment(try EnvironmentName("production"))
            #expect(broker.snapshot.mark(environment) == nil)
            await #expect(throws: LifecycleError.self) {
                _ = try await broker.authenticate(.bearer(lost.session), source: "192.0.2.1")
            }
        }
    }

    @Test("T38 a copy shorter than a checkpoint that somebody kept is refused, and nothing is put in place")
    func shorter() async throws {
        let lost = try await Lost()
        let text = await message { _ = try await lost.restore(checkpoints: [lost.lastCheckpoint.note]) }
        #expect(text.contains("take a newer copy"), "\(text)")
        #expect(!ProtectedFile.exists(lost.installation.configuration.databasePath))
    }

    @Test("T39 a copy whose entries were changed is refused")
    func changed() async throws {
        let lost = try await Lost()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: lost.copy))
        let act = Data("\"act\":\"login.create\"".utf8)
        let place = try #require(bytes.range(of: act))
        bytes.replaceSubrange(place, with: Data("\"act\":\"login.creaTe\"".utf8))
        try bytes.write(to: URL(fileURLWithPath: lost.copy))
        let text = await message { _ = try await lost.restore() }
        #expect(text.contains("is not whole"), "\(text)")
        #expect(!ProtectedFile.exists(lost.installation.configuration.databasePath))
    }

    @Test("a copy of another installation, whose key-encryption key is not here, is refused")
    func foreign() async throws {
        let lost = try await Lost()
        let other = try await Lost()
        let text = await message {
            _ = try await RestoreProgram.restore(
                other.installation.configuration, from: lost.copy, checkpoints: [], keepsBefore: false)
        }
        #expect(text.contains("key-encryption key"), "\(text)")
    }

    @Test("a backup replaces no file, and lies outside the data folder")
    func places() async throws {
        let installation = try await TestInstallation.founded()
        let configuration = installation.configuration
        let inside = await message {
            _ = try await BackupProgram.write(configuration, to: installation.folder.path + "/b")
        }
        #expect(inside.contains("lies in the data folder"), "\(inside)")
        let folder = try TemporaryFolder()
        let target = folder.path + "/copy"
        _ = try await BackupProgram.write(configuration, to: target)
        #expect(try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int == 0o600)
        let again = await message { _ = try await BackupProgram.write(configuration, to: target) }
        #expect(again.contains("is there already"), "\(again)")
    }
}
