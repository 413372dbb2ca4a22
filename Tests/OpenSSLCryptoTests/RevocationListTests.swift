internal import OpenSSLCrypto
internal import Testing

@Suite("Revocation lists")
struct RevocationListTests {
    private let signer: PrivateKey

    init() throws { signer = try TestKeys.key(.p256) }

    private func error(_ change: (inout RevocationListParts) -> Void) throws -> RevocationListError? {
        var parts = RevocationListParts(issuer: "root", signer: signer)
        parts.entries = [([1], nil)]
        change(&parts)
        return error(reading: try parts.der())
    }

    private func error(reading der: [UInt8]) -> RevocationListError? {
        do throws(RevocationListError) {
            _ = try RevocationList(der: der)
            return nil
        } catch {
            return error
        }
    }

    @Test("a list is read as it was written")
    func read() throws {
        var parts = RevocationListParts(issuer: "root", signer: signer, number: [1, 0])
        parts.entries = [([5], nil), ([0x80, 1], 1), ([9], 10)]
        let list = try RevocationList(der: try parts.der())
        #expect(list.issuerNameDER == parts.issuer)
        #expect(list.thisUpdate == 1_700_000_000)
        #expect(list.nextUpdate == 1_700_003_600)
        #expect(list.number == [1, 0])
        #expect(list.entries.map(\.serialNumber) == [[5], [0x80, 1], [9]])
        #expect(list.entries.map(\.reason) == [nil, 1, 10])
        #expect(list.entries.allSatisfy { $0.revokedAt == 1_700_000_000 })
        #expect(list.entry(of: [0x80, 1])?.reason == 1)
        #expect(list.entry(of: [6]) == nil)
        #expect(list.authorityKeyIdentifier == signer.publicKey.identifier)
        #expect(list.isSigned(by: signer.publicKey))
        #expect(try !list.isSigned(by: TestKeys.key(.p384).publicKey))
        #expect(list.pem.hasPrefix("-----BEGIN X509 CRL-----\n"))
    }

    @Test("a list without entries, and one with the number zero, are read")
    func empties() throws {
        let list = try RevocationList(der: try RevocationListParts(issuer: "root", signer: signer, number: []).der())
        #expect(list.entries.isEmpty)
        #expect(list.number.isEmpty)
    }

    @Test("every prefix is refused, and what is changed anywhere is refused or not signed")
    func mutated() throws {
        var parts = RevocationListParts(issuer: "root", signer: signer)
        parts.entries = [([1], 1)]
        let der = try parts.der()
        for count in 0..<der.count { #expect(error(reading: Array(der.prefix(count))) == .notDER(.truncated)) }
        #expect(error(reading: der + [0]) == .notDER(.trailingBytes))
        for index in der.indices {
            var wrong = der
            wrong[index] ^= 0x01
            do throws(RevocationListError) {
                #expect(try !RevocationList(der: wrong).isSigned(by: signer.publicKey))
            } catch {
                continue  // refused
            }
        }
    }

    @Test("lists of v1, without a next update, without a number, or with a bad reason are refused")
    func faults() throws {
        #expect(try error { $0.version = 0 } == .notDER(.badInteger))
        #expect(try error { $0.nextUpdate = nil } == .notDER(.unexpectedTag(.sequence)))
        #expect(try error { $0.extensions.removeLast() } == .badNumber)
        #expect(try error { $0.extensions.removeAll() } == .extensions(.malformed(.truncated)))
        #expect(
            try error { $0.extensions += [$0.extensions[0]] }
                == .extensions(.duplicate(.authorityKeyIdentifier)))
        #expect(try error { $0.entries = [([1], 7)] } == .notDER(.badInteger))
        #expect(try error { $0.entries = [([1], 11)] } == .notDER(.badInteger))
        #expect(try error { $0.entries = [([], nil)] } == .notDER(.badInteger))
        #expect(try error { $0.algorithm = SignatureAlgorithm.ed25519.identifierDER } == .algorithmMismatch)
        #expect(try error { _ in } == nil)
    }
}
