internal import Storage
internal import Synchronization
internal import TenureModel

/// How many live credentials each identity holds, as an upper bound that costs nothing: counted in the database when an
/// identity is first seen and when the bound is reached, else raised by one at each issuance.
final class LiveCounts: Sendable {
    /// The most identities that are remembered; beyond it all are counted anew.
    static let identitiesMax = 200_000

    private struct Count {
        var atMost: Int64
        var countedAt: Timestamp
    }

    private let counts = Mutex<[IdentityID: Count]>([:])

    /// Whether one more may be issued; counts it as issued.
    func mayIssue(
        to identity: Identity, max: Int64, at now: Timestamp, ledger: Ledger
    ) async throws(LifecycleError) -> Bool {
        switch take(identity.id, max: max, at: now) {
        case .taken: return true
        case .full: return false
        case .unknown: break
        }
        let counted: Int64
        do throws(StorageError) {
            counted = try await ledger.liveCount(of: identity, at: now, max: max)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        counts.withLock { counts in
            if counts.count >= Self.identitiesMax { counts.removeAll() }
            counts[identity.id] = Count(atMost: counted, countedAt: now)
        }
        return take(identity.id, max: max, at: now) == .taken
    }

    private enum Outcome { case taken, full, unknown }

    private func take(_ id: IdentityID, max: Int64, at now: Timestamp) -> Outcome {
        counts.withLock { counts in
            guard let count = counts[id] else { return .unknown }
            guard count.atMost >= max else {
                counts[id]?.atMost += 1
                return .taken
            }
            // Credentials end meanwhile; looking again once a second is enough for somebody at the limit.
            return now.milliseconds < count.countedAt.milliseconds + 1_000 ? .full : .unknown
        }
    }
}
