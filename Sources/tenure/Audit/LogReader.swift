internal import TenureAPI
internal import TenureClient

/// Reads a broker's log page by page, from its first entry.
struct LogReader {
    private static let pageMax: Int64 = 500

    let client: TenureClient

    /// Hands over the entries below `size`, each once and in order.
    ///
    /// - Throws: where one is missing.
    func read(size: Int64, _ take: (AuditEntryAnswer) throws -> Void) async throws {
        var next: Int64 = 0
        while next < size {
            let page = try await client.auditEntries(since: next, limit: min(Self.pageMax, size - next))
            guard !page.items.isEmpty else {
                throw CommandFailure(.verificationFailed, "the log ends at entry \(next), before its checkpoint")
            }
            for entry in page.items where next < size {
                guard entry.index == next else {
                    throw CommandFailure(.verificationFailed, "entry \(next) is missing")
                }
                try take(entry)
                next += 1
            }
        }
    }
}
