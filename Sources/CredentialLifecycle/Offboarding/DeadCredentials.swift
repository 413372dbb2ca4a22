internal import AuditLog
internal import Storage
internal import Synchronization
internal import TenureModel

/// Every credential that a case killed. The set is fixed by the log, so it is the same whenever it is looked for.
struct DeadCredentials: Sendable {
    /// More than these are not held in memory at once: 16 bytes each.
    static let countMax = 4_000_000

    /// Sorted.
    var ids: [CredentialID] = []
    var tokenCount: Int64 = 0
    var certificateCount: Int64 = 0
    /// The numbers of the profiles of certificates among them.
    var certificateProfiles: Set<Int64> = []
}

/// The list that was asked for last: a client reads it page by page.
final class LastDeadList: Sendable {
    private let last = Mutex<(CaseID, [CredentialID])?>(nil)

    func ids(of id: CaseID) -> [CredentialID]? {
        last.withLock { last in
            guard let last, last.0 == id else { return nil }
            return last.1
        }
    }

    func keep(_ ids: [CredentialID], of id: CaseID) { last.withLock { $0 = (id, ids) } }
}

extension Broker {
    /// Finds what an applied case killed: what hung on those whom it ended, had not ended when it was opened and was
    /// not dead before.
    func dead(of history: CaseHistory, upTo last: Int64) async throws(LifecycleError) -> DeadCredentials {
        let first = history.first.index
        let before: Snapshot
        let time: Timestamp
        do throws(StorageError) {
            guard let entry = try await ledger.entry(first) else { throw .corrupt("entry \(first)") }
            time = entry.at
            before = try await ledger.snapshot(snapshot, cutsBefore: first)
        } catch {
            throw .unavailable(.init("\(error)"))
        }
        var dead = DeadCredentials()
        for id in history.ends {
            guard let identity = snapshot.identity(id) else { throw .unavailable(.init("no \(id)")) }
            let reference = HangingReference(LineageReference(.identity, identity.number))
            try await eachLive(hangingOn: reference, upTo: last, at: time) { credential in
                guard before.firstKill(of: credential.lineage.references, at: credential.position) == nil else {
                    return
                }
                dead.ids.append(credential.id)
                switch credential.kind {
                case .token: dead.tokenCount += 1
                case .certificate:
                    dead.certificateCount += 1
                    dead.certificateProfiles.insert(credential.lineage.profile)
                }
            }
            guard dead.ids.count <= DeadCredentials.countMax else {
                throw .unavailable(.init("more than \(DeadCredentials.countMax) credentials died with one case"))
            }
        }
        dead.ids.sort()
        return dead
    }
}
