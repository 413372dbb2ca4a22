internal import AuditLog
internal import Storage
package import TenureModel

/// How many live credentials a cut ends, by kind, with examples. Exact at a stated head: the set is fixed by the index.
package struct CredentialCounts: Hashable, Sendable {
    package static let examplesMax = 20

    package var tokens: Int64
    package var certificates: Int64
    /// The ids of some of them, oldest first.
    package var examples: [CredentialID]

    package static let zero = CredentialCounts(tokens: 0, certificates: 0, examples: [])
}

extension Broker {
    /// Counts the credentials that hang on `references`, were issued up to `index`, had not ended at `time`, and were
    /// not dead before: those that a cut at `index` ends.
    ///
    /// - Parameter before: the state of the marks without that cut.
    func countLive(
        hangingOn references: [LineageReference], upTo index: Int64, at time: Timestamp, before: Snapshot
    ) async throws(LifecycleError) -> CredentialCounts {
        var counts = CredentialCounts.zero
        var seen: Set<CredentialID> = []
        for reference in references {
            var cursor: Int64 = -1
            while true {
                let page: [LiveCredential]
                do throws(StorageError) {
                    page = try await ledger.liveCredentials(
                        hangingOn: reference, upTo: index, endingAfter: time, after: cursor, limit: 1_000)
                } catch {
                    throw .unavailable(.init("\(error)"))
                }
                for credential in page
                where before.firstKill(of: credential.lineage.references, at: credential.position) == nil {
                    guard references.count == 1 || seen.insert(credential.id).inserted else { continue }
                    switch credential.kind {
                    case .token: counts.tokens += 1
                    case .certificate: counts.certificates += 1
                    }
                    if counts.examples.count < CredentialCounts.examplesMax { counts.examples.append(credential.id) }
                }
                guard let last = page.last, page.count == 1_000 else { break }
                cursor = last.index
            }
        }
        return counts
    }
}
