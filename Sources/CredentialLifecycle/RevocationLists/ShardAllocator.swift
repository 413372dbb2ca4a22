internal import CertificateAuthority
internal import Storage
internal import Synchronization
internal import TenureModel

/// Which shard of its issuer's revocation list a certificate goes into. This node alone fills the shards that it took,
/// and takes new ones after a restart (DESIGN, section 7).
final class ShardAllocator: Sendable {
    private struct Scope: Hashable {
        let issuer: IssuerID
        let revocationSeconds: Int64
        let hour: Int64
    }

    private struct Open {
        let number: Int64
        var certificates: Int
    }

    private let open = Mutex<[Scope: Open]>([:])

    /// A place in a shard that is open, or nil where one must be taken first.
    func place(issuer: IssuerID, revocationSeconds: Int64, hour: Int64) -> Int64? {
        open.withLock { open in
            let scope = Scope(issuer: issuer, revocationSeconds: revocationSeconds, hour: hour)
            guard let shard = open[scope], shard.certificates < RevocationListBuilder.shardEntriesMax else {
                return nil
            }
            open[scope]?.certificates += 1
            return shard.number
        }
    }

    /// Opens a shard that was taken from the database, and forgets those whose hour is over.
    func open(_ number: Int64, issuer: IssuerID, revocationSeconds: Int64, hour: Int64, currentHour: Int64) {
        open.withLock { open in
            open = open.filter { $0.key.hour >= currentHour }
            let scope = Scope(issuer: issuer, revocationSeconds: revocationSeconds, hour: hour)
            open[scope] = Open(number: number, certificates: 0)
        }
    }
}
