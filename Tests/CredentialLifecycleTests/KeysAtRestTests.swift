internal import AuditLog
internal import Authorization
internal import CredentialLifecycle
internal import SQLiteEngine
internal import SecretMemory
internal import Storage
internal import Synchronization
internal import TenureModel
internal import Testing

@Suite("How keys rest is rotated while everything goes on")
struct KeysAtRestTests {
    private static func key(_ byte: UInt8) -> SecretBytes {
        var bytes = [UInt8](repeating: byte, count: 32)
        return SecretBytes(wiping: &bytes)
    }

    private static func rotate(
        _ subject: RotationSubject, _ installation: TestInstallation, at node: Node? = nil, isDryRun: Bool = false
    ) async throws -> RotationOutcome {
        let node = node ?? installation.node
        let admin = try await installation.presenting("admin", at: node)
        return try await node.broker.rotate(subject, by: admin, in: try installation.call(isDryRun: isDryRun))
    }

    /// What the rotation is refused with.
    private static func conflict(
        _ subject: RotationSubject, _ installation: TestInstallation, at node: Node? = nil
    ) async throws -> String {
        do {
            _ = try await rotate(subject, installation, at: node)
            return "rotated"
        } catch LifecycleError.conflict(let detail) {
            return detail
        }
    }

    private static func resting(_ snapshot: Snapshot) -> [KeyVersion] {
        snapshot.keyVersions.filter { $0.purpose != .dataKey && $0.state != .retired && !$0.wrapped.isEmpty }
    }

    @Test("a new data key takes all keys over: nothing else changes, and each key opens under the new one alone")
    func dataKey() async throws {
        let installation = try await TestInstallation.start()
        let before = Self.resting(installation.broker.snapshot)
        let old = try #require(installation.broker.snapshot.livingDataKeys.first)
        let held = try await installation.token(try await installation.caller("deploy"))
        let preview = try await Self.rotate(.dataKey, installation, isDryRun: true)
        #expect(preview.id == nil && preview.versions.map(\.state) == [.draining, .active])
        #expect(Self.resting(installation.broker.snapshot) == before)

        let outcome = try await Self.rotate(.dataKey, installation)
        #expect(outcome.versions.map(\.state) == [.draining, .active])
        let after = Self.resting(installation.broker.snapshot)
        #expect(after.map(\.id) == before.map(\.id))
        for (old, new) in zip(before, after) {
            var same = new
            same.version = old.version
            same.wrapped = old.wrapped
            #expect(same == old && new.version == old.version + 1 && new.wrapped != old.wrapped)
        }
        #expect(try await installation.isAlive(held))
        _ = try await installation.token(try await installation.caller("deploy"))
        // What opened before opens nothing of it any more.
        let retired = installation.node.installation.dataWrap
        for version in after { #expect(throws: (any Error).self) { try retired.unwrap(version) } }
        let again = try await installation.otherNode()
        for version in after { _ = try again.installation.dataWrap.unwrap(version) }
        #expect(again.installation.snapshot.livingDataKeys.map(\.id).last == old.id)
    }

    @Test("each row that a data key's rotation writes is an entry that says why")
    func entries() async throws {
        let installation = try await TestInstallation.start()
        let first = installation.broker.snapshot.size
        let outcome = try await Self.rotate(.dataKey, installation)
        let place = try #require(outcome.recorded)
        let entries = try await installation.broker.ledger.entries(from: first, limit: 100)
        let written = try entries.filter { $0.index >= place.firstIndex }.map { try EntryEncoding.decode($0.body) }
        #expect(written.count == Self.resting(installation.broker.snapshot).count + 2)
        for entry in written {
            #expect(entry.act == .keyRotate)
            #expect(entry.details.contains(.init("rotated", .text("data-key"))))
        }
    }

    @Test("T37 after a data key's rotation exchanged rows and flipped bits open nothing")
    func wrappedRows() async throws {
        let installation = try await TestInstallation.start()
        _ = try await Self.rotate(.dataKey, installation)
        let wrap = try await installation.otherNode().installation.dataWrap
        try wrap.expectOnlyOwnRowsOpen(Self.resting(installation.broker.snapshot))
    }

    @Test("T37 a data key's rotation stops at a row that was exchanged, names it, and changes nothing")
    func exchangedRow() async throws {
        let installation = try await TestInstallation.start()
        let versions = Self.resting(installation.broker.snapshot)
        let ring = try #require(versions.first { $0.purpose == .sessionRing })
        let other = try #require(versions.first { $0.purpose == .receipt })
        try await installation.node.engine.write { (connection) throws(StorageError) in
            try connection.execute(Statement("DROP TRIGGER key_version_stands"), [])
            try connection.execute(
                Statement("UPDATE key_version SET wrapped = $1 WHERE purpose = $2"),
                [.bytes(ring.wrapped), .text(other.purpose.text)])
        }
        // The node that runs has the row as it was; one that is started has it as it is.
        let second = try await installation.otherNode()
        let size = second.broker.snapshot.size
        let said = try await Self.conflict(.dataKey, installation, at: second)
        #expect(said == "\(other.id) cannot be opened: its row was changed or exchanged")
        #expect(second.broker.snapshot.livingDataKeys.count == 1 && second.broker.snapshot.size == size)
    }

    @Test("T37 what another node wraps under the old data key after the rotation opens, and comes under the new one")
    func overtaken() async throws {
        let installation = try await TestInstallation.start()
        let other = try await installation.otherNode()
        _ = try await Self.rotate(.dataKey, installation)
        // It has not seen the rotation, so it wraps as before; its transaction then sees it.
        _ = try await Self.rotate(.sessionKeys, installation, at: other)
        let newest = try #require(
            other.broker.snapshot.keyVersions(for: .sessionRing).first { $0.state == .staged })
        try await installation.node.recorder.refresh()
        let third = try await installation.otherNode()
        _ = try third.installation.dataWrap.unwrap(newest)
        let active = try #require(third.installation.snapshot.livingDataKeys.first)
        // It rests under the old one, which is why that is kept.
        let before = installation.node.installation.dataWrap
        _ = try before.unwrap(newest)

        #expect(try await Self.conflict(.dataKey, installation).contains("is retired at"))
        installation.clock.advance(seconds: 3_599)
        await third.broker.rotateWhatIsDue()
        #expect(third.broker.snapshot.livingDataKeys.count == 2)
        installation.clock.advance(seconds: 1)
        await third.broker.rotateWhatIsDue()
        #expect(third.broker.snapshot.livingDataKeys.map(\.id) == [active.id])
        let last = try await installation.otherNode()
        for version in Self.resting(last.installation.snapshot) { _ = try last.installation.dataWrap.unwrap(version) }
        let moved = try #require(last.installation.snapshot.keyVersion(newest.id))
        #expect(throws: (any Error).self) { try before.unwrap(moved) }
        _ = try await Self.rotate(.dataKey, installation, at: last)
    }

