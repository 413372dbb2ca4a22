internal import COpenSSLShim

/// An X.509 v3 certificate (RFC 5280), read strictly: by our own reader, and by libcrypto as a second opinion.
///
/// Reading says nothing about whether it may be trusted: `ChainVerifier` does.
package final class Certificate: Sendable {
    /// The largest certificate.
    package static let bytesMax = 32_768

    /// The whole certificate.
    package let der: [UInt8]
    /// The serial number, positive, big-endian without leading zeros, 1 to 20 bytes.
    package let serialNumber: [UInt8]
    /// The issuer's distinguished name in DER.
    package let issuerNameDER: [UInt8]
    /// The subject's distinguished name in DER.
    package let subjectNameDER: [UInt8]
    /// The first second of validity, since 1970.
    package let notBefore: Int64
    /// The last second of validity, since 1970.
    package let notAfter: Int64
    /// The subject's key.
    package let publicKey: PublicKey
    /// How it is signed; nil for an algorithm that is not accepted here.
    package let signatureAlgorithm: SignatureAlgorithm?
    /// All extensions, in their order; none stands there twice.
    package let extensions: [CertificateExtension]
    /// Those extensions that are read here.
    let known: KnownExtensions

    private let parts: SignedStructure.Parts

    /// Reads one certificate and nothing else.
    ///
    /// - Throws: `CertificateError`.
    package init(der: [UInt8]) throws(CertificateError) {
        guard der.count <= Self.bytesMax else { throw .tooLarge }
        let body: CertificateBody
        do {
            parts = try SignedStructure.split(der)
            body = try CertificateBody(parts.tbs)
            try DERCanonicalForm.check(der)
        } catch {
            throw .notDER(error)
        }
        guard body.version == 2 else { throw .unsupportedVersion }
        guard body.algorithmDER.elementsEqual(parts.algorithmDER) else { throw .algorithmMismatch }
        guard (1...20).contains(body.serialNumber.count) else { throw .badSerialNumber }
        do { extensions = try body.extensions.map(CertificateExtension.list) ?? [] } catch { throw .extensions(error) }
        known = try KnownExtensions(extensions)
        do { publicKey = try PublicKey(spkiDER: [UInt8](body.spki)) } catch { throw .key(error) }
        do {
            try checked(.readCertificate) { unsafe ossl_certificate_check(der, der.count, &$0) }
        } catch {
            throw .rejected(error)
        }
        self.der = der
        serialNumber = [UInt8](body.serialNumber)
        issuerNameDER = [UInt8](body.issuer)
        subjectNameDER = [UInt8](body.subject)
        notBefore = body.notBefore
        notAfter = body.notAfter
        signatureAlgorithm = SignatureAlgorithm(identifierDER: parts.algorithmDER)
    }

    /// Reads one PEM block `CERTIFICATE` with nothing around it but white space.
    ///
    /// - Throws: `CertificateError`.
    package convenience init(pem: [UInt8]) throws(CertificateError) {
        let der: [UInt8]
        do { der = try PEM.decode(pem, label: PEM.certificate) } catch { throw .notPEM(error) }
        try self.init(der: der)
    }

    /// Reads a chain: at least one PEM block `CERTIFICATE`, at most `countMax`, and nothing else.
    ///
    /// - Throws: `CertificateError`.
    package static func chain(pem: [UInt8], countMax: Int) throws(CertificateError) -> [Certificate] {
        let blocks: [[UInt8]]
        do { blocks = try PEM.decodeAll(pem, label: PEM.certificate, countMax: countMax) } catch {
            throw .notPEM(error)
        }
        var chain: [Certificate] = []
        for block in blocks { chain.append(try Certificate(der: block)) }
        return chain
    }

    /// Joins a TBSCertificate, the algorithm and the signature.
    package static func assemble(
        tbs: [UInt8], signatureAlgorithm: SignatureAlgorithm, signature: [UInt8]
    ) -> [UInt8] {
        SignedStructure.assemble(tbs: tbs, algorithm: signatureAlgorithm, signature: signature)
    }

    /// Whether the signature was made with this key over this certificate. Names, dates and rights are not looked at.
    package func isSigned(by key: PublicKey) -> Bool {
        guard let signatureAlgorithm else { return false }
        return key.isValid(signature: parts.signature, for: parts.tbs, algorithm: signatureAlgorithm)
    }
}

extension Certificate {
    /// The certificate as one PEM block.
    package var pem: String { PEM.encode(der, label: PEM.certificate) }

    /// The bytes that were signed: the TBSCertificate.
    package var signedBytes: ArraySlice<UInt8> { parts.tbs }

    /// The subject's key in DER.
    package var spkiDER: [UInt8] { publicKey.spkiDER }

    /// Whether basicConstraints says that the subject is a certification authority.
    package var isCA: Bool { known.basicConstraints?.isAuthority ?? false }

    /// How many authorities may follow in a chain; nil where there is no limit, or the subject is no authority.
    package var pathLength: Int? { known.basicConstraints?.pathLength }

    /// The key identifier of the subject.
    package var subjectKeyIdentifier: [UInt8]? { known.subjectKeyIdentifier }

    /// The key identifier of the issuer.
    package var authorityKeyIdentifier: [UInt8]? { known.authorityKeyIdentifier }

    /// The subject alternative names, in their order.
    package var names: [GeneralName] { known.names }

    /// The DNS names among the subject alternative names.
    package var dnsNames: [String] { known.names.compactMap { if case .dns(let name) = $0 { name } else { nil } } }

    /// The URIs among the subject alternative names.
    package var uriNames: [String] { known.names.compactMap { if case .uri(let name) = $0 { name } else { nil } } }

    /// The extended key usages; nil where the extension is absent and so nothing is ruled out.
    package var extendedKeyUsages: [OID]? { known.extendedKeyUsages }

    /// The key usages; nil where the extension is absent.
    package var keyUsage: KeyUsage? { known.keyUsage }

    /// The value of an extension, the content of its OCTET STRING; nil where it is absent.
    package func extensionValue(_ oid: OID) -> [UInt8]? { extensions.first { $0.oid == oid }?.value }
}

extension Certificate: Hashable {
    /// Certificates are equal when all their bytes are.
    package static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }

    /// Hashes what equality compares.
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
