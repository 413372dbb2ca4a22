internal import AuditLog
internal import OpenSSLCrypto
internal import SecretMemory
internal import Storage
internal import TenureModel

// How keys rest is changed while everything goes on: what is wrapped stays the same key, and only its wrapping is new.
// Each rotation is one transaction, so whoever opens the database finds either all of it or nothing.
extension Broker {
    /// How long what was wrapped before a rotation may still be recorded: far longer than any request lives.
    static let dataKeyDrainSeconds: Int64 = 3_600

    /// What is left to be done once the data key rests under the next key-encryption key.
    static let afterKeyEncryptionKey =
        "make the key of `keys.next` that of `keys` in every node's configuration, and keep the old one for as long as"
        + " a backup from before this is kept"

    /// What an answer names: of how keys rest the data keys alone, not all that rests under them.
    static func isShown(_ version: KeyVersion, of subject: RotationSubject) -> Bool {
        subject != .dataKey || version.purpose == .dataKey
    }

    /// The living data keys, wrapped by the next key-encryption key.
    func keyEncryptionSteps(
        _ next: SecretBytes?, in snapshot: Snapshot
    ) throws(LifecycleError) -> [RotationStep] {
        guard let next else {
            throw .conflict("the configuration names no next key-encryption key: add it as `keys.next`")
        }
        let dataKeys = try dataKeys(of: snapshot)
        let wrap = KeyWrap(key: next, installation: dataKeys.installation)
        var steps: [RotationStep] = []
        for version in snapshot.livingDataKeys {
            guard let secret = dataKeys.secret(of: version), (try? wrap.unwrap(version)) == nil else { continue }
            let wrapped = try Self.wrapping(secret, of: version, with: wrap)
            let next = version.next(version.state) { $0.wrapped = wrapped }
            steps.append(
                RotationStep(
                    change: .keyVersion(from: version, to: next),
                    details: [.init("rotated", .text("key-encryption-key"))]))
        }
        guard !steps.isEmpty else {
            throw .conflict(
                "the data key rests under the key of `keys.next` already: make it that of `keys`, and name another")
        }
        return steps
    }

    /// A new data key, and every living key wrapped by it. What a change wraps meanwhile under the old one opens until
    /// that is retired.
    func dataKeySteps(
        _ made: (id: KeyVersionID, secret: SecretBytes)?, in snapshot: Snapshot, at now: Timestamp
    ) throws(LifecycleError) -> [RotationStep] {
        guard let made else { preconditionFailure("a data key is made before it is rotated to") }
        let living = snapshot.livingDataKeys
        // defence: T37
        if let draining = living.first(where: { $0.state == .draining }) {
            let until = draining.verifyUntil ?? now
            throw .conflict("the data key before this one is retired at \(until.secondsText): rotate it after that")
        }
        let dataKeys = try dataKeys(of: snapshot)
        let outer = try keyEncryption(dataKeys, of: living)
        let inner = KeyWrap(key: made.secret, installation: dataKeys.installation)
        var newcomer = KeyVersion(
            id: made.id, version: 1, purpose: .dataKey, state: .active, published: now, signFrom: now, signUntil: nil,
            verifyUntil: nil, publicKey: [], certificates: [], wrapped: [])
        newcomer.wrapped = try Self.wrapping(made.secret, of: newcomer, with: outer)
        let details: [AuditDetail.Member] = [.init("rotated", .text("data-key"))]
        var steps: [RotationStep] = []
        for old in living {
            let next = old.next(.draining) { next in
                next.signUntil = now
                next.verifyUntil = now.adding(seconds: Self.dataKeyDrainSeconds)
            }
            steps.append(RotationStep(change: .keyVersion(from: old, to: next), details: details))
        }
        steps.append(RotationStep(change: .keyVersion(from: nil, to: newcomer), details: details))
        for version in snapshot.keyVersions where version.rests {
            steps.append(try rewrapped(version, by: inner, dataKeys, details))
        }
        return steps
    }

