internal import Synchronization
internal import TenureModel

// What is answered when a transaction failed. An error at COMMIT proves nothing (PITFALLS 0.3): the engine recovers,
// the operations are looked up, and each waiter hears the truth or that it is not known.
extension Recorder {
    func answers(
        to members: [PreparedMember], after error: StorageError
    ) async -> [Result<Recorded, RecordingError>] {
        guard case .unknownOutcome(let reason) = error else {
            await noteLoss(error)
            await recoverIfNeeded()
            return members.map { _ in .failure(RecordingError(error)) }
        }
        doubt(reason)
        guard await resolve() else { return members.map { .failure(.unknownOutcome($0.operation.id)) } }
        var answers: [Result<Recorded, RecordingError>] = []
        for member in members { answers.append(await lookUp(member)) }
        return answers
    }

    func answer(to act: WaitingAct, after error: StorageError) async -> Result<Recorded, RecordingError> {
        guard case .unknownOutcome = error, let member = act.prepared.member.withLock({ $0 }) else {
            await noteLoss(error)
            await recoverIfNeeded()
            return .failure(RecordingError(error))
        }
        return await answers(to: [member], after: error).first ?? .failure(.unknownOutcome(act.operation.id))
    }

    /// Why nothing can be recorded; tries to recover first, at most once a second.
    func unresolvedDoubt() async -> String? {
        let now = clock()
        let (doubt, mayTry) = state.withLock { ($0.doubt, $0.recoveryTriedAt?.isSecondBefore(now) ?? true) }
        guard let doubt else { return nil }
        guard mayTry, await resolve() else { return doubt }
        return nil
    }

    private func lookUp(_ member: PreparedMember) async -> Result<Recorded, RecordingError> {
        let id = member.operation.id
        do throws(StorageError) {
            let found = try await engine.read { (connection) throws(StorageError) in
                try OperationTable.find(id, connection)
            }
            guard let found else { return .failure(.unavailable("the transaction was lost; nothing was written")) }
            return CommittedBatch.Outcome.recorded(member, firstIndex: found.index).answer(checkpoint)
        } catch {
            return .failure(.unknownOutcome(id))
        }
    }

    /// After any other failure the engine may be poisoned, though nothing was written.
    private func recoverIfNeeded() async {
        do throws(StorageError) {
            try await engine.recover()
        } catch {
            doubt("\(error)")
        }
    }

    func doubt(_ reason: String) {
        state.withLock { $0.doubt = reason }
    }

    /// Recovers the engine and reads what is durable; true once nothing is in doubt.
    private func resolve() async -> Bool {
        let now = clock()
        state.withLock { $0.recoveryTriedAt = now }
        do throws(StorageError) {
            try await engine.recover()
            try await refresh()
        } catch {
            return false
        }
        state.withLock { state in
            state.doubt = nil
            state.recoveryTriedAt = nil
        }
        await signHead(now: now)
        return true
    }
}

extension RecordingError {
    /// What an error, after which nothing is in doubt, means to whoever wanted to record.
    init(_ error: StorageError) {
        switch error {
        case .constraint(let name): self = .constraint(name)
        case .refused(let refusal): self = .refused(refusal)
        case .full: self = .diskFull
        case .unavailable(let reason), .unknownOutcome(let reason): self = .unavailable(reason)
        case .corrupt(let place): self = .unavailable("the database is damaged: \(place)")
        case .newerSchema, .insecureFile, .historyLost: self = .unavailable("\(error)")
        }
    }
}
