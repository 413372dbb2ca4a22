internal import OpenSSLCrypto
internal import Testing

@Suite("Certificates")
struct CertificateTests {
    private let signer: PrivateKey
    private let key: PrivateKey

    init() throws {
        signer = try TestKeys.key(.p384)
        key = try TestKeys.key(.p256)
    }

    private func leaf() -> CertificateParts {
        .leaf("leaf", key: key, issuer: "root", signer: signer)
    }

    private func error(_ change: (inout CertificateParts) throws -> Void) throws -> CertificateError? {
        var parts = leaf()
        try change(&parts)
        return error(reading: try parts.der())
    }

    private func error(reading der: [UInt8]) -> CertificateError? {
        do throws(CertificateError) {
            _ = try Certificate(der: der)
            return nil
        } catch {
            return error
        }
    }

    @Test("a certificate is read as it was written")
    func read() throws {
        let parts = leaf()
        let certificate = try parts.certificate()
        #expect(certificate.serialNumber == [1, 2])
        #expect(certificate.issuerNameDER == parts.issuer)
        #expect(certificate.subjectNameDER == parts.subject)
        #expect(certificate.notBefore == 1_700_000_000)
        #expect(certificate.notAfter == 1_800_000_000)
        #expect(certificate.publicKey == key.publicKey)
        #expect(certificate.spkiDER == key.publicKey.spkiDER)
        #expect(certificate.signatureAlgorithm == .ecdsaSHA384)
        #expect(!certificate.isCA)
        #expect(certificate.pathLength == nil)
        #expect(certificate.subjectKeyIdentifier == key.publicKey.identifier)
        #expect(certificate.authorityKeyIdentifier == signer.publicKey.identifier)
        #expect(certificate.dnsNames == ["a.example"])
        #expect(certificate.uriNames == ["urn:a"])
        #expect(certificate.extendedKeyUsages == [.clientAuthentication])
        #expect(certificate.keyUsage == .digitalSignature)
        #expect(certificate.extensions == parts.extensions)
        #expect(certificate.extensionValue(.keyUsage) == [0x03, 0x02, 0x07, 0x80])
        #expect(certificate.extensionValue(.crlDistributionPoints) == nil)
        #expect(certificate.isSigned(by: signer.publicKey))
        #expect(!certificate.isSigned(by: key.publicKey))
        #expect(try Certificate(pem: Array(certificate.pem.utf8)) == certificate)
    }

    @Test("an authority is read with its path length")
    func authority() throws {
        for pathLength in [nil, 0, 1, 200] {
            let parts = CertificateParts.authority(
                "root", key: signer, issuer: "root", signer: signer, pathLength: pathLength)
            let certificate = try parts.certificate()
            #expect(certificate.isCA)
            #expect(certificate.pathLength == pathLength)
            #expect(certificate.keyUsage == [.certificateSigning, .crlSigning])
            #expect(certificate.isSigned(by: signer.publicKey))
        }
    }

    @Test("assembling joins what was split")
    func assemble() throws {
        let certificate = try leaf().certificate()
        let tbs = [UInt8](certificate.signedBytes)
        let signature = try signer.sign(tbs)
        let again = try Certificate(
            der: Certificate.assemble(tbs: tbs, signatureAlgorithm: .ecdsaSHA384, signature: signature))
        #expect(again.isSigned(by: signer.publicKey))
        #expect(again.signedBytes == certificate.signedBytes)
    }

    @Test("a chain is read in its order, and not beyond its bound")
    func chain() throws {
        let first = try leaf().certificate()
        let second = try CertificateParts.authority("root", key: signer, issuer: "root", signer: signer).certificate()
        let text = Array((first.pem + "\n" + second.pem).utf8)
        #expect(try Certificate.chain(pem: text, countMax: 2) == [first, second])
        #expect(throws: CertificateError.notPEM(.tooManyBlocks)) { try Certificate.chain(pem: text, countMax: 1) }
        #expect(throws: CertificateError.notPEM(.tooManyBlocks)) { try Certificate(pem: text) }
        #expect(throws: CertificateError.notPEM(.noBlock)) { try Certificate.chain(pem: [], countMax: 2) }
    }

