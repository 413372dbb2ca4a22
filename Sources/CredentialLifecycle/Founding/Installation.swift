package import AuditLog
internal import OpenSSLCrypto
package import SecretMemory
package import Storage
package import TenureModel

/// An installation that was founded before, with the keys that open all others.
package struct Installation: Sendable {
    package let history: LogHistory
    /// Signs checkpoints; its name is the origin.
    package let signer: NoteSigner
    /// For `KeyChest`.
    package let dataKeys: WrappingKeys
    package let snapshot: Snapshot

    /// By the data key.
    package var dataWrap: KeyWrap { dataKeys.wrap }

    /// Of the log that goes on.
    package var origin: LogOrigin { history.current }

    /// Reads the installation of a migrated database and unwraps its data keys and its audit key.
    ///
    /// - Parameters:
    ///   - keyEncryptionKeys: 32 bytes each; while one takes another's place the data key may rest under either.
    ///   - known: read from this database before; only what is newer is read.
    /// - Throws: `notFounded` where the log is empty; else what stands in the way.
    package static func open(
        _ engine: any SQLEngine, keyEncryptionKeys: [SecretBytes], known: Snapshot = Snapshot()
    ) async throws(InstallationError) -> Installation {
        let history = try await LogHistory.read(engine)
        let origin = history.current
        let snapshot: Snapshot
        do throws(StorageError) {
            snapshot = try await Ledger(engine, origin: origin.text).snapshot(after: known)
        } catch {
            throw .storage(error)
        }
        let dataKeys: WrappingKeys
        do throws(KeyChestError) {
            dataKeys = try WrappingKeys(
                of: snapshot, installation: history.first.text, keyEncryptionKeys: keyEncryptionKeys)
        } catch {
            if case .missing(let purpose) = error { throw .missing(purpose) }
            throw .wrongKeyEncryptionKey
        }
        return Installation(
            history: history, signer: try signer(snapshot, dataKeys.wrap, origin), dataKeys: dataKeys,
            snapshot: snapshot)
    }

    /// The same with the only key-encryption key that there is.
    package static func open(
        _ engine: any SQLEngine, keyEncryptionKey: SecretBytes, known: Snapshot = Snapshot()
    ) async throws(InstallationError) -> Installation {
        try await open(engine, keyEncryptionKeys: [keyEncryptionKey], known: known)
    }

    private static func signer(
        _ snapshot: Snapshot, _ wrap: KeyWrap, _ origin: LogOrigin
    ) throws(InstallationError) -> NoteSigner {
        guard let version = snapshot.keyVersions(for: .auditCheckpoint).last(where: { $0.state != .retired }) else {
            throw .missing("audit-checkpoint")
        }
        let secret: SecretBytes
        do throws(CryptoError) {
            secret = try wrap.unwrap(version)
        } catch {
            throw .unwrap(version.id)
        }
        do {
            return try NoteSigner(name: origin.text, key: try PrivateKey(pkcs8DER: secret))
        } catch {
            throw .damaged("key \(version.id)")
        }
    }
}

/// Why an installation could not be opened.
package enum InstallationError: Error, Sendable {
    /// The log is empty.
    case notFounded
    /// There is no key for this purpose.
    case missing(String)
    /// None of the key-encryption keys is the one that the data key rests under.
    case wrongKeyEncryptionKey
    /// The row of this key was changed, or exchanged with another (THREATS, T37).
    case unwrap(KeyVersionID)
    case damaged(String)
    case storage(StorageError)
}
