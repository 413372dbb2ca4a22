internal import AuditLog
internal import Logging
package import Storage
internal import Synchronization
internal import TenureModel

/// How far this node has come with letting go of what ended.
final class Forgetting: Sendable {
    struct State {
        /// The last entry `retention.cut` of this node, and when it was written.
        var cut: RetentionCut?
        var cutAt: Timestamp?
        /// Where to go on; nil where all that the cut names is gone.
        var cursor: Int64?
    }

    let state = Mutex(State())
}

// Ended credentials, old operations and used-up presentations leave the database, some at a time, so that nobody waits
// for it. Entries of the log stay, and say which rows are gone by right.
extension Broker {
    /// The most transactions of one round; the next one goes on.
    private static let transactionsMax = 200
    /// Credentials are let go by an entry, so not more often than this.
    private static let cutSeconds: Int64 = 86_400

    /// Lets go of what ended long enough ago. Runs every few minutes, on the node that has the duty, and only where the
    /// clock is trusted: by one that is ahead it would be too early.
    package func forgetWhatEnded(under duty: Duty = .alone) async {
        do {
            try await forget(under: duty)
        } catch {
            log.error("what ended could not be forgotten", metadata: ["cause": "\(error)"])
        }
    }

    private func forget(under duty: Duty) async throws {
        let time = now()
        let limit = time.adding(seconds: -settings.retentionSeconds).wholeSecond
        for _ in 0..<Self.transactionsMax {
            guard try await ledger.forgetPresentations(endedBefore: time, under: duty) == 1_000 else { break }
        }
        let index = try await ledger.firstIndex(atOrAfter: limit)
        for _ in 0..<Self.transactionsMax {
            guard try await ledger.forgetOperations(before: index, under: duty) == 1_000 else { break }
        }
        try await goOn()
        try await forgetCredentials(under: duty)
        try await cutCredentials(RetentionCut(before: index, endedBy: limit), at: time, under: duty)
        try await forgetCredentials(under: duty)
    }

    /// Takes up what this node, before it was started anew, or another one had begun.
    private func goOn() async throws {
        guard forgetting.state.withLock({ $0.cut == nil }), let begun = try await ledger.retention() else { return }
        forgetting.state.withLock { state in
            state.cut = RetentionCut(before: begun.before, endedBy: begun.endedBy)
            state.cursor = -1
        }
    }

    /// Writes the entry by which rows may go, where there are some and none was written for a day.
    private func cutCredentials(_ cut: RetentionCut, at time: Timestamp, under duty: Duty) async throws {
        let isDue = forgetting.state.withLock { state in
            state.cursor == nil && state.cutAt.map { $0.adding(seconds: Self.cutSeconds) <= time } ?? true
        }
        guard isDue, try await ledger.hasCredentials(before: cut.before, endedBy: cut.endedBy) else { return }
        let record = OperationRecord(
            id: try makeID(), act: .retentionCut, identity: nil, idempotencyKey: nil,
            requestHash: [UInt8](repeating: 0, count: 32), object: nil)
        let entry = AuditEntry(
            at: time, act: .retentionCut, actor: .broker, object: nil, source: nil, details: cut.details)
        let result = await recorder.act(record, priority: .change, duty: duty) { (_) throws(RecordingRefusal) in
            ActOutcome(value: 0, entries: [PendingEntry(entry: entry)])
        }
        _ = try unwrap(result, record.id)
        forgetting.state.withLock { state in
            state.cut = cut
            state.cutAt = time
            state.cursor = -1
        }
        log.notice("ended credentials leave the database", metadata: ["before": "\(cut.before)"])
    }

    private func forgetCredentials(under duty: Duty) async throws {
        for _ in 0..<Self.transactionsMax {
            let (cut, cursor) = forgetting.state.withLock { ($0.cut, $0.cursor) }
            guard let cut, let cursor else { return }
            let next = try await ledger.forgetCredentials(
                before: cut.before, endedBy: cut.endedBy, after: cursor, under: duty)
            forgetting.state.withLock { $0.cursor = next }
        }
    }
}
