internal import AuditLog
internal import Logging
package import Storage
internal import Synchronization
package import TenureModel

/// Which cases have something left to do, as far as this node knows: those that it opened, and what it finds when it
/// starts and once a minute; where there are others, each time.
final class OpenCases: Sendable {
    private struct State {
        var ids: Set<CaseID> = []
        var lookedAt: Timestamp?
    }

    private let state = Mutex(State())

    func add(_ id: CaseID) { state.withLock { _ = $0.ids.insert(id) } }

    func remove(_ id: CaseID) { state.withLock { _ = $0.ids.remove(id) } }

    /// Those that wait longest first.
    var ids: [CaseID] { state.withLock { $0.ids.sorted() } }

    /// Whether the table should be looked at again; counts as having looked.
    ///
    /// - Parameter isShared: whether other nodes open cases too, which only the table tells of.
    func mustLook(at now: Timestamp, isShared: Bool) -> Bool {
        state.withLock { state in
            if !isShared, let looked = state.lookedAt, looked <= now, now < looked.adding(seconds: 60) { return false }
            state.lookedAt = now
            return true
        }
    }
}

// What a case has still to do after its call was answered: end the rest of what a leaver owned, in batches, and prove
// what it did. Each step is one transaction that names the case, so a node that dies in between loses nothing.
extension Broker {
    /// The most cases that are taken up in one round.
    private static let casesMax: Int64 = 1_000

    /// Goes on with every case that is not closed. Runs once a second, on the node that has the duty.
    ///
    /// - Parameter mayProve: whether receipts, and the lists that they speak of, may be signed now.
    package func workOnCases(under duty: Duty = .alone, mayProve: Bool = true) async {
        if cases.mustLook(at: now(), isShared: recorder.isShared) {
            do throws(StorageError) {
                for id in try await ledger.openCases(limit: Self.casesMax) { cases.add(id) }
            } catch {
                log.error("open cases could not be read", metadata: ["cause": "\(error)"])
            }
        }
        for id in cases.ids {
            do throws(LifecycleError) {
                if try await work(on: id, under: duty, mayProve: mayProve) { cases.remove(id) }
            } catch {
                log.error("a case could not go on", metadata: ["case": "\(id)", "cause": "\(error)"])
            }
        }
    }

    /// Whether nothing is left to do.
    private func work(on id: CaseID, under duty: Duty, mayProve: Bool) async throws(LifecycleError) -> Bool {
        // Each step ends at least one workload, and no more come: their owner is gone.
        while try await takeStep(ofCase: id, under: duty) {}
        let history = try await history(of: id)
        guard history.newest.step.state == .applied else { return true }
        return mayProve ? try await prove(history, under: duty) : false
    }

    /// Takes one step of a case that is approved; false of one that needs none.
    package func takeStep(ofCase id: CaseID, under duty: Duty = .alone) async throws(LifecycleError) -> Bool {
        let history = try await history(of: id)
        guard history.newest.step.state == .approved else { return false }
        try await takeStep(of: history, under: duty)
        return true
    }

    /// - Throws: `notFound`, `unavailable`.
    func history(of id: CaseID) async throws(LifecycleError) -> CaseHistory {
        let found: CaseHistory?
        do throws(StorageError) {
            found = try await ledger.offboardingCase(id)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        guard let found else { throw .notFound("no case/\(id)") }
        return found
    }

    /// Ends, or passes on, the next batch of what the leaver owned. Of two nodes that do it at once one is refused by
    /// the key of the case's version.
    private func takeStep(of history: CaseHistory, under duty: Duty) async throws(LifecycleError) {
        let time = now()
        let operation: OperationID = try makeID()
        let record = OperationRecord(
            id: operation, act: .offboardingCreate, identity: nil, idempotencyKey: nil,
            requestHash: [UInt8](repeating: 0, count: 32), object: nil)
        let result = await recorder.act(record, priority: .kill, duty: duty) {
            (snapshot: Snapshot) throws(RecordingRefusal) in
            let rest = OffboardingPlan.rest(of: history, in: snapshot)
            let step = OffboardingPlan.Step(
                ends: Array(rest.ends.prefix(OffboardingPlan.batchMax)),
                passes: Array(rest.passes.prefix(OffboardingPlan.batchMax)))
            return ActOutcome(
                value: step.ends.map { LineageReference(.identity, $0.number) },
                entries: Self.entries(of: step, isLast: step.count == rest.count, history, in: snapshot, at: time))
        }
        let (references, _) = try unwrap(result, operation)
        await publishLists(touching: references)
    }

    private static func entries(
        of step: OffboardingPlan.Step, isLast: Bool, _ history: CaseHistory, in snapshot: Snapshot, at time: Timestamp
    ) -> [PendingEntry] {
        var next = history.newest.step
        next.version += 1
        next.state = isLast ? .applied : .approved
        next.ends = step.ends.map(\.id)
        next.passes = step.passes.map(\.id)
        let entry = AuditEntry(
            at: time, act: .offboardingCreate, actor: .broker, object: next.id.text, source: nil,
            details: [
                .init("state", .text(next.state.rawValue)), .init("ends", .number(Int64(step.ends.count))),
                .init("passes", .number(Int64(step.passes.count))),
            ])
        let heir = next.transferTo.flatMap { snapshot.identity($0) }
        let changes = OffboardingPlan.changes(of: step, to: heir)
        return [PendingEntry(entry: entry, rows: [CaseTable.row(for: next)])]
            + changes.map { $0.pendingEntry(by: .broker, source: nil, at: time, reason: next.reason) }
    }
}