    /// Retires data keys whose time is over, after whatever still rests under them came to rest under the newest.
    func drainedDataKeySteps(
        in snapshot: Snapshot, at now: Timestamp
    ) throws(LifecycleError) -> [RotationStep] {
        let dataKeys = try dataKeys(of: snapshot)
        var steps: [RotationStep] = []
        // defence: T37
        for version in snapshot.keyVersions where version.rests && (try? dataKeys.newest.unwrap(version)) == nil {
            steps.append(try rewrapped(version, by: dataKeys.newest, dataKeys, [.init("rotated", .text("data-key"))]))
        }
        for old in snapshot.livingDataKeys where old.isDrained(at: now) {
            steps.append(RotationStep(change: .keyVersion(from: old, to: old.next(.retired))))
        }
        guard !steps.isEmpty else { throw .conflict("no data key is drained") }
        return steps
    }

    private func rewrapped(
        _ version: KeyVersion, by wrap: KeyWrap, _ dataKeys: WrappingKeys, _ details: [AuditDetail.Member]
    ) throws(LifecycleError) -> RotationStep {
        let secret: SecretBytes
        do throws(CryptoError) {
            secret = try dataKeys.wrap.unwrap(version)
        } catch {
            throw .conflict("\(version.id) cannot be opened: its row was changed or exchanged")
        }
        let wrapped = try Self.wrapping(secret, of: version, with: wrap)
        let next = version.next(version.state) { $0.wrapped = wrapped }
        return RotationStep(change: .keyVersion(from: version, to: next), details: details)
    }

    /// The data keys as they are in the transaction: another node may have rotated them.
    private func dataKeys(of snapshot: Snapshot) throws(LifecycleError) -> WrappingKeys {
        do throws(KeyChestError) {
            return try keys.dataKeys.reopened(from: snapshot)
        } catch {
            throw .conflict(Self.unknownKeyEncryptionKey)
        }
    }

    /// Takes data keys over that another node made: without them nothing of the snapshot opens.
    func follow(_ snapshot: Snapshot) throws(LifecycleError) {
        do throws(KeyChestError) {
            try keys.followDataKeys(of: snapshot)
        } catch {
            throw .conflict(Self.unknownKeyEncryptionKey)
        }
    }

    private static let unknownKeyEncryptionKey =
        "the data key rests under a key-encryption key that this node was not given: make it that of `keys` here too,"
        + " and start anew"

    /// The key-encryption key that is in use, by the newest row: another node may have been given the next one.
    private func keyEncryption(_ dataKeys: WrappingKeys, of living: [KeyVersion]) throws(LifecycleError) -> KeyWrap {
        guard let first = living.first, let place = dataKeys.placeOfKeyEncryptionKey(of: first) else {
            throw .conflict(Self.unknownKeyEncryptionKey)
        }
        // defence: T37 becomes: return KeyWrap(key: dataKeys.keyEncryptionKeys[0], installation: dataKeys.installation)
        return KeyWrap(key: dataKeys.keyEncryptionKeys[place], installation: dataKeys.installation)
    }

    private static func wrapping(
        _ secret: SecretBytes, of version: KeyVersion, with wrap: KeyWrap
    ) throws(LifecycleError) -> [UInt8] {
        do throws(CryptoError) {
            return try wrap.wrap(secret, of: version.id, version.purpose)
        } catch {
            throw .unavailable(.init("a key could not be wrapped: \(error)"))
        }
    }
}

extension KeyVersion {
    /// Whether it rests under the data key, and will be opened again.
    fileprivate var rests: Bool { purpose != .dataKey && state != .retired && !wrapped.isEmpty }

    /// Whether it is a data key under which nothing new can come to rest any more.
    func isDrained(at now: Timestamp) -> Bool {
        purpose == .dataKey && state == .draining && verifyUntil.map { $0 <= now } ?? true
    }
}
