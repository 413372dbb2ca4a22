internal import CertificateAuthority
internal import OpenSSLCrypto
internal import TenureModel

/// Requests, certificates, lists and keys: right ones, and each with one fault.
struct CertificateSamples {
    private let key: PrivateKey
    private let request: [UInt8]
    private let root: RootAuthority

    init() throws {
        key = try PrivateKey.generate(.p256)
        request = try CertificationRequest.make(
            commonName: "checkout", dnsNames: ["checkout.example.internal"], key: key)
        root = try RootAuthority.make(
            id: IssuerID(high: 0x0190_0000_0000_7000, low: 1 << 63 | 1),
            name: AuthorityName(organization: "Tenure", commonName: "Tenure Root 1"), key: .generate(.p384),
            serial: SerialNumber(random: [UInt8](repeating: 0x5A, count: 16)), now: Workbench.now)
    }

    func all() throws -> [(String, [Sample])] {
        let certificate = root.certificate.der
        let list = try root.revocationList(
            entries: [
                RevokedCertificate(serial: [0x11], revokedAt: Workbench.now, reason: .keyCompromise),
                RevokedCertificate(serial: [0x12, 0x34], revokedAt: Workbench.now, reason: .unspecified),
            ], previousNumber: nil, now: Workbench.now,
            publication: PublicationPoint(httpURL: "http://localhost:8080/")
        ).der
        let lineage = lineage.encoded()
        return [
            ("der", faults(in: request) + derFaults),
            ("csr-der", try requests()),
            ("certificate-der", faults(in: certificate) + [Sample("a-request", request), Sample("a-list", list)]),
            ("crl-der", faults(in: list) + [Sample("a-certificate", certificate)]),
            ("spki-der", try keys()),
            ("lineage-extension", faults(in: lineage) + lineageFaults(lineage)),
            (
                "pem",
                pem(certificate, PEM.certificate).filter { $0.name != "no-content" } + [
                    Sample("valid-no-content", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
                    Sample("other-label", PEM.encode(certificate, label: PEM.publicKey)),
                ]
            ),
            ("csr-pem", pem(request, PEM.certificationRequest)),
            (
                "chain-pem",
                pem(certificate, PEM.certificate).filter { $0.name != "two-blocks" } + [
                    Sample("valid-two", String(repeating: PEM.encode(certificate, label: PEM.certificate), count: 2)),
                    Sample("five-blocks", String(repeating: PEM.encode(certificate, label: PEM.certificate), count: 5)),
                ]
            ),
        ]
    }

    /// The faults that any structure in DER can have (T20).
    private func faults(in der: [UInt8]) -> [Sample] {
        [
            Sample("valid-one", der), Sample("empty", [UInt8]()), Sample("trailing-byte", der + [0]),
            Sample("cut-by-one", Array(der.dropLast())), Sample("cut-in-half", Array(der.prefix(der.count / 2))),
            Sample("indefinite-length", [0x30, 0x80] + contents(der) + [0, 0]),
            Sample("length-in-more-bytes", longer(der)),
            Sample("length-past-the-end", [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF] + contents(der)),
            Sample("set-for-sequence", [0x31] + der.dropFirst()),
            Sample("nested-past-16", nested(17)),
        ]
    }

    private var derFaults: [Sample] {
        [
            Sample("valid-nested-16", nested(16)), Sample("valid-null", [0x05, 0x00]),
            Sample("null-with-content", [0x05, 0x01, 0x00]), Sample("boolean-of-one", [0x01, 0x01, 0x01]),
            Sample("integer-padded", [0x02, 0x02, 0x00, 0x01]), Sample("integer-empty", [0x02, 0x00]),
            Sample("oid-padded", [0x06, 0x02, 0x80, 0x01]), Sample("nul-in-utf8-string", [0x0C, 0x02, 0x61, 0x00]),
            Sample("bad-utf8", [0x0C, 0x02, 0xC3, 0x28]),
            Sample("unsorted-set", [0x31, 0x06, 0x02, 0x01, 2, 0x02, 0x01, 1]),
        ]
    }

    private func requests() throws -> [Sample] {
        let other = try PrivateKey.generate(.p256)
        let tbs = Array(try CertificationRequest(parsingDER: request).signedBytes)
        var flipped = request
        flipped[flipped.count - 1] ^= 1
        var commonName = request
        if let place = commonName.firstRange(of: Array("checkout".utf8))?.lowerBound { commonName[place] = 0 }
        return faults(in: request) + [
            Sample(
                "valid-ed25519", try CertificationRequest.make(commonName: "", dnsNames: [], key: .generate(.ed25519))),
            // Possession is judged in a second step.
            Sample("valid-signed-by-another", try SignedStructure.sign(tbs: tbs, with: other)),
            Sample("valid-signature-flipped", flipped),
            Sample(
                "valid-asks-much",
                try CertificationRequest.make(
                    subjectNameDER: DistinguishedName.encoded([
                        (.commonName, "*.example.org"), (.organizationName, "ACME"),
                    ]),
                    names: [.dns("*.example.org"), .uri("spiffe://example.org/admin"), .email("a@example.org")],
                    key: key)),
            Sample("nul-in-common-name", try SignedStructure.sign(tbs: Array(tbsOf(commonName)), with: key)),
            Sample(
                "algorithm-of-another-kind",
                SignedStructure.assemble(
                    tbs: tbs, algorithm: .ed25519, signature: try key.sign(tbs))),
        ]
    }

    /// The first part of a signed structure whose header has four bytes, without reading what is in it.
    private func tbsOf(_ der: [UInt8]) -> ArraySlice<UInt8> {
        let body = contents(der)
        let count = body.count > 2 && body[1] == 0x81 ? Int(body[2]) + 3 : Int(body[1]) + 2
        return body.prefix(count)
    }

    private func keys() throws -> [Sample] {
        let spki = key.publicKey.spkiDER
        var offCurve = spki
        offCurve[offCurve.count - 1] ^= 1
        var infinity = Array(spki.prefix(spki.count - 66))
        infinity[1] = UInt8(clamping: infinity.count)
        var binary = spki
        if let place = binary.firstRange(of: OID.p256.content)?.lowerBound { binary[place + 4] = 0 }
        return faults(in: spki) + [
            Sample("valid-ed25519", try PrivateKey.generate(.ed25519).publicKey.spkiDER),
            Sample("valid-p384", try PrivateKey.generate(.p384).publicKey.spkiDER),
            Sample("valid-rsa", try PrivateKey.generate(.rsa2048).publicKey.spkiDER),
            Sample("point-off-curve", offCurve), Sample("no-point", infinity), Sample("binary-curve", binary),
            Sample("rsa-of-eight-bits", RSAText.spki(modulus: [0xC5], exponent: [3])),
            Sample(
                "rsa-exponent-one",
                RSAText.spki(modulus: [0xC5] + [UInt8](repeating: 0x5B, count: 255), exponent: [1])),
            Sample(
                "rsa-of-16384-bits",
                RSAText.spki(
                    modulus: [0xC5] + [UInt8](repeating: 0x5B, count: 2047), exponent: [1, 0, 1])),
        ]
    }

    private var lineage: LineageExtension {
        LineageExtension(
            log: 0x9F3A_01BC, floor: 4810,
            lineage: Lineage(
                identity: 12, owner: 3, entitlements: [40, 41], profile: 7, trust: 9, environment: 1 << 62,
                instance: 1 << 62 | 5, credential: 1 << 62 | 6, family: 1 << 62 | 7, authentication: .max,
                subjectKey: 1 << 62 | 8, signingKey: 1 << 62 | 9))
    }

    private func lineageFaults(_ der: [UInt8]) -> [Sample] {
        var version = der
        if let place = version.firstRange(of: [0x02, 0x01, 0x01])?.upperBound { version[place - 1] = 2 }
        var kind = der
        if let place = kind.firstRange(of: [0x16, 0x01, UInt8(ascii: "o")])?.upperBound {
            kind[place - 1] = UInt8(ascii: "i")
        }
        return [Sample("other-version", version), Sample("reference-twice", kind)]
    }

    private func pem(_ der: [UInt8], _ label: String) -> [Sample] {
        let text = PEM.encode(der, label: label)
        let lines = text.split(separator: "\n").map(String.init)
        return [
            Sample("valid-one", text), Sample("valid-crlf", lines.joined(separator: "\r\n") + "\r\n"),
            Sample("empty", ""),
            Sample("two-blocks", text + text + text + text + text), Sample("text-before", "# mine\n" + text),
            Sample("text-after", text + "# mine\n"),
            Sample("header-inside", lines[0] + "\nProc-Type: 4,ENCRYPTED\n\n" + text),
            Sample("not-ended", lines.dropLast().joined(separator: "\n")),
            Sample("no-content", lines[0] + "\n" + (lines.last ?? "")),
            Sample("bad-padding", text.replacing("=\n", with: "\n").replacing("==", with: "=") + "="),
            Sample("other-alphabet", text.replacing("M", with: "_")),
        ]
    }

    /// What is behind the first tag and length.
    private func contents(_ der: [UInt8]) -> [UInt8] {
        guard der.count > 1, der[1] & 0x80 != 0 else { return Array(der.dropFirst(2)) }
        return Array(der.dropFirst(2 + Int(der[1] & 0x7F)))
    }

    /// The first length in one byte more than it needs.
    private func longer(_ der: [UInt8]) -> [UInt8] {
        let body = contents(der)
        return [der[0], 0x83, 0, UInt8(truncatingIfNeeded: body.count >> 8), UInt8(truncatingIfNeeded: body.count)]
            + body
    }

    private func nested(_ depth: Int) -> [UInt8] {
        var der: [UInt8] = [0x30, 0x00]
        for _ in 1..<depth { der = [0x30, UInt8(clamping: der.count)] + der }
        return der
    }
}

/// RSA keys that no generator makes.
private enum RSAText {
    static func spki(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        var writer = DERWriter()
        writer.sequence { spki in
            spki.sequence { algorithm in
                algorithm.oid(.rsaEncryption)
                algorithm.null()
            }
            var key = DERWriter()
            key.sequence { key in
                key.unsignedInteger(modulus)
                key.unsignedInteger(exponent)
            }
            spki.bitString(key.bytes)
        }
        return writer.bytes
    }
}
