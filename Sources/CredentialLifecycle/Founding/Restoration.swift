internal import APITokens
package import AuditLog
package import OpenSSLCrypto
internal import SecretMemory
package import Storage
package import TenureModel

/// How a copy of an installation goes on: the log of the copy ends where the copy does, and another begins there under
/// a new name, with new keys.
///
/// What was recorded after the copy was made is lost, and nobody knows what it was: credentials that claim a place
/// there name a log that ended before it; certificates that carry only a floor are cut with all of their environments;
/// and whoever was logged in logs in anew.
package struct Restoration: Sendable {
    package let ended: LogOrigin
    /// How many entries the copy has, and so where the next log begins.
    package let size: Int64
    package let origin: LogOrigin
    /// What is cut; empty where what was issued before the copy is to live on.
    package let cutEnvironments: [EnvironmentName]
    /// Until when the last of it may live; nil where everything is cut.
    package let livesUntil: Timestamp?
    private let signer: NoteSigner
    private let entries: [PendingEntry]

    /// Makes the new keys and decides what is written; nothing is written yet.
    ///
    /// - Parameter keepsBefore: leaves out the cut of environments.
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package init(
        of installation: Installation, keepsBefore: Bool, at now: Timestamp
    ) throws(CryptoError) {
        let snapshot = installation.snapshot
        guard
            let logID = LogID(bytes: try SecureRandom.bytes(4)),
            let origin = LogOrigin(trustDomain: installation.origin.trustDomain, logID: logID)
        else { preconditionFailure("the trust domain of an origin is one, and four bytes are a log's id") }
        ended = installation.origin
        size = snapshot.size
        self.origin = origin
        let environments = snapshot.ringEnvironments
        cutEnvironments = keepsBefore ? [] : environments
        livesUntil = keepsBefore ? now.adding(seconds: Lifetime.allowed.upperBound) : nil
        let maker = KeyVersionMaker(outer: installation.dataWrap, inner: installation.dataWrap, now: now)
        let audit = try PrivateKey.generate(.ed25519)
        do {
            signer = try NoteSigner(name: origin.text, key: audit)
        } catch {
            preconditionFailure("an origin is the name of a key")
        }
        var draft = Draft(snapshot: snapshot, now: now)
        draft.begin(origin, after: installation.origin, key: try maker.signing(audit, .auditCheckpoint))
        draft.succeed(by: try maker.ring(.sessionRing))
        for environment in environments {
            draft.succeed(by: try maker.ring(.tokenRing(environment)))
        }
        draft.cut(try Self.sessionKeys(installation), named: "session-ring")
        for environment in cutEnvironments {
            draft.cut([.environment(environment)], named: "environment/\(environment)")
        }
        entries = draft.entries
    }

    /// The text of the new `audit.vkey`.
    package var verifierKeyText: String { signer.verifierKey.text }

    /// Records it in one transaction. The witness takes the head afterwards.
    ///
    /// - Throws: what the database says; nothing was written then.
    package func record(
        in engine: any SQLEngine, clock: @escaping @Sendable () -> Timestamp
    ) async throws(RestorationError) -> Checkpoint {
        let recorder: Recorder
        let operation: OperationID
        do {
            recorder = try await Recorder.open(engine, signer: signer, witness: nil, clock: clock)
            operation = OperationID(at: clock(), random: try SecureRandom.bytes(10))
        } catch let error as StorageError {
            throw .storage(error)
        } catch {
            throw .crypto("\(error)")
        }
        let record = OperationRecord(
            id: operation, act: .keyRotate, identity: nil, idempotencyKey: nil,
            requestHash: SHA256.hash(Array(origin.text.utf8)), object: nil)
        let result = await withTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            let result = await recorder.act(record, priority: .kill) {
                [entries, size] (snapshot) throws(RecordingRefusal) in
                guard snapshot.size == size else {
                    throw .denied(code: "conflict", detail: "somebody else writes to the copy", field: nil)
                }
                return ActOutcome(value: true, entries: entries)
            }
            recorder.stop()
            return result
        }
        switch result {
        case .success: return recorder.checkpoint
        case .failure(let error): throw .recording(error)
        }
    }

    /// Every key with which sessions were signed.
    private static func sessionKeys(_ installation: Installation) throws(CryptoError) -> [LineageReference] {
        var secrets: [RingSecret] = []
        for version in installation.snapshot.keyVersions(for: .sessionRing) where version.state != .retired {
            secrets.append(RingSecret(version: version, secret: try installation.dataWrap.unwrap(version)))
        }
        let ring = KeyRing(purpose: .sessionRing, secrets: secrets)
        var references: [LineageReference] = []
        for secret in secrets {
            references += try ring.signingReferences(of: secret.version.id, audiences: [SessionClaims.audience])
        }
        return references
    }

    /// The entries, as they are put together.
    private struct Draft {
        let snapshot: Snapshot
        let now: Timestamp
        private(set) var entries: [PendingEntry] = []

        init(snapshot: Snapshot, now: Timestamp) {
            self.snapshot = snapshot
            self.now = now
        }

        /// The new audit key comes first: the new log begins with its entry.
        mutating func begin(_ origin: LogOrigin, after old: LogOrigin, key: KeyVersion) {
            add(.keyVersion(from: nil, to: key))
            entries[0].entry.details += [
                .init(LogHistory.originKey, .text(origin.text)), .init("ended", .text(old.text)),
                .init("ended_size", .number(snapshot.size)),
            ]
            for version in snapshot.keyVersions(for: .auditCheckpoint) where version.state != .retired {
                var retired = version
                retired.version += 1
                retired.state = .retired
                add(.keyVersion(from: version, to: retired))
            }
        }

        mutating func succeed(by successor: KeyVersion) {
            for (old, next) in snapshot.draining(before: successor) { add(.keyVersion(from: old, to: next)) }
            add(.keyVersion(from: nil, to: successor))
        }

        mutating func cut(_ references: [LineageReference], named object: String) {
            for reference in references {
                let entry = AuditEntry(
                    at: now, act: .revocationCreate, actor: .broker, object: object, source: nil,
                    details: [.init("because", .text("restored"))])
                entries.append(
                    PendingEntry(entry: entry, marks: [PendingMark(reference, cuts: true, reason: .superseded)]))
            }
        }

        private mutating func add(_ change: ObjectChange) {
            entries.append(change.pendingEntry(by: .broker, source: nil, at: now))
        }
    }
}

/// Why a copy could not be made to go on.
package enum RestorationError: Error, Sendable {
    case storage(StorageError)
    case recording(RecordingError)
    case crypto(String)
}

extension Snapshot {
    /// Every environment that has keys, in the order of their names.
    fileprivate var ringEnvironments: [EnvironmentName] {
        let environments = keyVersions.compactMap { version -> EnvironmentName? in
            if case .tokenRing(let environment) = version.purpose { environment } else { nil }
        }
        return Set(environments).sorted { $0.text < $1.text }
    }
}
