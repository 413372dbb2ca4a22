internal import OpenSSLCrypto
internal import Testing

/// A request in parts, each of which a test may spoil. Signed with the P-256 key of the tests.
struct RequestParts {
    var version: Int64 = 0
    var subject = DistinguishedName.encoded(commonName: "workload")
    var spki: [UInt8]
    /// Encoded attributes; nil leaves out the field.
    var attributes: [[UInt8]]? = []
    var algorithm = SignatureAlgorithm.ecdsaSHA256.identifierDER
    /// Bytes before the end of the request's body.
    var extra: [UInt8] = []
    let key: PrivateKey

    init(_ kind: KeyKind = .p256) throws {
        key = try TestKeys.key(kind)
        spki = key.publicKey.spkiDER
        algorithm = kind.signatureAlgorithm.identifierDER
    }

    func der() throws -> [UInt8] {
        var body = DERWriter()
        body.sequence { info in
            info.integer(version)
            info.append(subject)
            info.append(spki)
            if let attributes {
                info.constructed(.constructed(0)) { field in
                    for attribute in attributes { field.append(attribute) }
                }
            }
            info.append(extra)
        }
        let signature = try key.sign(body.bytes)
        var writer = DERWriter()
        writer.sequence { request in
            request.append(body.bytes)
            request.append(algorithm)
            request.bitString(signature)
        }
        return writer.bytes
    }

    /// One attribute with one value.
    static func attribute(_ oid: OID, _ value: [UInt8]) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { attribute in
            attribute.oid(oid)
            attribute.constructed(.set) { $0.append(value) }
        }
        return writer.bytes
    }

    /// An attribute that requests these extensions.
    static func requesting(_ extensions: [CertificateExtension]) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { list in
            for requested in extensions { requested.write(to: &list) }
        }
        return attribute(.extensionRequest, writer.bytes)
    }
}

@Suite("Certification requests")
struct CertificationRequestTests {
    private func error(_ change: (inout RequestParts) throws -> Void) throws -> CertificationRequestError? {
        var parts = try RequestParts()
        try change(&parts)
        return error(parsing: try parts.der())
    }

    private func error(parsing der: [UInt8]) -> CertificationRequestError? {
        do throws(CertificationRequestError) {
            try CertificationRequest(parsingDER: der).verifyProofOfPossession()
            return nil
        } catch {
            return error
        }
    }

