internal import Storage
internal import Synchronization
internal import TenureModel

/// How many live credentials each identity holds, as an upper bound that costs next to nothing: counted in the database
/// when an identity is first seen, and what came since where the bound would be reached.
///
/// What is recorded after a count, through whichever node, is held against it in the recording transaction, so that the
/// maximum is one of the installation and not of a node.
final class LiveCounts: Sendable {
    /// The most identities that are remembered; beyond it all are counted anew.
    static let identitiesMax = 200_000

    fileprivate struct Count {
        /// At most, when the log had `size` entries.
        var live: Int64
        var size: Int64
        /// When all of them were counted, as credentials end meanwhile.
        var countedAt: Timestamp
    }

    private let counts = Mutex<[IdentityID: Count]>([:])

    /// What one more credential of an identity is recorded against; nil where it may not be issued.
    ///
    /// - Parameter size: how long the log is by what this node has seen; nil where the bound was just reached, so that
    ///   what came since the count is looked up.
    func bound(
        of identity: Identity, max: Int64, size: Int64?, at now: Timestamp, ledger: Ledger
    ) async throws(LifecycleError) -> LiveBound? {
        let known = counts.withLock { $0[identity.id] }
        do throws(StorageError) {
            guard let known else { return try await countAll(of: identity, max: max, at: now, ledger) }
            if let size, known.live + (size - known.size) < max { return known.bound(identity, max: max) }
            // Credentials end meanwhile; looking again once a second is enough for somebody at the limit.
            let isFresh = now.milliseconds < known.countedAt.milliseconds + 1_000
            guard known.live < max else {
                return isFresh ? nil : try await countAll(of: identity, max: max, at: now, ledger)
            }
            let new = try await ledger.liveCount(of: identity, from: known.size, at: now, max: max)
            let count = Count(live: known.live + new.count, size: new.size, countedAt: known.countedAt)
            keep(count, of: identity)
            if count.live < max { return count.bound(identity, max: max) }
            return isFresh ? nil : try await countAll(of: identity, max: max, at: now, ledger)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
    }

    private func countAll(
        of identity: Identity, max: Int64, at now: Timestamp, _ ledger: Ledger
    ) async throws(StorageError) -> LiveBound? {
        let counted = try await ledger.liveCount(of: identity, from: 0, at: now, max: max)
        let count = Count(live: counted.count, size: counted.size, countedAt: now)
        keep(count, of: identity)
        return count.live < max ? count.bound(identity, max: max) : nil
    }

    private func keep(_ count: Count, of identity: Identity) {
        counts.withLock { counts in
            if counts.count >= Self.identitiesMax { counts.removeAll() }
            counts[identity.id] = count
        }
    }
}

extension LiveCounts.Count {
    fileprivate func bound(_ identity: Identity, max: Int64) -> LiveBound {
        LiveBound(identity: identity.number, live: live, size: size, max: max)
    }
}
