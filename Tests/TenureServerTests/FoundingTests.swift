internal import CredentialLifecycle
internal import Foundation
internal import SQLiteEngine
internal import SecretMemory
internal import Storage
internal import TenureModel
internal import Testing

@testable internal import TenureServer

@Suite("An installation is founded once and found again")
struct FoundingTests {
    @Test("all keys, the roles and the first administrator are one operation of an empty log")
    func founded() async throws {
        let installation = try await TestInstallation.founded()
        try await installation.running { composition in
            let snapshot = composition.broker.snapshot
            let purposes = Set(snapshot.keyVersions.map(\.purpose.text))
            #expect(
                purposes == [
                    "data-key", "audit-checkpoint", "receipt", "session-ring", "root-ca", "issuing-ca",
                    "token-ring/production",
                ])
            #expect(snapshot.keyVersions.filter { $0.purpose == .issuingCA }.count == 2)
            #expect(snapshot.profiles.count == 9)
            let admin = try #require(snapshot.identity(kind: .person, name: Name("admin")))
            let role = try #require(snapshot.entitlements(of: admin.id).first)
            #expect(role.state == .active)
            #expect(role.approver == .policy("first-administrator"))
            let first = try await composition.broker.ledger.entry(0)
            let text = String(decoding: try #require(first).body, as: UTF8.self)
            #expect(text.contains("dev.tenure.internal/tenure/"))
        }
    }

    @Test("no secret of the installation stands in its database in the clear (P6)")
    func wrapped() async throws {
        let installation = try await TestInstallation.founded()
        let bootstrap = try installation.folder.text("admin.bootstrap").trimmingCharacters(in: .newlines)
        let kek = try installation.folder.text("kek").trimmingCharacters(in: .newlines)
        #expect(try installation.folder.mode("admin.bootstrap") == 0o600)
        for name in try FileManager.default.contentsOfDirectory(atPath: installation.folder.path)
        where name.hasPrefix("tenure.db") {
            let content = try Data(contentsOf: URL(fileURLWithPath: installation.folder.path + "/" + name))
            #expect(content.range(of: Data(bootstrap.utf8)) == nil)
            #expect(content.range(of: Data(kek.utf8)) == nil)
            // PrivateKeyInfo of P-256 and P-384 keys begins with its algorithm and a version-1 key.
            let pkcs8 = Data([0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01])
            #expect(content.range(of: pkcs8) == nil)
        }
    }

    @Test("founding a second time changes nothing")
    func twice() async throws {
        let installation = try await TestInstallation.founded()
        let key = try installation.folder.text("audit.vkey")
        let said = await message { try await installation.found() }
        #expect(said.contains("says that an installation was here"))
        #expect(try installation.folder.text("audit.vkey") == key)
        try await installation.running { composition in
            #expect(composition.verifierKey + "\n" == key)
        }
    }

    @Test("what a founding left that did not end is begun anew")
    func unfinished() async throws {
        let installation = try TestInstallation()
        try await OpenStore.open(installation.configuration).close()
        try await installation.found()
        try await installation.running { composition in
            #expect(composition.broker.snapshot.size > 0)
        }
    }

    @Test("another key-encryption key is named as the fault")
    func wrongKey() async throws {
        let installation = try await TestInstallation.founded()
        _ = try installation.folder.write("kek", String(repeating: "ab", count: 32))
        let said = await message { _ = try await installation.open() }
        #expect(said.contains("the key-encryption key is not the one of"))
    }

    @Test(
        "a key-encryption key that is none is refused",
        arguments: ["", "ab", String(repeating: "AB", count: 32), String(repeating: "ab", count: 32) + "\n\n"])
    func malformedKey(_ text: String) async throws {
        let installation = try await TestInstallation.founded()
        _ = try installation.folder.write("kek", text)
        let said = await message { _ = try await installation.open() }
        #expect(said.contains("64 lower-case hexadecimal digits"))
    }

    @Test("a lost key-encryption key is named with what it means")
    func lostKey() async throws {
        let installation = try await TestInstallation.founded()
        try ProtectedFile.remove(installation.folder.path + "/kek")
        let said = await message { _ = try await installation.open() }
        #expect(said.contains("put it back"))
    }

    @Test("T37 wrapped keys that were swapped between rows do not open")
    func swapped() async throws {
        let installation = try await TestInstallation.founded()
        let swap = { (one: String, other: String) in
            "UPDATE key_version SET wrapped = (SELECT wrapped FROM spare WHERE purpose = '\(other)')"
                + " WHERE purpose = '\(one)'"
        }
        try await installation.tamper([
            "DROP TRIGGER key_version_keeps", "DROP TRIGGER key_version_stands",
            "CREATE TEMPORARY TABLE spare AS SELECT purpose, wrapped FROM key_version",
            swap("session-ring", "token-ring/production"), swap("token-ring/production", "session-ring"),
        ])
        let said = await message { _ = try await installation.open() }
        #expect(said.contains("was changed or exchanged"))
    }

