internal import OpenSSLCrypto
package import TenureModel

/// Makes the revocation lists of one CA (RFC 5280, section 5): version 2, entries in the order of their serial numbers,
/// signed and verified before anybody sees them.
package struct RevocationListBuilder: Sendable {
    /// The most entries of one shard; a shard takes no more certificates than that.
    package static let shardEntriesMax = 20_000
    /// The most entries of a complete list; beyond it the shards are named instead.
    package static let completeEntriesMax = 50_000
    /// By how much `nextUpdate` lies before the deadline: 60 seconds to rewrite a list, 60 of skew.
    package static let marginSeconds: Int64 = 120

    private let facts: IssuerFacts
    private let signer: CertificateSigner
    private let publication: PublicationPoint

    /// Makes the lists of an issuing CA.
    package init(issuer: Issuer, publication: PublicationPoint) {
        self.init(facts: issuer.facts, signer: issuer.signer, publication: publication)
    }

    init(facts: IssuerFacts, signer: CertificateSigner, publication: PublicationPoint) {
        self.facts = facts
        self.signer = signer
        self.publication = publication
    }

    /// Makes the list of one shard. Its critical issuing distribution point names the address that the shard's
    /// certificates name, so that one shard's list never passes for another's (RFC 5280, section 5.2.5).
    ///
    /// - Parameters:
    ///   - previousNumber: the number of the last list of this scope, nil for the first.
    ///   - revocationSeconds: the profile's; the list ends 120 seconds earlier.
    /// - Throws: `RevocationListRefusal`. The last list stays in force.
    package func list(
        of shard: RevocationShard, entries: [RevokedCertificate], previousNumber: Int64?, thisUpdate: Timestamp,
        revocationSeconds: Int64
    ) throws(RevocationListRefusal) -> SignedRevocationList {
        guard entries.count <= Self.shardEntriesMax else { throw .tooManyEntries }
        let uri = publication.listURI(issuer: facts.id, shard: shard)
        return try build(
            entries, previousNumber: previousNumber, thisUpdate: thisUpdate, revocationSeconds: revocationSeconds,
            distributionPoint: uri)
    }

    /// Makes the complete list of the issuer, of every certificate that it signed.
    ///
    /// - Parameter revocationSeconds: the smallest of all profiles that it signs for.
    /// - Throws: `RevocationListRefusal`.
    package func completeList(
        entries: [RevokedCertificate], previousNumber: Int64?, thisUpdate: Timestamp, revocationSeconds: Int64
    ) throws(RevocationListRefusal) -> SignedRevocationList {
        guard entries.count <= Self.completeEntriesMax else { throw .tooManyEntries }
        return try build(
            entries, previousNumber: previousNumber, thisUpdate: thisUpdate, revocationSeconds: revocationSeconds,
            distributionPoint: nil)
    }

    /// The number after the last one: at least the time in seconds, so that a database restored from a backup does not
    /// let it fall below what relying parties have seen (T24).
    static func number(after previous: Int64?, at time: Timestamp) throws(RevocationListRefusal) -> Int64 {
        guard let previous else { return time.seconds }
        guard previous < Int64.max else { throw .numberExhausted }
        // defence: T24 becomes: return time.seconds
        return max(previous + 1, time.seconds)
    }

    private func build(
        _ entries: [RevokedCertificate], previousNumber: Int64?, thisUpdate: Timestamp, revocationSeconds: Int64,
        distributionPoint: String?
    ) throws(RevocationListRefusal) -> SignedRevocationList {
        guard revocationSeconds >= 300 else { throw .validityTooShort }
        let number = try Self.number(after: previousNumber, at: thisUpdate)
        let begins = thisUpdate.wholeSecond
        let ends = begins.adding(seconds: revocationSeconds - Self.marginSeconds)
        let sorted = try Self.sorted(entries)
        var writer = DERWriter(capacity: 512 + sorted.count * 52)
        writer.sequence { list in
            list.integer(1)
            list.append(facts.signatureAlgorithm.identifierDER)
            list.append(facts.nameDER)
            list.time(begins.seconds)
            list.time(ends.seconds)
            // An empty list is left out, never empty (RFC 5280, section 5.1.2.6).
            if !sorted.isEmpty {
                list.sequence { for entry in sorted { Self.write(entry, to: &$0) } }
            }
            list.constructed(.constructed(0)) { field in
                field.sequence { writeExtensions(number: number, distributionPoint: distributionPoint, to: &$0) }
            }
        }
        let der: [UInt8]
        do { der = try signer.sign(writer.bytes, isCritical: true) } catch { throw .signing(error) }
        return SignedRevocationList(
            der: der, number: number, thisUpdate: begins, nextUpdate: ends, entryCount: sorted.count)
    }

    private func writeExtensions(number: Int64, distributionPoint: String?, to list: inout DERWriter) {
        list.certificateExtension(.authorityKeyIdentifier) { value in
            value.sequence { $0.primitive(.primitive(0), facts.keyIdentifier) }
        }
        list.certificateExtension(.crlNumber) { $0.integer(number) }
        guard let distributionPoint else { return }
        list.certificateExtension(.issuingDistributionPoint, critical: true) { value in
            value.sequence { scope in
                scope.constructed(.constructed(0)) { point in
                    point.constructed(.constructed(0)) { $0.text(.primitive(6), distributionPoint) }
                }
                // onlyContainsUserCerts [1] TRUE.
                scope.primitive(.primitive(1), [0xFF])
            }
        }
    }

    /// Each certificate once, at its earliest revocation, in the order of their numbers: lists of the same entries are
    /// the same bytes but for time and number.
    private static func sorted(_ entries: [RevokedCertificate]) throws(RevocationListRefusal) -> [RevokedCertificate] {
        for entry in entries {
            guard (1...20).contains(entry.serial.count), entry.serial.contains(where: { $0 != 0 }) else {
                throw .badSerial
            }
        }
        let ordered = entries.sorted { one, other in
            let (left, right) = (magnitude(one.serial), magnitude(other.serial))
            if left.count != right.count { return left.count < right.count }
            if !left.elementsEqual(right) { return left.lexicographicallyPrecedes(right) }
            return one.revokedAt < other.revokedAt
        }
        var unique: [RevokedCertificate] = []
        unique.reserveCapacity(ordered.count)
        for entry in ordered {
            if let last = unique.last, magnitude(last.serial).elementsEqual(magnitude(entry.serial)) { continue }
            unique.append(entry)
        }
        return unique
    }

    private static func magnitude(_ serial: [UInt8]) -> ArraySlice<UInt8> { serial.drop { $0 == 0 } }

    private static func write(_ entry: RevokedCertificate, to list: inout DERWriter) {
        list.sequence { item in
            item.unsignedInteger(entry.serial)
            item.time(entry.revokedAt.seconds)
            // `unspecified` is left out rather than said (RFC 5280, section 5.3.1).
            guard entry.reason != .unspecified else { return }
            item.sequence { extensions in
                extensions.certificateExtension(.crlReason) { $0.integer(Int64(entry.reason.code), .enumerated) }
            }
        }
    }
}
