package import OpenSSLCrypto
package import TenureModel

/// The root CA with its key loaded: certifies issuing CAs and signs its own revocation list. It is loaded for a
/// ceremony and dropped after it; `dev` alone keeps it.
package struct RootAuthority: Sendable {
    /// Ten years, leap days included.
    package static let lifetimeSeconds: Int64 = 3652 * 86_400
    /// How long a list of the root is valid; it is made anew at half of that.
    package static let listSeconds: Int64 = 180 * 86_400

    package let facts: IssuerFacts
    package let certificate: Certificate
    private let signer: CertificateSigner

    /// Makes a root: self-signed, pathlen 1, ten years.
    ///
    /// - Parameter key: P-384, made for this and for nothing else.
    /// - Throws: `AuthorityError`.
    package static func make(
        id: IssuerID, name: AuthorityName, key: PrivateKey, serial: SerialNumber, now: Timestamp
    ) throws(AuthorityError) -> RootAuthority {
        guard key.kind == .p384 else { throw .keyKindNotAllowed(key.kind) }
        let begins = now.wholeSecond
        let body = AuthorityCertificate(
            serial: serial, issuerNameDER: name.nameDER, subjectNameDER: name.nameDER, key: key.publicKey,
            notBefore: begins.adding(seconds: -CertificateValidity.skewSeconds),
            notAfter: begins.adding(seconds: lifetimeSeconds), pathLength: 1, authorityKeyIdentifier: nil, listURI: nil)
        let signer = CertificateSigner(key: key, verification: .all)
        return try RootAuthority(id: id, signer: signer, certificate: signed(body, by: signer))
    }

    /// Loads a root that was made before.
    ///
    /// - Throws: `AuthorityError.refused` if key and certificate do not belong together, or it is no root.
    package init(id: IssuerID, key: PrivateKey, certificate: Certificate) throws(AuthorityError) {
        guard key.kind == .p384 else { throw .keyKindNotAllowed(key.kind) }
        try self.init(id: id, signer: CertificateSigner(key: key, verification: .all), certificate: certificate)
    }

    private init(id: IssuerID, signer: CertificateSigner, certificate: Certificate) throws(AuthorityError) {
        do { facts = try IssuerFacts(id: id, key: signer.publicKey, certificate: certificate) } catch {
            throw .refused(error)
        }
        guard certificate.issuerNameDER == certificate.subjectNameDER, certificate.isSigned(by: signer.publicKey)
        else { throw .refused(.brokenChain) }
        guard certificate.pathLength == 1 else { throw .refused(.badPathLength) }
        self.certificate = certificate
        self.signer = signer
    }

    /// Certifies an issuing CA: pathlen 0, no longer valid than the root itself.
    ///
    /// - Parameter listURI: where relying parties fetch this root's list, or nil to leave it out.
    /// - Throws: `AuthorityError`.
    func certify(
        _ key: PublicKey, name: AuthorityName, serial: SerialNumber, now: Timestamp, lifetimeSeconds: Int64,
        listURI: String?
    ) throws(AuthorityError) -> Certificate {
        guard key.kind == .p256 || key.kind == .p384 else { throw .keyKindNotAllowed(key.kind) }
        guard key != facts.publicKey else { throw .ownKey }
        let begins = now.wholeSecond
        guard begins >= facts.notBefore, begins < facts.notAfter else { throw .rootNotValid }
        let body = AuthorityCertificate(
            serial: serial, issuerNameDER: facts.nameDER, subjectNameDER: name.nameDER, key: key,
            notBefore: max(begins.adding(seconds: -CertificateValidity.skewSeconds), facts.notBefore),
            notAfter: min(begins.adding(seconds: lifetimeSeconds), facts.notAfter), pathLength: 0,
            authorityKeyIdentifier: facts.keyIdentifier, listURI: listURI)
        return try Self.signed(body, by: signer)
    }

    /// Makes the root's revocation list: every issuing CA that must not be trusted any more, usually none.
    ///
    /// - Throws: `AuthorityError.list`.
    package func revocationList(
        entries: [RevokedCertificate], previousNumber: Int64?, now: Timestamp, publication: PublicationPoint
    ) throws(AuthorityError) -> SignedRevocationList {
        let builder = RevocationListBuilder(facts: facts, signer: signer, publication: publication)
        do {
            return try builder.completeList(
                entries: entries, previousNumber: previousNumber, thisUpdate: now,
                revocationSeconds: Self.listSeconds + RevocationListBuilder.marginSeconds)
        } catch {
            throw .list(error)
        }
    }

    private static func signed(
        _ body: AuthorityCertificate, by signer: CertificateSigner
    ) throws(AuthorityError) -> Certificate {
        let der: [UInt8]
        let algorithm = signer.publicKey.kind.signatureAlgorithm
        do { der = try signer.sign(body.tbs(signedWith: algorithm), isCritical: true) } catch { throw .signing(error) }
        do { return try Certificate(der: der) } catch { throw .unreadable(error) }
    }
}
