internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@testable internal import CertificateAuthority

@Suite("Revocation lists")
struct RevocationListTests {
    private let workshop: Workshop
    private let builder: RevocationListBuilder

    init() throws {
        workshop = try Workshop()
        builder = RevocationListBuilder(issuer: workshop.issuer, publication: workshop.publication)
    }

    private func entry(_ serial: [UInt8], _ reason: RevocationReason = .unspecified) -> RevokedCertificate {
        RevokedCertificate(serial: serial, revokedAt: Workshop.now, reason: reason)
    }

    @Test("a list is read back as it was made: times, number, scope, signature, entries in order")
    func readBack() throws {
        let made = try builder.list(
            of: Workshop.shard,
            entries: [
                entry([0x02, 0x00], .superseded), entry([0x80]), entry([0x01], .privilegeWithdrawn),
                entry([0x00, 0x01]),
            ], previousNumber: nil, thisUpdate: Workshop.now.adding(milliseconds: 500), revocationSeconds: 3600)
        let list = try RevocationList(der: made.der)
        #expect(list.isSigned(by: workshop.issuer.facts.publicKey))
        #expect(list.issuerNameDER == workshop.issuer.certificate.subjectNameDER)
        #expect(list.thisUpdate == Workshop.now.seconds)
        #expect(list.nextUpdate == Workshop.now.seconds + 3480)
        #expect(made.nextUpdate.seconds == list.nextUpdate)
        #expect(list.entries.map(\.serialNumber) == [[0x01], [0x80], [0x02, 0x00]])
        #expect(list.entries.map(\.reason) == [9, nil, 4])
        #expect(made.entryCount == 3)
        #expect(list.authorityKeyIdentifier == workshop.issuer.certificate.subjectKeyIdentifier)
        let scope = try #require(list.extensions.first { $0.oid == .issuingDistributionPoint })
        #expect(scope.isCritical)
        let uri = "http://localhost:8080/crl/\(Workshop.issuerID.text)/7.crl"
        let count = UInt8(uri.utf8.count)
        #expect(
            scope.value == [0x30, count + 9, 0xA0, count + 4, 0xA0, count + 2, 0x86, count] + Array(uri.utf8)
                + [0x81, 0x01, 0xFF])
        #expect(list.number == magnitude(made.number))
    }

    private func magnitude(_ number: Int64) -> [UInt8] {
        [UInt8]((0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * Int64($0))) }.drop { $0 == 0 })
    }

    @Test("an empty list has no entries at all, and a complete one no scope")
    func empty() throws {
        let made = try builder.completeList(
            entries: [], previousNumber: 1, thisUpdate: Workshop.now, revocationSeconds: 300)
        let list = try RevocationList(der: made.der)
        #expect(list.entries.isEmpty)
        #expect(list.extensionValue(.issuingDistributionPoint) == nil)
        #expect(list.nextUpdate - list.thisUpdate == 180)
    }

    @Test("T24 the number of a list never falls, whatever the clock and the database say")
    func number() throws {
        let now = Workshop.now
        func next(_ previous: Int64?, _ time: Timestamp) throws -> Int64 {
            try builder.completeList(entries: [], previousNumber: previous, thisUpdate: time, revocationSeconds: 300)
                .number
        }
        let first = try next(nil, now)
        #expect(try next(first, now) == first + 1)
        #expect(try next(first, now.adding(seconds: -1000)) == first + 1)
        #expect(try next(first, now.adding(seconds: 1000)) > first)
        // A database restored from before the first list: the clock keeps the number above it.
        #expect(try next(nil, now.adding(seconds: 1)) > first)
        #expect(try next(Int64.max - 1, now) == Int64.max)
        #expect(throws: RevocationListRefusal.numberExhausted) { try next(Int64.max, now) }
    }

    @Test("too many entries, a validity that is too short and serials that are none are refused")
    func refused() throws {
        func make(_ entries: [RevokedCertificate], _ seconds: Int64 = 300) throws -> SignedRevocationList {
            try builder.list(
                of: Workshop.shard, entries: entries, previousNumber: nil, thisUpdate: Workshop.now,
                revocationSeconds: seconds)
        }
        let many = [RevokedCertificate](repeating: entry([1]), count: RevocationListBuilder.shardEntriesMax + 1)
        #expect(throws: RevocationListRefusal.tooManyEntries) { try make(many) }
        #expect(throws: RevocationListRefusal.validityTooShort) { try make([], 299) }
        for serial in [[], [0x00], [UInt8](repeating: 1, count: 21)] {
            #expect(throws: RevocationListRefusal.badSerial) { try make([entry(serial)]) }
        }
    }
}