    @Test("every prefix is refused, and what is changed anywhere is refused or not signed")
    func mutated() throws {
        let der = try leaf().der()
        for count in 0..<der.count { #expect(error(reading: Array(der.prefix(count))) == .notDER(.truncated)) }
        #expect(error(reading: der + [0]) == .notDER(.trailingBytes))
        for index in der.indices {
            var wrong = der
            wrong[index] ^= 0x01
            do throws(CertificateError) {
                #expect(try !Certificate(der: wrong).isSigned(by: signer.publicKey))
            } catch {
                continue  // refused
            }
        }
    }

    @Test("versions other than v3 are refused")
    func versions() throws {
        for version: Int64? in [nil, 0, 1, 3] { #expect(try error { $0.version = version } == .unsupportedVersion) }
    }

    @Test("serial numbers that are zero, negative, padded or over 20 bytes are refused")
    func serialNumbers() throws {
        #expect(try error { $0.serialNumber = [0] } == .badSerialNumber)
        #expect(try error { $0.serialNumber = [UInt8](repeating: 0x7F, count: 21) } == .badSerialNumber)
        #expect(try error { $0.serialNumber = [UInt8](repeating: 0x7F, count: 20) } == nil)
        for serialNumber: [UInt8] in [[], [0x80], [0xFF, 0x01], [0x00, 0x7F], [0x00, 0x00]] {
            #expect(try error { $0.serialNumber = serialNumber } == .notDER(.badInteger))
        }
    }

    @Test("an algorithm inside that differs from the one outside is refused")
    func algorithms() throws {
        #expect(
            try error { $0.algorithm = SignatureAlgorithm.ecdsaSHA256.identifierDER } == .algorithmMismatch)
    }

    @Test("extensions that stand there twice, are none, or say FALSE are refused")
    func extensionLists() throws {
        let usage = CertificateParts.keyUsage([.digitalSignature])
        #expect(try error { $0.extensions = [usage, usage] } == .extensions(.duplicate(.keyUsage)))
        #expect(try error { $0.extra = [0xA3, 0x02, 0x30, 0x00] } == .notDER(.trailingBytes))
        #expect(
            try error {
                $0.extensions = []
                $0.extra = [0xA3, 0x02, 0x30, 0x00]
            } == .extensions(.malformed(.truncated)))
        #expect(
            try error {
                $0.extensions = []
                $0.extra = [0xA3, 0x0E, 0x30, 0x0C, 0x30, 0x0A, 6, 3, 0x55, 0x1D, 0x0F, 1, 1, 0, 4, 0]
            } == .extensions(.malformed(.badBoolean)))
        #expect(
            try error {
                $0.extensions = (0..<65).map {
                    CertificateExtension(OID(dotted: "1.2.3.\($0)") ?? .keyUsage, isCritical: false, value: [5, 0])
                }
            } == .extensions(.tooMany))
    }

    @Test("extensions that are read here and malformed are refused, each by name")
    func badExtensions() throws {
        let cases: [(OID, [UInt8], DERError)] = [
            (.basicConstraints, [0x30, 0x03, 0x01, 0x01, 0x00], .badBoolean),
            (.basicConstraints, [0x30, 0x03, 0x02, 0x01, 0x00], .badInteger),
            (.basicConstraints, [0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0xFF], .badInteger),
            (.basicConstraints, [0x30, 0x00, 0x00], .trailingBytes),
            (.keyUsage, [0x03, 0x02, 0x00, 0x80], .badBitString),
            (.keyUsage, [0x03, 0x02, 0x07, 0x81], .badBitString),
            (.keyUsage, [0x03, 0x01, 0x01], .badBitString),
            (.keyUsage, [0x04, 0x01, 0x00], .unexpectedTag(.octetString)),
            (.extendedKeyUsage, [0x30, 0x00], .truncated),
            (.subjectAlternativeName, [0x30, 0x00], .truncated),
            (.subjectAlternativeName, [0x30, 0x03, 0x82, 0x01, 0x00], .badString),
            (.subjectAlternativeName, [0x30, 0x05, 0x87, 0x03, 0x0A, 0x00, 0x00], .badString),
            (.subjectKeyIdentifier, [0x04, 0x01], .truncated),
            (.authorityKeyIdentifier, [0x30, 0x02, 0x80], .truncated),
        ]
        for (oid, value, expected) in cases {
            let spoiled = CertificateExtension(oid, isCritical: false, value: value)
            #expect(try error { $0.extensions = [spoiled] } == .badExtension(oid, expected), "\(oid) \(value)")
        }
    }

    @Test("times in the form of the other half of history, or that name no day, are refused")
    func times() throws {
        for (notBefore, notAfter): (Int64, Int64) in [(0, 2_524_608_000), (2_524_607_999, 253_402_300_799)] {
            var parts = leaf()
            (parts.notBefore, parts.notAfter) = (notBefore, notAfter)
            let certificate = try parts.certificate()
            #expect(certificate.notBefore == notBefore)
            #expect(certificate.notAfter == notAfter)
        }
        let utc = DERTime.encoded(1_700_000_000)
        let der = try leaf().der()
        let start = try #require(der.indices.first { der[$0...].starts(with: utc) })
        let spoiled: [(Int, UInt8)] = [(4, 0x33), (6, 0x34), (8, 0x33), (10, 0x36), (12, 0x36), (14, 0x30), (2, 0x2F)]
        for (offset, byte) in spoiled {
            var wrong = der
            wrong[start + offset] = byte
            #expect(error(reading: wrong) == .notDER(.badTime), "offset \(offset)")
        }
    }

    @Test("T21 a certificate for a key that is not accepted is refused")
    func keys() throws {
        #expect(
            try error { $0.spki = rsaSPKI(modulus: number(bits: 1024)) } == .key(.weak(.modulusSize(bits: 1024))))
        #expect(try error { $0.spki = spki(.ocspSigning, parameters: [], key: [1]) } == .key(.unsupportedAlgorithm))
    }

    @Test("a certificate over 32 KiB is refused for its size")
    func size() throws {
        #expect(
            try error { $0.subject = DistinguishedName.encoded(commonName: String(repeating: "a", count: 33_000)) }
                == .tooLarge)
    }
}