    @Test("a request made here is read and proves possession, for every kind of key", arguments: KeyKind.allCases)
    func made(kind: KeyKind) throws {
        let key = try TestKeys.key(kind)
        let der = try CertificationRequest.make(commonName: "job", dnsNames: ["a.example", "b.example"], key: key)
        let request = try CertificationRequest(parsingDER: der)
        try request.verifyProofOfPossession()
        #expect(request.publicKey == key.publicKey)
        #expect(request.subjectPublicKeyInfo == key.publicKey.spkiDER)
        #expect(request.signatureAlgorithm == kind.signatureAlgorithm)
        #expect(request.subjectNameDER == DistinguishedName.encoded(commonName: "job"))
        #expect(
            request.requested == [
                .subject(request.subjectNameDER), .name(.dns("a.example")), .name(.dns("b.example")),
            ])
        let pem = try CertificationRequest.makePEM(commonName: "", dnsNames: [], key: key)
        #expect(try CertificationRequest(parsingPEM: Array(pem.utf8)).requested.isEmpty)
    }

    @Test("the parts of which the tests make hostile requests make a good one")
    func control() throws {
        #expect(try error { _ in } == nil)
        #expect(try error { $0.attributes = nil } == nil)
        for kind in KeyKind.allCases { #expect(error(parsing: try RequestParts(kind).der()) == nil) }
    }

    @Test("T20 trailing bytes after a CSR, or inside one, are refused")
    func trailing() throws {
        let der = try RequestParts().der()
        #expect(error(parsing: der + [0]) == .trailingBytes)
        #expect(error(parsing: der + der) == .trailingBytes)
        #expect(try error { $0.extra = [0x05, 0x00] } == .trailingBytes)
        #expect(try error { $0.spki += [0x05, 0x00] } == .trailingBytes)
    }

    @Test("T20 an empty CSR, and every one that is cut, is refused")
    func cut() throws {
        #expect(error(parsing: []) == .notDER(.truncated))
        let der = try RequestParts().der()
        for count in 0..<der.count {
            #expect(error(parsing: Array(der.prefix(count))) == .notDER(.truncated))
        }
    }

    @Test("T20 a CSR with any one byte changed is refused, or proves no possession")
    func flipped() throws {
        let der = try RequestParts().der()
        for index in der.indices {
            for mask: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var wrong = der
                wrong[index] ^= mask
                #expect(error(parsing: wrong) != nil)
            }
        }
    }

    @Test("T20 BER of a CSR is refused: indefinite and padded lengths, other booleans, strings in pieces")
    func ber() throws {
        let der = try RequestParts().der()
        let start = der[1] == 0x82 ? 4 : 3
        let body = Array(der.dropFirst(start))
        #expect(error(parsing: [0x30, 0x80] + body + [0, 0]) == .notDER(.indefiniteLength))
        let padded = [0x30, 0x83, 0, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
        #expect(error(parsing: padded) == .notDER(.lengthNotMinimal))
        // A UTF8String of one piece, and TRUE as 01.
        #expect(
            try error { parts in
                parts.subject = [0x30, 0x0F, 0x31, 0x0D, 0x30, 0x0B, 6, 3, 0x55, 4, 3, 0x2C, 4, 0x0C, 2, 0x61, 0x62]
            } == .notDER(.unexpectedTag(DERTag(octet: 0x2C))))
        #expect(
            try error { $0.attributes = [RequestParts.attribute(.challengePassword, [0x01, 0x01, 0x01])] }
                == .notDER(.badBoolean))
    }

    @Test("T20 a CSR that nests deeper than 16 is refused, at 16 it is read")
    func nesting() throws {
        func nested(_ depth: Int) -> [UInt8] {
            (0..<depth).reduce([0x05, 0x00]) { inner, _ in
                var writer = DERWriter()
                writer.sequence { $0.append(inner) }
                return writer.bytes
            }
        }
        // Request, body, attributes, attribute and its set are five levels above the value.
        #expect(try error { $0.attributes = [RequestParts.attribute(.challengePassword, nested(11))] } == nil)
        for depth in [12, 13, 100, 1000] {
            #expect(
                try error { $0.attributes = [RequestParts.attribute(.challengePassword, nested(depth))] }
                    == .notDER(.nestingTooDeep))
        }
    }

    @Test("T20 a NUL, bad UTF-8 or foreign characters in a name are refused")
    func names() throws {
        func name(_ tag: DERTag, _ content: [UInt8]) -> [UInt8] {
            var writer = DERWriter()
            writer.sequence { name in
                name.constructed(.set) { set in
                    set.sequence { attribute in
                        attribute.oid(.commonName)
                        attribute.primitive(tag, content)
                    }
                }
            }
            return writer.bytes
        }
        let bad: [(DERTag, [UInt8])] = [
            (.utf8String, [0x61, 0x00, 0x62]), (.utf8String, [0xFF]), (.utf8String, [0xC0, 0x80]),
            (.utf8String, [0xED, 0xA0, 0x80]), (.utf8String, [0xF4, 0x90, 0x80, 0x80]), (.utf8String, [0xC3]),
            (.printableString, [0x61, 0x00]), (.printableString, Array("a@b".utf8)), (.printableString, [0xE9]),
            (.ia5String, [0x61, 0x00]), (.ia5String, [0x80]), (.teletexString, [0xE9]), (.teletexString, [0x00]),
            (.bmpString, [0x61]), (.bmpString, [0x00, 0x00]), (.bmpString, [0xD8, 0x00]),
            (.universalString, [0x00, 0x11, 0x00, 0x00]), (.universalString, [0x00, 0x00, 0x61]),
        ]
        for (tag, content) in bad {
            #expect(try error { $0.subject = name(tag, content) } == .badName, "\(tag) \(content)")
        }
        let good: [(DERTag, [UInt8])] = [
            (.utf8String, Array("é".utf8)), (.printableString, Array("a b".utf8)), (.ia5String, Array("a@b".utf8)),
            (.teletexString, Array("a".utf8)), (.bmpString, [0x00, 0x61]), (.universalString, [0, 1, 0xF6, 0x00]),
        ]
        for (tag, content) in good { #expect(try error { $0.subject = name(tag, content) } == nil, "\(tag)") }
        #expect(try error { $0.subject = name(.null, []) } == .notDER(.unexpectedTag(.null)))
        #expect(try error { $0.subject = [0x30, 0x02, 0x31, 0x00] } == .notDER(.truncated))
    }

    @Test("T20 a NUL in a requested DNS name is refused")
    func alternativeNames() throws {
        for content: [UInt8] in [[0x61, 0x00], [0xC3, 0xA9]] {
            let value: [UInt8] = [0x30, 0x04, 0x82, 0x02] + content
            let requested = CertificateExtension(.subjectAlternativeName, isCritical: false, value: value)
            #expect(try error { $0.attributes = [RequestParts.requesting([requested])] } == .badName)
        }
    }

    @Test("T20 a CSR over 16 KiB is refused for its size, in DER and in PEM")
    func size() throws {
        var parts = try RequestParts()
        parts.subject = DistinguishedName.encoded(commonName: String(repeating: "a", count: 17_000))
        let der = try parts.der()
        #expect(error(parsing: der) == .tooLarge)
        #expect(throws: CertificationRequestError.tooLarge) {
            try CertificationRequest(parsingPEM: Array(PEM.encode(der, label: PEM.certificationRequest).utf8))
        }
        #expect(error(parsing: [UInt8](repeating: 0x30, count: 1_000_000)) == .tooLarge)
        parts.subject = DistinguishedName.encoded(commonName: String(repeating: "a", count: 16_000))
        #expect(error(parsing: try parts.der()) == nil)
    }

    @Test("T21 a CSR signed with another key than its own proves no possession", arguments: KeyKind.allCases)
    func otherKey(kind: KeyKind) throws {
        var parts = try RequestParts(kind)
        if kind == .p256 || kind == .ed25519 || kind == .p384 {
            parts.spki = try PrivateKey.generate(kind).publicKey.spkiDER
        } else {
            parts.spki = try rsaSPKI(modulus: strongModulus(of: kind))
        }
        #expect(error(parsing: try parts.der()) == .badSignature)
    }

    /// The modulus of another kind's key, with bytes changed until nothing weak is found: nobody has its key.
    private func strongModulus(of kind: KeyKind) throws -> [UInt8] {
        var modulus = try #require(TestKeys.key(kind).publicKey.rsaModulus)
        repeat {
            let end = modulus.count
            modulus[end - 2] &+= 1
        } while KeyStrength.weakness(of: try PublicKey(spkiDER: rsaSPKI(modulus: modulus))) != nil
        return modulus
    }

    @Test("T21 signatures over SHA-1, MD5 and SHA-224 are refused as weak")
    func weakAlgorithms() throws {
        let weak = [
            "1.2.840.10045.4.1", "1.2.840.10045.4.3.1", "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.4",
            "1.2.840.113549.1.1.14", "1.3.14.3.2.29",
        ]
        for dotted in weak {
            let oid = try #require(OID(dotted: dotted))
            for parameters: [UInt8] in [[], [0x05, 0x00]] {
                var writer = DERWriter()
                writer.sequence { identifier in
                    identifier.oid(oid)
                    identifier.append(parameters)
                }
                #expect(try error { $0.algorithm = writer.bytes } == .weakSignatureAlgorithm)
            }
        }
    }

    @Test("T21 an algorithm that is unknown, or not the key's, is refused")
    func mismatch() throws {
        for algorithm in SignatureAlgorithm.allCases where !algorithm.fits(.p256) {
            #expect(try error { $0.algorithm = algorithm.identifierDER } == .algorithmMismatch)
        }
        #expect(try error { $0.algorithm = SignatureAlgorithm.ecdsaSHA384.identifierDER } == .badSignature)
        // RSASSA-PSS, and ECDSA with SHA-256 with a NULL that does not belong there.
        let pss: [UInt8] = [0x30, 0x0B, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 0x0A]
        let null: [UInt8] = [0x30, 0x0C, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2, 5, 0]
        for algorithm in [pss, null, [0x30, 0x00]] {
            #expect(try error { $0.algorithm = algorithm } == .unsupportedSignatureAlgorithm)
        }
    }

    @Test("T21 explicit and foreign curves, points off the curve and compressed ones are refused, each by name")
    func keys() throws {
        let point = try #require(TestKeys.key(.p256).publicKey.point)
        var off = point
        off[40] ^= 4
        let cases: [([UInt8], CertificationRequestError)] = [
            (spki(.ecPublicKey, parameters: [0x30, 0x03, 0x02, 0x01, 0x01], key: point), .explicitCurve),
            (spki(.ecPublicKey, parameters: [0x05, 0x00], key: point), .explicitCurve),
            (
                spki(.ecPublicKey, parameters: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x10], key: point),
                .unsupportedCurve
            ),
            (spki(.ecPublicKey, parameters: encoded(.p256), key: off), .pointOffCurve),
            (spki(.ecPublicKey, parameters: encoded(.p256), key: [2] + point[1..<33]), .compressedPoint),
            (spki(OID.ocspSigning, parameters: [], key: point), .unsupportedKey),
            (rsaSPKI(modulus: number(bits: 1024)), .weakKey(.modulusSize(bits: 1024))),
            (rsaSPKI(modulus: number(bits: 16384)), .weakKey(.modulusSize(bits: 16384))),
            (rsaSPKI(modulus: number(bits: 2048), exponent: [1]), .weakKey(.exponent)),
            (rsaSPKI(modulus: number(bits: 2048), exponent: [3]), .weakKey(.exponent)),
        ]
        for (key, expected) in cases { #expect(try error { $0.spki = key } == expected) }
    }

    @Test("T21 weak keys are refused in a CSR: small order, close primes, ROCA, small factors")
    func weakKeys() throws {
        for (key, weakness) in try WeakKeys.all() {
            var parts = try RequestParts(key.kind == .ed25519 ? .ed25519 : .rsa2048)
            parts.spki = key.spkiDER
            #expect(error(parsing: try parts.der()) == .weakKey(weakness))
        }
    }

    @Test("T22 what a CSR asks for besides its key is told: subject, names, authority, extensions, attributes")
    func ignored() throws {
        var parts = try RequestParts()
        var names = DERWriter()
        let asked: [GeneralName] = [
            .dns("*.example.org"), .uri("spiffe://other/wl"), .email("a@example.org"), .address([127, 0, 0, 1]),
            .directory(DistinguishedName.encoded(commonName: "other")), .registeredID(.commonName),
        ]
        names.sequence { list in
            for name in asked { name.write(to: &list) }
        }
        parts.attributes = [
            RequestParts.attribute(.challengePassword, [0x0C, 0x01, 0x61]),
            RequestParts.requesting([
                CertificateExtension(.subjectAlternativeName, isCritical: true, value: names.bytes),
                CertificateExtension(.basicConstraints, isCritical: true, value: [0x30, 0x03, 0x01, 0x01, 0xFF]),
                CertificateExtension(.keyUsage, isCritical: true, value: [0x03, 0x02, 0x01, 0x06]),
            ]),
        ].sorted { $0.lexicographicallyPrecedes($1) }
        let request = try CertificationRequest(parsingDER: try parts.der())
        let expected: Set<RequestedContent> = Set(
            asked.map { .name($0) } + [
                .subject(parts.subject), .certificationAuthority, .otherExtension(.keyUsage),
                .otherAttribute(.challengePassword),
            ])
        #expect(Set(request.requested) == expected)
        #expect(request.requested.count == expected.count)
    }

    @Test("malformed and repeated attributes and extensions are refused")
    func badAttributes() throws {
        let usage = CertificateExtension(.keyUsage, isCritical: true, value: [0x03, 0x02, 0x01, 0x06])
        let good = RequestParts.requesting([usage])
        let authority = CertificateExtension(
            .basicConstraints, isCritical: true, value: [0x30, 0x03, 0x01, 0x01, 0x00])
        let noNames = CertificateExtension(.subjectAlternativeName, isCritical: true, value: [0x30, 0x00])
        let cases: [[[UInt8]]] = [
            [good, good], [RequestParts.requesting([usage, usage])], [RequestParts.requesting([])],
            [RequestParts.requesting([authority])], [RequestParts.requesting([noNames])],
            [RequestParts.attribute(.extensionRequest, [0x05, 0x00])], [[0x30, 0x00]],
            [good, RequestParts.attribute(.challengePassword, [0x0C, 0x01, 0x61])],
        ]
        for (index, attributes) in cases.enumerated() {
            #expect(try error { $0.attributes = attributes } == .badAttributes, "case \(index)")
        }
    }

    @Test("versions other than v1 are refused", arguments: [1, 2, 3, 127])
    func versions(version: Int64) throws {
        #expect(try error { $0.version = version } == .unsupportedVersion)
        #expect(try error { $0.version = -version } == .notDER(.badInteger))
    }

    @Test("PEM holds one request and nothing else")
    func pem() throws {
        let der = try RequestParts().der()
        let pem = PEM.encode(der, label: PEM.certificationRequest)
        let old = PEM.encode(der, label: "NEW CERTIFICATE REQUEST")
        for text in [pem, "\r\n " + pem + "\n\n", pem.replacing("\n", with: "\r\n"), old] {
            let request = try CertificationRequest(parsingPEM: Array(text.utf8))
            #expect(request.der == der)
        }
        let refused: [(String, PEMError)] = [
            ("", .noBlock), (" \n", .noBlock), (pem + pem, .tooManyBlocks), ("x" + pem, .unexpectedText),
            (pem + "x", .unexpectedText), (pem.replacing("CERTIFICATE REQUEST", with: "CERTIFICATE"), .unexpectedText),
            (String(pem.dropLast(40)), .notEnded), (pem.replacing("-----BEGIN", with: "----BEGIN"), .unexpectedText),
            (pem.replacing("REQUEST-----\nM", with: "REQUEST-----\n."), .badBase64), (old + pem, .unexpectedText),
            (pem.replacing("REQUEST-----\nM", with: "REQUEST-----M"), .unexpectedText),
        ]
        for (text, expected) in refused {
            #expect(throws: CertificationRequestError.notPEM(expected)) {
                try CertificationRequest(parsingPEM: Array(text.utf8))
            }
        }
    }
}
