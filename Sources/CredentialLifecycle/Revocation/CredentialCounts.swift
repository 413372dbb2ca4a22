internal import AuditLog
internal import Logging
internal import Storage
package import TenureModel

/// How many live credentials a cut ends, by kind, with examples. Exact at a stated head: the set is fixed by the index.
package struct CredentialCounts: Hashable, Sendable {
    package static let examplesMax = 20

    package var tokens: Int64
    package var certificates: Int64
    /// The ids of some of them, oldest first.
    package var examples: [CredentialID]

    /// Whether the cut is made and nobody could count what it ended: the numbers say nothing then.
    package var isPending = false

    package static let pending = CredentialCounts(tokens: 0, certificates: 0, examples: [], isPending: true)
    package static let zero = CredentialCounts(tokens: 0, certificates: 0, examples: [])
}

extension Broker {
    /// Counts the credentials that hang on `references`, were issued up to `index`, had not ended at `time`, and were
    /// not dead before: those that a cut at `index` ends.
    ///
    /// - Parameter before: the state of the marks without that cut.
    func countLive(
        hangingOn references: [HangingReference], upTo index: Int64, at time: Timestamp, before: Snapshot
    ) async throws(LifecycleError) -> CredentialCounts {
        var counts = CredentialCounts.zero
        var seen: Set<CredentialID> = []
        for reference in references {
            try await eachLive(hangingOn: reference, upTo: index, at: time) { credential in
                guard before.firstKill(of: credential.lineage.references, at: credential.position) == nil else {
                    return
                }
                guard references.count == 1 || seen.insert(credential.id).inserted else { return }
                switch credential.kind {
                case .token: counts.tokens += 1
                case .certificate: counts.certificates += 1
                }
                if counts.examples.count < CredentialCounts.examplesMax { counts.examples.append(credential.id) }
            }
        }
        return counts
    }

    /// The same after a cut that is recorded: that it could not be counted does not undo it, and must not be answered
    /// as if nothing had been done.
    func countDead(
        hangingOn references: [HangingReference], upTo index: Int64, of recorded: Recorded, before: Snapshot
    ) async -> CredentialCounts {
        do throws(LifecycleError) {
            return try await countLive(
                hangingOn: references, upTo: index, at: try await time(of: recorded), before: before)
        } catch {
            log.warning("what a cut ended could not be counted", metadata: ["cause": "\(error)"])
            return .pending
        }
    }

    /// The same of references of which nothing more is known.
    func countLive(
        hangingOn references: [LineageReference], upTo index: Int64, at time: Timestamp, before: Snapshot
    ) async throws(LifecycleError) -> CredentialCounts {
        try await countLive(
            hangingOn: references.map { HangingReference($0) }, upTo: index, at: time, before: before)
    }
}
