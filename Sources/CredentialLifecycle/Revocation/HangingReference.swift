internal import Storage
internal import TenureModel

/// A reference, with the cheapest way to find what hangs on it. A credential's own `c` has no index of its own: it is
/// looked for in its family, which has.
struct HangingReference: Hashable, Sendable {
    let reference: LineageReference
    let family: Int64?

    init(_ reference: LineageReference, family: Int64? = nil) {
        self.reference = reference
        self.family = family
    }
}

extension Broker {
    /// Hands over every credential that hangs on a reference, was issued up to `index` and has not ended by `time`,
    /// page by page in the order of the log.
    func eachLive(
        hangingOn hanging: HangingReference, upTo index: Int64, at time: Timestamp, _ take: (LiveCredential) -> Void
    ) async throws(LifecycleError) {
        let pageMax: Int64 = 1_000
        let scanned = hanging.family.map { LineageReference(.family, $0) } ?? hanging.reference
        var cursor: Int64 = -1
        while true {
            let page: [LiveCredential]
            do throws(StorageError) {
                page = try await ledger.liveCredentials(
                    hangingOn: scanned, upTo: index, endingAfter: time, after: cursor, limit: pageMax)
            } catch {
                throw .unavailable(.init("\(error)"))
            }
            for credential in page {
                guard hanging.family == nil || credential.lineage.credential == hanging.reference.number else {
                    continue
                }
                take(credential)
            }
            guard let last = page.last, Int64(page.count) == pageMax else { return }
            cursor = last.index
        }
    }
}
