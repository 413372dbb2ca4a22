internal import CertificateAuthority
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@Suite("Requests")
struct RequestTests {
    private func refusal(
        of pem: [UInt8], _ workshop: Workshop, isBlocked: (LineageReference) -> Bool = { _ in false }
    ) -> RequestRefusal? {
        do throws(RequestRefusal) {
            _ = try workshop.checker.verify(pem: pem, isBlocked: isBlocked)
            return nil
        } catch {
            return error
        }
    }

    private func request(_ options: String, config: String? = nil) throws -> [UInt8] {
        let program = try OpenSSLProgram()
        let text = "[req]\ndistinguished_name=dn\n[dn]\n" + (config ?? "")
        try program.write(text, to: "req.cnf")
        let result = try program.run("req -new -config req.cnf -nodes -keyout key.pem -out csr.pem \(options)")
        #expect(result.status == 0, "\(result.text)")
        return try program.read("csr.pem")
    }

    @Test("requests of the usual tools are accepted for every kind of key that the profile allows")
    func accepted() throws {
        let workshop = try Workshop()
        for options in [
            "-newkey ec -pkeyopt ec_paramgen_curve:P-256", "-newkey ec -pkeyopt ec_paramgen_curve:P-384",
            "-newkey ed25519", "-newkey rsa:2048",
        ] {
            let pem = try request(options + " -subj /CN=checkout")
            #expect(refusal(of: pem, workshop) == nil, "\(options)")
        }
    }

    @Test("T22 what a request asks for is not in the certificate, and is listed as ignored")
    func ignoredWishes() throws {
        let workshop = try Workshop()
        let pem = try request(
            "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /O=Acme/CN=admin"
                + " -addext basicConstraints=critical,CA:TRUE"
                + " -addext subjectAltName=DNS:*.example.internal,DNS:bank.example,DNS:checkout.example.internal,"
                + "IP:10.0.0.1,email:a@b.example -addext keyUsage=keyCertSign")
        let key = try workshop.checker.verify(pem: pem) { _ in false }
        let subject = try workshop.subject("checkout")
        let wishes = key.ignoredWishes(for: subject)
        #expect(wishes.contains(where: { $0.kind == .certificationAuthority }))
        #expect(wishes.contains(where: { $0.kind == .subject && $0.text == "O=Acme,CN=admin" }))
        #expect(wishes.contains(where: { $0.kind == .wildcard && $0.text == "dns:*.example.internal" }))
        #expect(wishes.contains(where: { $0.kind == .name && $0.text == "dns:bank.example" }))
        #expect(wishes.contains(where: { $0.kind == .name && $0.text == "ip:0a000001" }))
        #expect(wishes.contains(where: { $0.kind == .name && $0.text == "email:a@b.example" }))
        #expect(wishes.contains(where: { $0.kind == .otherExtension && $0.text == "2.5.29.15" }))
        #expect(!wishes.contains(where: { $0.text == "dns:checkout.example.internal" }))
        #expect(wishes.count == 7)

        let order = CertificateOrder(
            purpose: .credential(Workshop.credential), subject: subject, key: key, validity: try workshop.validity(),
            lineage: workshop.lineage(key), shard: Workshop.shard)
        let unreleased = try workshop.issue(order)
        let certificate = try Certificate(der: unreleased.unreleasedDER)
        #expect(!certificate.isCA)
        #expect(certificate.dnsNames == subject.dnsNames.map(\.text))
        #expect(certificate.names.count == 3)
        #expect(certificate.keyUsage == .digitalSignature)
        #expect(certificate.subjectNameDER == DistinguishedName.encoded(commonName: "checkout"))
    }

    @Test("a request that asks for what it gets has no ignored wishes")
    func granted() throws {
        let workshop = try Workshop()
        let pem = try CertificationRequest.makePEM(
            commonName: "checkout", dnsNames: ["checkout.example.internal"], key: PrivateKey.generate(.p256))
        let key = try workshop.checker.verify(pem: Array(pem.utf8)) { _ in false }
        #expect(key.ignoredWishes(for: try workshop.subject("checkout")).isEmpty)
    }

