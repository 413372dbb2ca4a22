internal import Synchronization
internal import TenureModel

/// A token bucket for each identity: so many recorded acts a second, and as many at once.
final class RateLimit: Sendable {
    static let identitiesMax = 200_000

    private struct Bucket {
        var milliTokens: Int64
        var filledAt: Timestamp
    }

    private let perSecond: Int64
    private let buckets = Mutex<[IdentityID: Bucket]>([:])

    init(perSecond: Int64) { self.perSecond = perSecond }

    /// Takes one token; false where the identity asks too often.
    func admit(_ id: IdentityID, at now: Timestamp) -> Bool {
        let full = perSecond * 1_000
        return buckets.withLock { buckets in
            if buckets.count >= Self.identitiesMax { buckets.removeAll() }
            var bucket = buckets[id] ?? Bucket(milliTokens: full, filledAt: now)
            // A clock that jumps ahead fills the bucket once, never more.
            let elapsed = min(max(0, now.milliseconds - bucket.filledAt.milliseconds), 1_000)
            bucket.milliTokens = min(full, bucket.milliTokens + elapsed * perSecond)
            bucket.filledAt = now
            let admitted = bucket.milliTokens >= 1_000
            if admitted { bucket.milliTokens -= 1_000 }
            buckets[id] = bucket
            return admitted
        }
    }
}
