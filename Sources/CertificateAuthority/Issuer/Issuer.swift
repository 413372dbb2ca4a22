package import OpenSSLCrypto
package import TenureModel

/// An issuing CA with its key loaded: signs what was linted, and nothing else. Any number of tasks may issue with it at
/// the same time.
package final class Issuer: Sendable {
    package let facts: IssuerFacts
    /// Its own certificate.
    package let certificate: Certificate
    /// What leaves present after themselves: its own certificate first, without the root.
    package let chainPEM: [String]
    let signer: CertificateSigner

    /// Loads a key with its certificate, and refuses what does not belong together or could not issue.
    ///
    /// - Parameters:
    ///   - chain: its own certificate, then those above it, without the root.
    ///   - verification: which leaf signatures are verified; the first always is, and so is every list.
    /// - Throws: `IssuerRefusal`.
    package init(
        id: IssuerID, key: any SigningKey, chain: [Certificate], verification: SignatureVerification = .sampled
    ) throws(IssuerRefusal) {
        guard let certificate = chain.first else { throw .emptyChain }
        guard certificate.pathLength == 0 || !certificate.isCA else { throw .badPathLength }
        facts = try IssuerFacts(id: id, key: key.publicKey, certificate: certificate)
        for (lower, upper) in zip(chain, chain.dropFirst()) {
            guard lower.issuerNameDER == upper.subjectNameDER, upper.isCA, lower.isSigned(by: upper.publicKey) else {
                throw .brokenChain
            }
        }
        self.certificate = certificate
        chainPEM = chain.map(\.pem)
        signer = CertificateSigner(key: key, verification: verification)
    }

    package var id: IssuerID { facts.id }

    /// Signs the linted bytes, byte for byte. What comes out is for the recorder alone.
    ///
    /// - Throws: `SigningError`; nothing was issued then.
    package func issue(_ linted: consuming LintedCertificate) throws(SigningError) -> UnreleasedCertificate {
        precondition(linted.issuer == facts.id, "a certificate was linted for another issuer")
        let der = try signer.sign(linted.tbs, isCritical: false)
        return UnreleasedCertificate(der: der, linted: linted, chainPEM: chainPEM)
    }
}

/// Why a key with its certificate cannot sign certificates.
package enum IssuerRefusal: Error, Hashable, Sendable {
    case emptyChain
    /// The key is not that of the certificate.
    case keyDoesNotFit
    /// Neither P-256 nor P-384.
    case keyKindNotAllowed(KeyKind)
    /// The certificate is not that of a CA.
    case notAnAuthority
    /// The path length of an issuing CA is 0, that of a root 1.
    case badPathLength
    /// The key usage is not exactly keyCertSign and cRLSign.
    case badKeyUsage
    /// Without a subject key identifier, what it signs could not name it.
    case noKeyIdentifier
    /// A certificate of the chain is not signed by the next one.
    case brokenChain
}

extension IssuerFacts {
    /// The facts of a certificate, checked: a CA's, that key's, allowed to sign certificates and lists.
    init(id: IssuerID, key: PublicKey, certificate: Certificate) throws(IssuerRefusal) {
        guard key == certificate.publicKey else { throw .keyDoesNotFit }
        guard key.kind == .p256 || key.kind == .p384 else { throw .keyKindNotAllowed(key.kind) }
        guard certificate.isCA else { throw .notAnAuthority }
        // An external root may allow digitalSignature besides, for OCSP.
        let needed: KeyUsage = [.certificateSigning, .crlSigning]
        guard let usage = certificate.keyUsage, usage.subtracting(.digitalSignature) == needed else {
            throw .badKeyUsage
        }
        guard let keyIdentifier = certificate.subjectKeyIdentifier, (1...64).contains(keyIdentifier.count) else {
            throw .noKeyIdentifier
        }
        self.init(
            id: id, nameDER: certificate.subjectNameDER, keyIdentifier: keyIdentifier, publicKey: key,
            notBefore: Timestamp(clampingSeconds: certificate.notBefore),
            notAfter: Timestamp(clampingSeconds: certificate.notAfter))
    }
}