    @Test("the next key-encryption key takes over at once: before it the old one opens, after it the new one")
    func keyEncryptionKey() async throws {
        let installation = try await TestInstallation.start()
        let next = Self.key(0x33)
        #expect(try await Self.conflict(.keyEncryptionKey, installation).contains("add it as `keys.next`"))
        installation.node.offer.key.withLock { $0 = next }
        let both = [installation.keyEncryptionKey, next]
        _ = try await installation.otherNode(both)
        let preview = try await Self.rotate(.keyEncryptionKey, installation, isDryRun: true)
        #expect(preview.nextStep?.contains("make the key of `keys.next` that of `keys`") == true)
        _ = try await installation.otherNode()

        let outcome = try await Self.rotate(.keyEncryptionKey, installation)
        #expect(outcome.versions.map(\.purpose) == [.dataKey] && outcome.versions.map(\.version) == [2])
        await #expect(throws: InstallationError.self) { _ = try await installation.otherNode() }
        _ = try await installation.otherNode([next])
        let undecided = try await installation.otherNode(both)
        let key = try #require(undecided.installation.snapshot.livingDataKeys.first)
        #expect(undecided.installation.dataKeys.placeOfKeyEncryptionKey(of: key) == 1)
        // Nothing else was wrapped anew, and everything goes on.
        _ = try await installation.token(try await installation.caller("deploy"))
        #expect(try await Self.conflict(.keyEncryptionKey, installation).contains("already"))
        let place = try #require(outcome.recorded)
        let entry = try #require(try await installation.broker.ledger.entry(place.firstIndex))
        #expect(
            try EntryEncoding.decode(entry.body).details.contains(.init("rotated", .text("key-encryption-key"))))
        // Back to the first one, as after a mistake.
        installation.node.offer.key.withLock { $0 = installation.keyEncryptionKey }
        _ = try await Self.rotate(.keyEncryptionKey, installation)
        _ = try await installation.otherNode()
    }

    @Test("T37 a data key that is made after the key-encryption key was rotated rests under the new one everywhere")
    func bothKeys() async throws {
        let installation = try await TestInstallation.start()
        let next = Self.key(0x44)
        let stranger = try await installation.otherNode()
        let told = try await installation.otherNode([installation.keyEncryptionKey, next])
        installation.node.offer.key.withLock { $0 = next }
        _ = try await Self.rotate(.keyEncryptionKey, installation)
        // A node that was not told of the next key must not wrap a data key under the old one.
        let said = try await Self.conflict(.dataKey, installation, at: stranger)
        #expect(said.contains("this node was not given"))
        _ = try await Self.rotate(.dataKey, installation, at: told)
        let after = try await installation.otherNode([next])
        for version in Self.resting(after.installation.snapshot) { _ = try after.installation.dataWrap.unwrap(version) }
        await #expect(throws: InstallationError.self) { _ = try await installation.otherNode() }
    }

    @Test(
        "only who may rotate everything rotates how keys rest",
        arguments: [RotationSubject.keyEncryptionKey, .dataKey])
    func permission(_ subject: RotationSubject) async throws {
        let installation = try await TestInstallation.start()
        let size = installation.broker.snapshot.size
        for name in ["owner", "deploy"] {
            let caller = try await installation.caller(name)
            await #expect(throws: LifecycleError.self) {
                _ = try await installation.broker.rotate(subject, by: caller, in: try installation.call())
            }
        }
        let entries = try await installation.broker.ledger.entries(from: size, limit: 100)
        #expect(try entries.allSatisfy { try EntryEncoding.decode($0.body).act != .keyRotate })
    }
}