    @Test("T41 a wish with control characters is shown without them, and many wishes are cut")
    func shownSafely() throws {
        let workshop = try Workshop()
        let key = try PrivateKey.generate(.p256)
        let names = ["a\u{1B}[31m\nb"] + (0..<100).map { "n\($0).example" }
        let pem = try CertificationRequest.makePEM(commonName: "x\u{202E}y", dnsNames: names, key: key)
        let wishes = try workshop.checker.verify(pem: Array(pem.utf8)) { _ in false }
            .ignoredWishes(for: try workshop.subject("checkout"))
        #expect(wishes.count == IgnoredWish.countMax)
        #expect(wishes.allSatisfy { $0.text.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
    }

    @Test("a sound key of a kind that the profile does not allow is refused")
    func keyKind() throws {
        let workshop = try Workshop(keys: [.p256])
        let pem = try request("-newkey rsa:2048 -subj /CN=checkout")
        #expect(refusal(of: pem, workshop) == .keyKindNotAllowed(.rsa2048))
        #expect(refusal(of: try request("-newkey ed25519 -subj /CN=a"), workshop) == .keyKindNotAllowed(.ed25519))
    }

    @Test("T21 weak keys are refused as weak")
    func weakKeys() throws {
        let workshop = try Workshop()
        let small = try request("-newkey rsa:1024 -subj /CN=a")
        #expect(refusal(of: small, workshop) == .weakKey(.weakKey(.modulusSize(bits: 1024))))
        let exponent = try request("-newkey rsa:2048 -pkeyopt rsa_keygen_pubexp:3 -subj /CN=a")
        #expect(refusal(of: exponent, workshop) == .weakKey(.weakKey(.exponent)))
        let curve = try request("-newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -subj /CN=a")
        #expect(refusal(of: curve, workshop) == .weakKey(.unsupportedCurve))
        let binary = try request("-newkey ec -pkeyopt ec_paramgen_curve:sect233k1 -subj /CN=a")
        #expect(refusal(of: binary, workshop) == .weakKey(.unsupportedCurve))
        let explicit = try request(
            "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -subj /CN=a")
        #expect(refusal(of: explicit, workshop) == .weakKey(.explicitCurve))
    }

    /// A request for an RSA key of made-up numbers; its signature is never looked at.
    private func request(modulusCount: Int, exponent: [UInt8]) -> [UInt8] {
        var body = DERWriter()
        body.sequence { info in
            info.integer(0)
            info.append(DistinguishedName.empty)
            info.sequence { spki in
                spki.sequence { algorithm in
                    algorithm.oid(.rsaEncryption)
                    algorithm.null()
                }
                spki.bitString { key in
                    key.sequence { numbers in
                        numbers.unsignedInteger([UInt8](repeating: 0xC5, count: modulusCount))
                        numbers.unsignedInteger(exponent)
                    }
                }
            }
            info.constructed(.constructed(0)) { _ in }
        }
        return SignedStructure.assemble(
            tbs: body.bytes, algorithm: .rsaSHA256, signature: [UInt8](repeating: 1, count: modulusCount))
    }

    @Test("T21 RSA-16384 and an exponent of 1 are refused before any arithmetic")
    func extremeKeys() throws {
        let workshop = try Workshop()
        for (der, weakness) in [
            (request(modulusCount: 2048, exponent: [1, 0, 1]), KeyWeakness.modulusSize(bits: 16_384)),
            (request(modulusCount: 256, exponent: [1]), .exponent),
        ] {
            do throws(RequestRefusal) {
                _ = try workshop.checker.verify(der: der) { _ in false }
                Issue.record("accepted \(weakness)")
            } catch {
                #expect(error == .weakKey(.weakKey(weakness)))
            }
        }
    }

