@_spi(Recording) internal import AuditLog
internal import Synchronization
internal import TenureModel

// What the leader does with one piece of work.
extension Recorder {
    func lead(_ work: RecordingQueue.Work) async {
        // defence: T38
        if let loss = historyLoss { return refuseAll(work, because: Self.words(loss)) }
        if let reason = await unresolvedDoubt() { return refuseAll(work, because: reason) }
        switch work {
        case .batch(let members): await lead(members)
        case .act(let act): await lead(act)
        case .look: return
        }
    }

    private func lead(_ waiting: [WaitingMember]) async {
        let start = batchStart()
        let members = waiting.map(\.member)
        do throws(StorageError) {
            let batch: CommittedBatch
            do throws(StorageError) {
                batch = try await engine.write { (connection) throws(StorageError) in
                    try CommittedBatch.record(members, from: start, connection)
                }
            } catch .constraint where members.count > 1 {
                batch = try await engine.write { (connection) throws(StorageError) in
                    try CommittedBatch.recordOneByOne(members, from: start, connection)
                }
            }
            let checkpoint = await settle(batch, now: start.now)
            for (waiting, outcome) in zip(waiting, batch.outcomes) {
                waiting.answer.resume(returning: outcome.answer(checkpoint))
            }
        } catch {
            let answers = await answers(to: members, after: error)
            for (waiting, answer) in zip(waiting, answers) { waiting.answer.resume(returning: answer) }
        }
    }

    private func lead(_ act: WaitingAct) async {
        let start = batchStart()
        do throws(StorageError) {
            let batch = try await engine.write { (connection) throws(StorageError) in
                try CommittedBatch.act(act, from: start, connection)
            }
            let checkpoint = await settle(batch, now: start.now)
            let answer = batch.outcomes.first?.answer(checkpoint) ?? .failure(.unavailable("nothing was decided"))
            act.answer.resume(returning: answer)
        } catch {
            act.answer.resume(returning: await answer(to: act, after: error))
        }
    }

    private func batchStart() -> BatchStart {
        let now = clock()
        let dialect = engine.dialect
        return state.withLock { state in
            let isDue = state.checkpoint.size > state.storedSize && state.storedAt.isSecondBefore(now)
            return BatchStart(
                snapshot: state.snapshot, known: state.head, now: now, dialect: dialect,
                checkpoint: isDue ? state.checkpoint : nil)
        }
    }

    /// Takes over what was committed, before anybody is answered; returns the checkpoint for the answers.
    private func settle(_ batch: CommittedBatch, now: Timestamp) async -> Checkpoint {
        install(batch.snapshot, batch.head)
        if let stored = batch.checkpoint { noteStored(stored, at: now) }
        await signHead(now: now)
        return checkpoint
    }

    private func refuseAll(_ work: RecordingQueue.Work, because reason: String) {
        switch work {
        case .batch(let waiting):
            for waiting in waiting { waiting.answer.resume(returning: .failure(.unavailable(reason))) }
        case .act(let act): act.answer.resume(returning: .failure(.unavailable(reason)))
        case .look: return
        }
    }
}

extension CommittedBatch.Outcome {
    func answer(_ checkpoint: Checkpoint) -> Result<Recorded, RecordingError> {
        switch self {
        case .failed(let error): .failure(error)
        case .recorded(let member, let index):
            .success(
                Recorded(
                    operation: member.operation.id, firstIndex: index, receipts: member.receipts(from: index),
                    checkpoint: checkpoint))
        }
    }
}

extension PreparedMember {
    /// Made after COMMIT alone: they say that the rows are durable.
    func receipts(from firstIndex: Int64) -> [AuditReceipt] {
        var receipts: [AuditReceipt] = []
        for (place, entry) in entries.enumerated() {
            for row in entry.pending.entry.rows {
                receipts.append(
                    AuditReceipt(key: row.key, rowHash: row.hash, index: firstIndex + Int64(place)))
            }
        }
        return receipts
    }
}

extension Timestamp {
    /// Whether a second or more has passed from this instant to `now`, or the clock went back.
    func isSecondBefore(_ now: Timestamp) -> Bool { now < self || adding(milliseconds: 1000) <= now }
}
