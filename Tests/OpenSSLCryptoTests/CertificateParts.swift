internal import OpenSSLCrypto
internal import Testing

/// A certificate in parts, each of which a test may spoil.
struct CertificateParts {
    var version: Int64? = 2
    var serialNumber: [UInt8] = [0x01, 0x02]
    var algorithm: [UInt8]
    var issuer = DistinguishedName.encoded(commonName: "root")
    var notBefore: Int64 = 1_700_000_000
    var notAfter: Int64 = 1_800_000_000
    var subject: [UInt8]
    var spki: [UInt8]
    var extensions: [CertificateExtension] = []
    var extra: [UInt8] = []
    let signer: PrivateKey

    init(subject: String, key: PublicKey, issuer: String, signer: PrivateKey) {
        self.subject = DistinguishedName.encoded(commonName: subject)
        self.issuer = DistinguishedName.encoded(commonName: issuer)
        spki = key.spkiDER
        self.signer = signer
        algorithm = signer.kind.signatureAlgorithm.identifierDER
        extensions = [Self.authorityKeyIdentifier(signer.publicKey), Self.subjectKeyIdentifier(key)]
    }

    /// An authority; its own issuer where `issuer` is its name.
    static func authority(
        _ name: String, key: PrivateKey, issuer: String, signer: PrivateKey, pathLength: Int? = nil
    ) -> CertificateParts {
        var parts = CertificateParts(subject: name, key: key.publicKey, issuer: issuer, signer: signer)
        parts.extensions += [basicConstraints(pathLength: pathLength), keyUsage([.certificateSigning, .crlSigning])]
        return parts
    }

    /// A leaf for clients.
    static func leaf(
        _ name: String, key: PrivateKey, issuer: String, signer: PrivateKey,
        usages: [OID] = [.clientAuthentication]
    ) -> CertificateParts {
        var parts = CertificateParts(subject: name, key: key.publicKey, issuer: issuer, signer: signer)
        parts.extensions += [
            keyUsage([.digitalSignature]), extendedKeyUsage(usages),
            alternativeNames([.dns("a.example"), .uri("urn:a")]),
        ]
        return parts
    }

    func der() throws -> [UInt8] {
        var tbs = DERWriter()
        tbs.sequence { body in
            if let version { body.constructed(.constructed(0)) { $0.integer(version) } }
            body.primitive(.integer, serialNumber)
            body.append(algorithm)
            body.append(issuer)
            body.sequence { validity in
                validity.time(notBefore)
                validity.time(notAfter)
            }
            body.append(subject)
            body.append(spki)
            if !extensions.isEmpty {
                body.constructed(.constructed(3)) { tagged in
                    tagged.sequence { list in
                        for one in extensions { one.write(to: &list) }
                    }
                }
            }
            body.append(extra)
        }
        return try SignedStructure.sign(tbs: tbs.bytes, with: signer)
    }

    func certificate() throws -> Certificate { try Certificate(der: try der()) }
}

extension CertificateParts {
    static func value(_ write: (inout DERWriter) -> Void) -> [UInt8] {
        var writer = DERWriter()
        write(&writer)
        return writer.bytes
    }

    static func subjectKeyIdentifier(_ key: PublicKey) -> CertificateExtension {
        CertificateExtension(
            .subjectKeyIdentifier, isCritical: false, value: value { $0.octetString(key.identifier) })
    }

    static func authorityKeyIdentifier(_ key: PublicKey) -> CertificateExtension {
        CertificateExtension(
            .authorityKeyIdentifier, isCritical: false,
            value: value { writer in writer.sequence { $0.primitive(.primitive(0), key.identifier) } })
    }

    static func basicConstraints(pathLength: Int?) -> CertificateExtension {
        CertificateExtension(
            .basicConstraints, isCritical: true,
            value: value { writer in
                writer.sequence { sequence in
                    sequence.boolean(true)
                    if let pathLength { sequence.integer(Int64(pathLength)) }
                }
            })
    }

    static func keyUsage(_ usage: KeyUsage) -> CertificateExtension {
        CertificateExtension(.keyUsage, isCritical: true, value: value { $0.namedBits(usage.rawValue) })
    }

    static func extendedKeyUsage(_ usages: [OID]) -> CertificateExtension {
        CertificateExtension(
            .extendedKeyUsage, isCritical: false,
            value: value { writer in writer.sequence { list in for usage in usages { list.oid(usage) } } })
    }

    static func alternativeNames(_ names: [GeneralName]) -> CertificateExtension {
        CertificateExtension(
            .subjectAlternativeName, isCritical: false,
            value: value { writer in writer.sequence { list in for name in names { name.write(to: &list) } } })
    }
}

/// A revocation list in parts, each of which a test may spoil.
struct RevocationListParts {
    var version: Int64 = 1
    var algorithm: [UInt8]
    var issuer = DistinguishedName.encoded(commonName: "root")
    var thisUpdate: Int64 = 1_700_000_000
    var nextUpdate: Int64? = 1_700_003_600
    var entries: [(serialNumber: [UInt8], reason: Int64?)] = []
    var extensions: [CertificateExtension]
    let signer: PrivateKey

    init(issuer: String, signer: PrivateKey, number: [UInt8] = [7]) {
        self.issuer = DistinguishedName.encoded(commonName: issuer)
        self.signer = signer
        algorithm = signer.kind.signatureAlgorithm.identifierDER
        extensions = [
            CertificateParts.authorityKeyIdentifier(signer.publicKey),
            CertificateExtension(
                .crlNumber, isCritical: false, value: CertificateParts.value { $0.unsignedInteger(number) }),
        ]
    }

    func der() throws -> [UInt8] {
        var tbs = DERWriter()
        tbs.sequence { body in
            body.integer(version)
            body.append(algorithm)
            body.append(issuer)
            body.time(thisUpdate)
            if let nextUpdate { body.time(nextUpdate) }
            if !entries.isEmpty {
                body.sequence { list in
                    for entry in entries { write(entry, to: &list) }
                }
            }
            body.constructed(.constructed(0)) { tagged in
                tagged.sequence { list in
                    for one in extensions { one.write(to: &list) }
                }
            }
        }
        return try SignedStructure.sign(tbs: tbs.bytes, with: signer)
    }

    private func write(_ entry: (serialNumber: [UInt8], reason: Int64?), to list: inout DERWriter) {
        list.sequence { sequence in
            sequence.unsignedInteger(entry.serialNumber)
            sequence.time(thisUpdate)
            if let reason = entry.reason {
                sequence.sequence { extensions in
                    CertificateExtension(
                        .crlReason, isCritical: false, value: CertificateParts.value { $0.integer(reason, .enumerated) }
                    ).write(to: &extensions)
                }
            }
        }
    }
}