    @Test("T21 a point off the curve is refused")
    func pointOffCurve() throws {
        let workshop = try Workshop()
        let key = try PrivateKey.generate(.p256)
        var der = try CertificationRequest.make(commonName: "a", dnsNames: [], key: key)
        let spki = key.publicKey.spkiDER
        let start = try #require(der.indices.first { der[$0...].starts(with: spki) })
        der[start + spki.count - 1] ^= 1
        do throws(RequestRefusal) {
            _ = try workshop.checker.verify(der: der) { _ in false }
            Issue.record("accepted")
        } catch {
            #expect(error == .weakKey(.pointOffCurve))
        }
    }

    @Test("T21 a request that is signed over SHA-1 is refused")
    func weakDigest() throws {
        let workshop = try Workshop()
        let pem = try request("-newkey rsa:2048 -sha1 -subj /CN=a")
        #expect(refusal(of: pem, workshop) == .badCSR(.weakSignatureAlgorithm))
    }

    @Test("T21 a request signed with another key is refused")
    func proofOfPossession() throws {
        let workshop = try Workshop()
        let der = try CertificationRequest.make(
            commonName: "a", dnsNames: [], key: PrivateKey.generate(.p256))
        let victim = try PrivateKey.generate(.p256).publicKey.spkiDER
        var stolen = der
        let start = try #require(stolen.indices.first { stolen[$0...].starts(with: victim.prefix(26)) })
        stolen.replaceSubrange(start..<(start + victim.count), with: victim)
        do throws(RequestRefusal) {
            _ = try workshop.checker.verify(der: stolen) { _ in false }
            Issue.record("accepted without proof")
        } catch {
            #expect(error == .badCSR(.badSignature))
        }
    }

    @Test("T21 the keys of our own CAs are refused though their holder proves to hold them")
    func ownKeys() throws {
        let workshop = try Workshop()
        let key = try PrivateKey.generate(.p256)
        let checker = RequestChecker(profile: workshop.profile, ownKeys: [key.publicKey], weakKeys: .none)
        let pem = try CertificationRequest.makePEM(commonName: "a", dnsNames: [], key: key)
        do throws(RequestRefusal) {
            _ = try checker.verify(pem: Array(pem.utf8)) { _ in false }
            Issue.record("accepted a CA's key")
        } catch {
            #expect(error == .ownAuthorityKey)
        }
    }

    @Test("a blocked key is refused by its reference, before its signature is looked at")
    func blocked() throws {
        let workshop = try Workshop()
        let key = try PrivateKey.generate(.p256)
        let pem = Array(try CertificationRequest.makePEM(commonName: "a", dnsNames: [], key: key).utf8)
        let reference = try workshop.checker.verify(pem: pem) { _ in false }.keyReference
        #expect(reference.kind == .subjectKey)
        #expect(refusal(of: pem, workshop) { $0 == reference } == .blockedKey(reference))
        #expect(refusal(of: pem, workshop) { $0 != reference } == nil)
    }

    @Test("T20 trailing bytes, other texts, cut and oversized requests are refused")
    func malformed() throws {
        let workshop = try Workshop()
        let key = try PrivateKey.generate(.p256)
        let der = try CertificationRequest.make(commonName: "a", dnsNames: [], key: key)
        for bytes in [der + [0x00], [UInt8](der.dropLast()), [], [0x30, 0x80] + der.dropFirst(4) + [0x00, 0x00]] {
            do throws(RequestRefusal) {
                _ = try workshop.checker.verify(der: bytes) { _ in false }
                Issue.record("accepted \(bytes.count) bytes")
            } catch {
                guard case .badCSR = error else {
                    Issue.record("refused as \(error)")
                    continue
                }
            }
        }
        #expect(refusal(of: Array("hello".utf8), workshop) == .badCSR(.notPEM(.unexpectedText)))
        #expect(refusal(of: [UInt8](repeating: 0x20, count: 16_385), workshop) == .badCSR(.tooLarge))
        let pem = PEM.encode(der, label: PEM.certificate)
        #expect(refusal(of: Array(pem.utf8), workshop) == .badCSR(.notPEM(.unexpectedText)))
    }
}
