extension CertificationRequest {
    /// Makes a request for a key, with a common name (left out when empty) and DNS names (likewise), and signs it.
    ///
    /// The texts are the caller's own: DNS names must be ASCII.
    ///
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package static func make(
        commonName: String, dnsNames: [String], key: PrivateKey
    ) throws(CryptoError) -> [UInt8] {
        try make(
            subjectNameDER: commonName.isEmpty
                ? DistinguishedName.empty : DistinguishedName.encoded(commonName: commonName),
            names: dnsNames.map { .dns($0) }, key: key)
    }

    /// Makes a request for a key with a subject in DER and names of any kind, and signs it.
    ///
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package static func make(
        subjectNameDER: [UInt8], names: [GeneralName], key: any SigningKey
    ) throws(CryptoError) -> [UInt8] {
        var body = DERWriter()
        body.sequence { info in
            info.integer(0)
            info.append(subjectNameDER)
            info.append(key.publicKey.spkiDER)
            info.constructed(.constructed(0)) { attributes in
                if !names.isEmpty { writeExtensionRequest(names, to: &attributes) }
            }
        }
        return try SignedStructure.sign(tbs: body.bytes, with: key)
    }

    private static func writeExtensionRequest(_ names: [GeneralName], to attributes: inout DERWriter) {
        var alternativeName = DERWriter()
        alternativeName.sequence { sequence in
            for name in names { name.write(to: &sequence) }
        }
        attributes.sequence { attribute in
            attribute.oid(.extensionRequest)
            attribute.constructed(.set) { values in
                values.sequence { extensions in
                    CertificateExtension(.subjectAlternativeName, isCritical: false, value: alternativeName.bytes)
                        .write(to: &extensions)
                }
            }
        }
    }

    /// Makes a request as `make` does, as PEM.
    ///
    /// - Throws: `CryptoError` if libcrypto or its random source fails.
    package static func makePEM(
        commonName: String, dnsNames: [String], key: PrivateKey
    ) throws(CryptoError) -> String {
        PEM.encode(
            try make(commonName: commonName, dnsNames: dnsNames, key: key), label: PEM.certificationRequest)
    }
}
