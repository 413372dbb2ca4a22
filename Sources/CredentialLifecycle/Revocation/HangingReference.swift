internal import Storage
internal import TenureModel

/// A reference, with what is known of where to look for what hangs on it.
struct HangingReference: Hashable, Sendable {
    let reference: LineageReference
    /// The number of the one identity that can hold it, where one alone can; nil where that is not known.
    let identity: Int64?

    init(_ reference: LineageReference, of identity: Int64? = nil) {
        self.reference = reference
        self.identity = identity
    }
}

extension Broker {
    /// Hands over every credential that hangs on a reference, was issued up to `index` and has not ended by `time`,
    /// page by page in the order of the log.
    func eachLive(
        hangingOn hanging: HangingReference, upTo index: Int64, at time: Timestamp, _ take: (LiveCredential) -> Void
    ) async throws(LifecycleError) {
        let pageMax: Int64 = 1_000
        var cursor: Int64 = -1
        while true {
            let page: [LiveCredential]
            do throws(StorageError) {
                page = try await ledger.liveCredentials(
                    hangingOn: hanging.reference, of: hanging.identity, upTo: index, endingAfter: time, after: cursor,
                    limit: pageMax)
            } catch {
                throw .unavailable(.init("\(error)"))
            }
            page.forEach(take)
            guard let last = page.last, Int64(page.count) == pageMax else { return }
            cursor = last.index
        }
    }
}