    @Test("T37 a wrapped key with one bit flipped does not open", arguments: ["session-ring", "audit-checkpoint"])
    func flipped(_ purpose: String) async throws {
        let installation = try await TestInstallation.founded()
        try await installation.tamper([
            "DROP TRIGGER key_version_keeps", "DROP TRIGGER key_version_stands",
            """
            UPDATE key_version SET wrapped = CAST(
              substr(wrapped, 1, 20) || CASE WHEN substr(wrapped, 21, 1) = x'00' THEN x'01' ELSE x'00' END
              || substr(wrapped, 22) AS BLOB) WHERE purpose = '\(purpose)'
            """,
        ])
        let said = await message { _ = try await installation.open() }
        #expect(said.contains("was changed or exchanged"))
    }

    @Test("T37 a wrapped key that no start opens is looked at by the doctor, and named")
    func looked() async throws {
        let installation = try await TestInstallation.founded()
        func check() async throws -> String {
            let store = try await OpenStore.open(installation.configuration)
            let opened = try await Installation.open(
                store.engine, keyEncryptionKey: KeyEncryptionKey.load(installation.configuration.key))
            try await store.close()
            let check = KeyCheck(
                installation: opened, configuration: installation.configuration, now: SystemClock.now())
            return await message { try check.checkResting() }
        }
        #expect(try await check() == "no failure")
        try await installation.tamper([
            "DROP TRIGGER key_version_keeps", "DROP TRIGGER key_version_stands",
            "UPDATE key_version SET wrapped = zeroblob(length(wrapped)) WHERE purpose = 'receipt'",
        ])
        #expect(try await check().contains("was changed or exchanged"))
    }

    @Test("T38 an older database under a newer witness is refused")
    func older() async throws {
        let installation = try await TestInstallation.founded()
        let files = ["tenure.db", "tenure.db-wal"]
        var old: [String: Data] = [:]
        for name in files {
            let path = installation.folder.path + "/" + name
            if ProtectedFile.exists(path) { old[name] = try Data(contentsOf: URL(fileURLWithPath: path)) }
        }
        try await installation.running { composition in
            _ = try await AdministratorSession(
                broker: composition.broker, path: installation.folder.path + "/admin.token",
                now: { SystemClock.now() }
            ).renew()
        }
        for name in files + ["tenure.db-shm"] { try ProtectedFile.remove(installation.folder.path + "/" + name) }
        for (name, content) in old {
            try ProtectedFile.create(installation.folder.path + "/" + name, [UInt8](content))
        }
        let said = await message { _ = try await installation.open() }
        #expect(said.contains("is an older copy"), "\(said)")
    }

    @Test("T38 an empty folder under a witness is not founded anew")
    func emptied() async throws {
        let installation = try await TestInstallation.founded()
        for name in ["tenure.db", "tenure.db-wal", "tenure.db-shm"] {
            try ProtectedFile.remove(installation.folder.path + "/" + name)
        }
        let said = await message { try await installation.found() }
        #expect(said.contains("says that an installation was here"))
    }

    @Test("a database of a newer program is left alone")
    func newer() async throws {
        let installation = try await TestInstallation.founded()
        try await installation.tamper(["INSERT INTO schema_version (version) VALUES (99)"])
        let said = await message { _ = try await installation.open() }
        #expect(said.contains("was written by a newer tenured"))
    }

    @Test("a root key beside the data keeps the server from serving")
    func rootKey() async throws {
        let installation = try await TestInstallation.founded()
        #expect(throws: Never.self) { try InstallationFolder.refuseRootKey(installation.configuration) }
        _ = try installation.folder.write("spare.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
        let failure = #expect(throws: StartFailure.self) {
            try InstallationFolder.refuseRootKey(installation.configuration)
        }
        #expect(failure?.message.contains("spare.pem") == true)
    }

    @Test("a profile's file is the next version only where its number says so")
    func profiles() async throws {
        let copy = try TemporaryFolder()
        let source = Repository.path + "/ca/profiles"
        for name in try FolderPath.names(in: source) where name.hasSuffix(".yaml") {
            _ = try copy.write(name, try Repository.text("ca/profiles/" + name))
        }
        let first = try TestInstallation(profiles: copy.path)
        try await first.found()
        let text = try copy.text("ci-token.yaml")
        _ = try copy.write("ci-token.yaml", text.replacing("lifetime_seconds: 900", with: "lifetime_seconds: 600"))
        let unraised = try TestInstallation(profiles: copy.path, in: first.folder)
        try await unraised.running { composition in
            let adoption = try await composition.broker.adopt(unraised.profiles.editions)
            #expect(adoption.adopted.isEmpty)
            #expect(adoption.heldBack.map(\.name.text) == ["ci-token"])
        }
        let raised = try copy.text("ci-token.yaml").replacing("version: 1", with: "version: 2")
        _ = try copy.write("ci-token.yaml", raised)
        let next = try TestInstallation(profiles: copy.path, in: first.folder)
        try await next.running { composition in
            let adoption = try await composition.broker.adopt(next.profiles.editions)
            #expect(adoption.adopted.map(\.text) == ["ci-token"])
            let profile = try #require(composition.broker.snapshot.profile(named: Name("ci-token")))
            #expect(profile.version == 2)
            #expect(try await composition.broker.adopt(next.profiles.editions).adopted.isEmpty)
        }
    }
}
