package import AuditLog
internal import Synchronization
package import TenureModel

extension Recorder {
    /// Opens the log of a migrated database: loads the snapshot, holds the head against the witness, signs it.
    ///
    /// - Parameters:
    ///   - signer: its name is the log's origin.
    ///   - gathering: lets batches grow under load; without it each is what waits when the one before has ended.
    ///   - known: read from this database a moment ago; only what is newer is read.
    ///   - start: begins a read that several wait for.
    /// - Throws: `historyLost` if the log is not the one that the witness saw (T38): the program reads on and writes
    ///   nothing then; else what the database says.
    package static func open(
        _ engine: any SQLEngine, signer: NoteSigner, witness: Witness?, limits: RecordingLimits = RecordingLimits(),
        clock: @escaping @Sendable () -> Timestamp, gathering: GatheringClock? = nil, known: Snapshot = Snapshot(),
        start: @escaping TaskStart = { work in Task { await work() } }
    ) async throws(StorageError) -> Recorder {
        let (snapshot, head) = try await engine.read { (connection) throws(StorageError) in
            try Snapshot.load(connection, after: known)
        }
        let ledger = Ledger(engine, origin: signer.verifierKey.name)
        let witnessed = try await ledger.check(head, against: witness, key: signer.verifierKey)
        let now = clock()
        let signed: Checkpoint
        do {
            signed = try signer.checkpoint(size: head.size, root: head.root)
        } catch {
            throw .unavailable("the head cannot be signed")
        }
        if let witness, witnessed?.size != head.size { try await witness.write(signed.note) }
        let stored = try await engine.write { (connection) throws(StorageError) in
            try CheckpointTable.store(signed, at: now, connection)
        }
        return Recorder(
            engine: engine, signer: signer, witness: witness, clock: clock, gathering: gathering, limits: limits,
            state: State(
                snapshot: snapshot, head: head, checkpoint: stored, signedAt: now, witnessedSize: head.size,
                witnessedAt: now, storedSize: head.size, storedAt: now, doubt: nil, recoveryTriedAt: nil),
            start: start)
    }

    /// Signs the head if the last signature is a second old or nothing waits; the witness takes it first. Where signing
    /// fails the older checkpoint goes on being served: what was recorded is durable all the same.
    func signHead(now: Timestamp) async {
        let isAtRest = queue.isEmpty
        let due = state.withLock { state -> (LogHead, Bool)? in
            guard state.head.size > state.checkpoint.size else { return nil }
            guard isAtRest || state.signedAt.isSecondBefore(now) else { return nil }
            return (state.head, state.witnessedAt.isSecondBefore(now))
        }
        guard let (head, isWitnessDue) = due else { return }
        let signed: Checkpoint
        do {
            signed = try signer.checkpoint(size: head.size, root: head.root)
        } catch {
            return
        }
        if isWitnessDue { await writeWitness(signed, at: now) }
        state.withLock { state in
            guard signed.size > state.checkpoint.size else { return }
            state.checkpoint = signed
            state.signedAt = now
        }
    }

    /// Stores the newest checkpoint when nothing waits, at most once a second; when the program ends, in any case.
    func storeCheckpoint(isLast: Bool) async {
        let now = clock()
        let (checkpoint, isDue, isWitnessDue) = state.withLock { state in
            let isNew = state.doubt == nil && state.checkpoint.size > state.storedSize
            return (
                state.checkpoint, isNew && (isLast || state.storedAt.isSecondBefore(now)),
                isLast && state.checkpoint.size > state.witnessedSize
            )
        }
        if isWitnessDue { await writeWitness(checkpoint, at: now) }
        guard isDue else { return }
        do throws(StorageError) {
            let stored = try await engine.write { (connection) throws(StorageError) in
                try CheckpointTable.store(checkpoint, at: now, connection)
            }
            noteStored(stored, at: now)
        } catch {
            // The next batch brings it; but what COMMIT did must be known before anything else is written.
            if case .unknownOutcome(let reason) = error { doubt(reason) }
        }
    }

    /// The stored one is served: whoever stored first.
    func noteStored(_ stored: Checkpoint, at now: Timestamp) {
        state.withLock { state in
            state.storedSize = stored.size
            state.storedAt = now
            if stored.size == state.checkpoint.size { state.checkpoint = stored }
        }
    }

    /// Has the witness take the head that this node knows, whenever it took one last.
    func witnessHead() async {
        let (head, isBehind) = state.withLock { ($0.head, $0.head.size > $0.witnessedSize) }
        guard isBehind else { return }
        let signed: Checkpoint
        do {
            signed = try signer.checkpoint(size: head.size, root: head.root)
        } catch {
            return
        }
        await writeWitness(signed, at: clock())
    }

    /// A witness that cannot be written is behind, and will be written with a later checkpoint.
    private func writeWitness(_ checkpoint: Checkpoint, at now: Timestamp) async {
        guard let witness else { return }
        do throws(StorageError) {
            try await witness.write(checkpoint.note)
            state.withLock { state in
                state.witnessedSize = checkpoint.size
                state.witnessFailure = nil
            }
        } catch {
            state.withLock { $0.witnessFailure = "\(error)" }
        }
        state.withLock { $0.witnessedAt = now }
    }
}
