internal import CertificateAuthority
internal import OpenSSLCrypto
internal import Storage
internal import Synchronization
package import TenureModel

/// The complete lists of issuers, kept for a moment: making one reads and signs, which no stranger may ask for at will.
final class CompleteLists: Sendable {
    struct Kept {
        let list: SignedRevocationList
        let madeAt: Timestamp
    }

    /// How long a list is served before it is made anew.
    static let secondsMax: Int64 = 30
    private let lists = Mutex<[IssuerID: Kept]>([:])

    func fresh(_ issuer: IssuerID, at now: Timestamp) -> SignedRevocationList? {
        lists.withLock { lists in
            guard let kept = lists[issuer], now < kept.madeAt.adding(seconds: Self.secondsMax) else { return nil }
            return kept.list
        }
    }

    func lastNumber(_ issuer: IssuerID) -> Int64? { lists.withLock { $0[issuer]?.list.number } }

    func keep(_ list: SignedRevocationList, of issuer: IssuerID, at now: Timestamp) {
        lists.withLock { $0[issuer] = Kept(list: list, madeAt: now) }
    }
}

extension Broker {
    /// The complete list of an issuing CA (CONTRACT, section 3), put together from its shards' lists; that of the root
    /// is the one list it has. Nil for what is no issuer of ours, or has more entries than one list holds.
    package func completeList(
        issuer id: IssuerID
    ) async throws(LifecycleError) -> (der: [UInt8], nextUpdate: Timestamp)? {
        let time = now()
        guard let issuer = keys.issuer(id) else {
            guard let list = try await revocationList(issuer: id, shard: 1)?.list else { return nil }
            return (list.der, list.nextUpdate)
        }
        if let kept = completeLists.fresh(id, at: time) { return (kept.der, kept.nextUpdate) }
        var entries: [RevokedCertificate] = []
        var revocationSeconds: Int64 = 3_600
        do {
            // Every shard whose certificates have not ended lies before the end of time.
            for shard in try await ledger.dueShards(before: .distantFuture, hour: time.seconds / 3_600, limit: 10_000)
            where shard.issuer == id {
                revocationSeconds = min(revocationSeconds, shard.revocationSeconds)
                guard let der = shard.list?.der else { continue }
                entries += try RevocationList(der: der).entries.map { entry in
                    RevokedCertificate(
                        serial: entry.serialNumber, revokedAt: Timestamp(clampingSeconds: entry.revokedAt),
                        reason: RevocationReason.allCases.first { Int($0.code) == entry.reason } ?? .unspecified)
                }
                guard entries.count <= RevocationListBuilder.completeEntriesMax else { return nil }
            }
            let list = try RevocationListBuilder(issuer: issuer, publication: keys.publication).completeList(
                entries: entries, previousNumber: completeLists.lastNumber(id), thisUpdate: time,
                revocationSeconds: revocationSeconds)
            completeLists.keep(list, of: id, at: time)
            return (list.der, list.nextUpdate)
        } catch {
            throw .unavailable(.init("the complete list could not be made: \(error)"))
        }
    }
}
