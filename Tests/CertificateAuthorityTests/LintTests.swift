internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@testable internal import CertificateAuthority

@Suite("Lints")
struct LintTests {
    private let workshop: Workshop
    private let order: CertificateOrder
    private let serial: SerialNumber
    private let tbs: [UInt8]

    init() throws {
        workshop = try Workshop()
        order = try workshop.order()
        serial = try Workshop.serial()
        tbs = workshop.template.tbsCertificate(for: order, serial: serial)
    }

    private func failure(of bytes: [UInt8]) -> LintRule? {
        do throws(LintFailure) {
            _ = try workshop.linter.lint(bytes, serial: serial, against: order)
            return nil
        } catch {
            return error.rule
        }
    }

    private func failure(_ change: (inout AlteredTBS) -> Void) throws -> LintRule? {
        var altered = try AlteredTBS(tbs)
        change(&altered)
        return failure(of: altered.bytes)
    }

    @Test("what the template builds passes, and taking it apart and putting it together changes nothing")
    func accepted() throws {
        #expect(failure(of: tbs) == nil)
        #expect(try failure { _ in } == nil)
        #expect(try AlteredTBS(tbs).bytes == tbs)
    }

    @Test("T24 flipping any bit of the last or first place of any byte is refused")
    func everyByte() {
        for index in tbs.indices {
            for bit: UInt8 in [0x01, 0x80] {
                var bytes = tbs
                bytes[index] ^= bit
                #expect(failure(of: bytes) != nil, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test("bytes that are cut, prolonged or not DER are refused")
    func encoding() {
        #expect(failure(of: []) == .encoding)
        #expect(failure(of: [UInt8](tbs.dropLast())) == .encoding)
        #expect(failure(of: tbs + [0x00]) == .encoding)
        #expect(failure(of: [0x30, 0x80] + tbs.dropFirst(4) + [0x00, 0x00]) == .encoding)
    }

    @Test("a version other than 3 is refused")
    func version() throws {
        #expect(try failure { $0.version = [0xA0, 0x03, 0x02, 0x01, 0x01] } == .version)
        #expect(try failure { $0.version = [] } == .version)
    }

    @Test(
        "a serial number that is negative, short, long or another is refused",
        arguments: [
            [0x80] + [UInt8](repeating: 1, count: 15), [UInt8](repeating: 1, count: 7),
            [UInt8](repeating: 1, count: 21), [UInt8](repeating: 0x41, count: 16),
        ])
    func serialNumber(_ octets: [UInt8]) throws {
        #expect(try failure { $0.serial = octets } == .serialNumber)
    }

    @Test("another issuer or another algorithm is refused")
    func issuer() throws {
        #expect(try failure { $0.issuer = DistinguishedName.encoded(commonName: "Tenure Issuing 2") } == .issuer)
        #expect(try failure { $0.algorithm = SignatureAlgorithm.ecdsaSHA384.identifierDER } == .issuer)
    }

    @Test("a time that was not decided is refused", arguments: [1, -1, 3600, -3600, 40_000_000, -40_000_000])
    func validity(_ seconds: Int64) throws {
        #expect(try failure { $0.notBefore += seconds } == .validity)
        #expect(try failure { $0.notAfter += seconds } == .validity)
    }

    @Test("an order that outlives its profile, its issuer or the present is refused, whoever made it")
    func orderedValidity() throws {
        let now = Workshop.now
        let year: Int64 = 365 * 86_400
        let faults: [(Int64, Int64, Int64)] = [
            (0, -60, 86_401), (0, -61, 3600), (0, 1, 3600), (0, -60, 0), (year, year - 60, year + 60),
            (-3600, -3660, 60),
        ]
        for (decided, begins, ends) in faults {
            let validity = CertificateValidity(
                uncheckedAt: now.adding(seconds: decided), notBefore: now.adding(seconds: begins),
                notAfter: now.adding(seconds: ends))
            let faulty = try workshop.order(validity: validity)
            let bytes = workshop.template.tbsCertificate(for: faulty, serial: serial)
            do throws(LintFailure) {
                _ = try workshop.linter.lint(bytes, serial: serial, against: faulty)
                Issue.record("accepted \(decided) \(begins) \(ends)")
            } catch {
                #expect(error.rule == .validity)
            }
        }
    }

    @Test("another subject, or more than a common name, is refused")
    func subject() throws {
        #expect(try failure { $0.subject = DistinguishedName.encoded(commonName: "deploy") } == .subject)
        #expect(try failure { $0.subject = DistinguishedName.empty } == .subject)
        let longer = DistinguishedName.encoded([(.commonName, "checkout"), (.organizationName, "Acme")])
        #expect(try failure { $0.subject = longer } == .subject)
    }

    @Test("another key, and the issuer's own, is refused")
    func subjectPublicKey() throws {
        let other = try PrivateKey.generate(.p256).publicKey.spkiDER
        #expect(try failure { $0.spki = other } == .subjectPublicKey)
        #expect(try failure { $0.spki = workshop.issuer.facts.publicKey.spkiDER } == .subjectPublicKey)
    }

    @Test("an extension that is unknown, stands twice, or is critical where it should not be is refused")
    func extensionSet() throws {
        #expect(try failure { $0.set(.nameConstraints) { $0.sequence { _ in } } } == .extensionSet)
        #expect(try failure { $0.extensions.append($0.extensions[0]) } == .extensionSet)
        for place in try AlteredTBS(tbs).extensions.indices {
            let rule = try failure { altered in
                let old = altered.extensions[place]
                altered.extensions[place] = CertificateExtension(
                    old.oid, isCritical: !old.isCritical, value: old.value)
            }
            #expect(rule == .extensionSet)
        }
    }

    @Test("T22 a certificate that may be a CA is refused")
    func basicConstraints() throws {
        #expect(
            try failure { altered in
                altered.set(.basicConstraints, isCritical: true) { $0.sequence { $0.boolean(true) } }
            } == .basicConstraints)
        #expect(try failure { $0.remove(.basicConstraints) } == .basicConstraints)
    }

    @Test("any key usage but digitalSignature is refused", arguments: [0, 2, 3, 1 << 5, 1 << 6 | 1])
    func keyUsage(_ mask: UInt16) throws {
        #expect(try failure { $0.set(.keyUsage, isCritical: true) { $0.namedBits(mask) } } == .keyUsage)
        #expect(try failure { $0.remove(.keyUsage) } == .keyUsage)
    }

    @Test(
        "extended key usages other than the profile's are refused",
        arguments: [
            [], [OID.serverAuthentication], [.serverAuthentication, .clientAuthentication, .ocspSigning],
            [.serverAuthentication, .serverAuthentication], [.serverAuthentication, .ocspSigning],
        ])
    func extendedKeyUsage(_ usages: [OID]) throws {
        let rule = try failure { altered in
            altered.set(.extendedKeyUsage) { $0.sequence { list in for usage in usages { list.oid(usage) } } }
        }
        #expect(rule == .extendedKeyUsage)
        #expect(try failure { $0.remove(.extendedKeyUsage) } == .extendedKeyUsage)
    }

    @Test(
        "T22 names other than the authorized ones are refused",
        arguments: [
            [GeneralName.dns("checkout.example.internal")],
            [.dns("*.example.internal"), .dns("checkout.example.internal"), .uri("spiffe://example.org/x")],
            [
                .dns("checkout.example.internal"), .dns("checkout.production.example.internal"),
                .uri("spiffe://example.org/env/production/wl/deploy"),
            ],
            [
                .dns("checkout.example.internal"), .dns("checkout.production.example.internal"),
                .uri("spiffe://example.org/env/production/wl/checkout"), .address([127, 0, 0, 1]),
            ],
            [
                .dns("checkout.example.internal"), .dns("checkout.example.internal"),
                .uri("spiffe://example.org/env/production/wl/checkout"),
            ],
        ])
    func names(_ names: [GeneralName]) throws {
        let rule = try failure { altered in
            altered.set(.subjectAlternativeName) { $0.sequence { list in for name in names { name.write(to: &list) } } }
        }
        #expect(rule == .subjectAlternativeName)
        #expect(try failure { $0.remove(.subjectAlternativeName) } == .subjectAlternativeName)
    }

    @Test("key identifiers that are not those of the key and the issuer are refused")
    func keyIdentifiers() throws {
        let other = [UInt8](repeating: 9, count: 20)
        #expect(try failure { $0.set(.subjectKeyIdentifier) { $0.octetString(other) } } == .keyIdentifiers)
        #expect(
            try failure { altered in
                altered.set(.authorityKeyIdentifier) { $0.sequence { $0.primitive(.primitive(0), other) } }
            } == .keyIdentifiers)
        #expect(try failure { $0.remove(.subjectKeyIdentifier) } == .keyIdentifiers)
        #expect(try failure { $0.remove(.authorityKeyIdentifier) } == .keyIdentifiers)
    }

    @Test("a certificate without its list, with another's, or with noRevAvail is refused")
    func revocationPointer() throws {
        #expect(try failure { $0.remove(.crlDistributionPoints) } == .revocationPointer)
        #expect(try failure { $0.set(.noRevAvail) { $0.null() } } == .revocationPointer)
        let uri = workshop.publication.listURI(issuer: Workshop.issuerID, shard: RevocationShard(number: 8))
        let rule = try failure { altered in
            altered.set(.crlDistributionPoints) { value in
                value.sequence { points in
                    points.sequence { point in
                        point.constructed(.constructed(0)) { name in
                            name.constructed(.constructed(0)) { $0.text(.primitive(6), uri) }
                        }
                    }
                }
            }
        }
        #expect(rule == .revocationPointer)
    }

    @Test("a lineage that is missing or another is refused")
    func lineage() throws {
        #expect(try failure { $0.remove(LineageExtension.oid) } == .lineage)
        var lineage = workshop.lineage(order.key).lineage
        lineage.owner = 4
        let other = LineageExtension(log: 0x9F3A_01BC, floor: 4810, lineage: lineage)
        #expect(try failure { $0.set(LineageExtension.oid) { $0.append(other.encoded()) } } == .lineage)
    }

    @Test("an order whose lineage names another key, signing key or credential is refused")
    func orderedLineage() throws {
        for field in [\Lineage.credential, \.signingKey] {
            var lineage = workshop.lineage(order.key).lineage
            lineage[keyPath: field] = Int64.max
            #expect(try failureOf(lineage) == .lineage)
        }
        var lineage = workshop.lineage(order.key).lineage
        lineage.subjectKey = Int64.max
        #expect(try failureOf(lineage) == .lineage)
    }

    private func failureOf(_ lineage: Lineage) throws -> LintRule? {
        let faulty = CertificateOrder(
            purpose: order.purpose, subject: order.subject, key: order.key, validity: order.validity,
            lineage: LineageExtension(log: 1, floor: 4810, lineage: lineage), shard: order.shard)
        let bytes = workshop.template.tbsCertificate(for: faulty, serial: serial)
        do throws(LintFailure) {
            _ = try workshop.linter.lint(bytes, serial: serial, against: faulty)
            return nil
        } catch {
            return error.rule
        }
    }

    @Test("an order without the shard or the lineage that its profile asks for is refused")
    func incompleteOrder() throws {
        for (lineage, shard, rule) in [
            (nil, order.shard, LintRule.lineage), (order.lineage, nil, .revocationPointer),
        ] {
            let faulty = CertificateOrder(
                purpose: order.purpose, subject: order.subject, key: order.key, validity: order.validity,
                lineage: lineage, shard: shard)
            let bytes = workshop.template.tbsCertificate(for: faulty, serial: serial)
            do throws(LintFailure) {
                _ = try workshop.linter.lint(bytes, serial: serial, against: faulty)
                Issue.record("accepted without \(rule)")
            } catch {
                #expect(error.rule == rule)
            }
        }
    }

    @Test("noRevAvail stands alone where the profile's longest lifetime allows it, and cannot be left out")
    func shortLived() throws {
        let short = try Workshop(maximumSeconds: 3600, revocationSeconds: 3600, foreignConsumers: true)
        let order = try short.order()
        let tbs = short.template.tbsCertificate(for: order, serial: serial)
        _ = try short.linter.lint(tbs, serial: serial, against: order)
        var altered = try AlteredTBS(tbs)
        #expect(altered.extensions.contains { $0.oid == .noRevAvail && $0.value == [0x05, 0x00] })
        #expect(!altered.extensions.contains { $0.oid == .crlDistributionPoints || $0.oid == LineageExtension.oid })
        altered.remove(.noRevAvail)
        do throws(LintFailure) {
            _ = try short.linter.lint(altered.bytes, serial: serial, against: order)
            Issue.record("accepted without noRevAvail")
        } catch {
            #expect(error.rule == .revocationPointer)
        }
    }
}
