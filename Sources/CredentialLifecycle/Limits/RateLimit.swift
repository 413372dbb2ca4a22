internal import Synchronization
internal import TenureModel

/// A token bucket for each key: so many a second, and as many at once.
final class RateLimit<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        var milliTokens: Int64
        var filledAt: Timestamp
    }

    private let perSecond: Int64
    private let keysMax: Int
    private let buckets = Mutex<[Key: Bucket]>([:])

    /// - Parameter keysMax: of how many keys it knows at once; beyond it all start anew, with full buckets.
    init(perSecond: Int64, keysMax: Int = 200_000) {
        self.perSecond = perSecond
        self.keysMax = keysMax
    }

    /// Takes one token; false where the key asks too often.
    func admit(_ key: Key, at now: Timestamp) -> Bool {
        buckets.withLock { buckets in
            if buckets.count >= keysMax { buckets.removeAll() }
            var bucket = filled(buckets[key], at: now)
            let isAdmitted = bucket.milliTokens >= 1_000
            if isAdmitted { bucket.milliTokens -= 1_000 }
            buckets[key] = bucket
            return isAdmitted
        }
    }

    /// Whether the next would be admitted; takes nothing.
    func hasRoom(_ key: Key, at now: Timestamp) -> Bool {
        buckets.withLock { filled($0[key], at: now).milliTokens >= 1_000 }
    }

    private func filled(_ bucket: Bucket?, at now: Timestamp) -> Bucket {
        let full = perSecond * 1_000
        guard var bucket else { return Bucket(milliTokens: full, filledAt: now) }
        // A clock that jumps ahead fills the bucket once, never more.
        let elapsed = min(max(0, now.milliseconds - bucket.filledAt.milliseconds), 1_000)
        bucket.milliTokens = min(full, bucket.milliTokens + elapsed * perSecond)
        bucket.filledAt = now
        return bucket
    }
}
