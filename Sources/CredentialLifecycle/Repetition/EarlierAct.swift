internal import AuditLog
internal import Authorization
internal import Storage
internal import TenureModel

/// An act that was recorded under the same `Idempotency-Key` before: its answer is made again from what it recorded.
struct EarlierAct: Sendable {
    let operation: StoredOperation
    /// The index after its last entry.
    let end: Int64
    /// Its first entry.
    let entry: AuditEntry
    let recorded: Recorded
    /// The record as of now, with the cuts that stood before the act.
    let before: Snapshot

    /// The last of its entries.
    var last: Int64 { end - 1 }
}

// The same key with the same request gives the same answer, after a look at the marks: who was cut or offboarded
// meanwhile is told nothing (FORMATS, section 4; THREATS, T13). Nothing is stored for it: what an act killed is counted
// again at its place in the log, and a checkpoint may be a newer one.
extension Broker {
    /// The act that this caller's key names, if one was recorded under it.
    ///
    /// - Throws: `invalid` of the key for another request, `denied` where the caller or the role under which it was
    ///   done has been cut since.
    func earlierAct(
        _ acts: [Act], by caller: AuthenticatedCaller, in call: Call
    ) async throws(LifecycleError) -> EarlierAct? {
        guard let stored = try await earlierOperation(by: caller, in: call) else { return nil }
        guard acts.contains(stored.act) else {
            throw .invalid(field: "Idempotency-Key", detail: "used before for something else")
        }
        do throws(StorageError) {
            // Another node may have done it: its objects are to be named.
            if snapshot.size <= stored.index { try await recorder.refresh() }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        let snapshot = self.snapshot
        try snapshot.refuseDead(caller)
        let (end, entry, before) = try await read(stored, in: snapshot)
        try Self.refuseCut(entry.entitlement, since: stored.index, in: snapshot)
        let recorded = Recorded(
            operation: stored.id, firstIndex: stored.index, receipts: [], checkpoint: recorder.checkpoint)
        return EarlierAct(operation: stored, end: end, entry: entry, recorded: recorded, before: before)
    }

    private func read(
        _ stored: StoredOperation, in snapshot: Snapshot
    ) async throws(LifecycleError) -> (end: Int64, entry: AuditEntry, before: Snapshot) {
        do {
            guard let entry = try await ledger.entry(stored.index) else {
                throw StorageError.corrupt("entry \(stored.index)")
            }
            return (
                try await ledger.end(of: stored), try EntryEncoding.decode(entry.body),
                try await ledger.snapshot(snapshot, cutsBefore: stored.index)
            )
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// The role under which it was done may have been taken away.
    private static func refuseCut(
        _ versionText: String?, since index: Int64, in snapshot: Snapshot
    ) throws(LifecycleError) {
        guard let text = versionText?.prefix(while: { $0 != "@" }), let id = try? EntitlementID(String(text)),
            let number = snapshot.entitlement(id)?.number,
            let mark = snapshot.mark(LineageReference(.entitlement, number)), mark.cutIndex >= index
        else { return }
        throw .denied(Denial(.denied, "the entitlement under which it was done has ended"))
    }

    /// When an act was recorded: the time of its first entry, from which what it killed is counted, then and later.
    func time(of recorded: Recorded) async throws(LifecycleError) -> Timestamp {
        do throws(StorageError) {
            guard let entry = try await ledger.entry(recorded.firstIndex) else {
                throw .corrupt("entry \(recorded.firstIndex)")
            }
            return entry.at
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    /// The entries of an act.
    func entries(of earlier: EarlierAct) async throws(LifecycleError) -> [AuditEntry] {
        do {
            return try await ledger.entries(from: earlier.operation.index, limit: earlier.end - earlier.operation.index)
                .map { try EntryEncoding.decode($0.body) }
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }
}
