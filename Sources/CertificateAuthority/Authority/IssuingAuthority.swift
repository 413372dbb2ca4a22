package import OpenSSLCrypto
package import TenureModel

/// How an issuing CA comes by its certificate: from our root at once, or from a root elsewhere by a request.
package enum IssuingAuthority {
    /// One year.
    package static let lifetimeSeconds: Int64 = 365 * 86_400

    /// Has the root certify the key of an issuing CA, P-256 or, on request, P-384.
    ///
    /// - Parameters:
    ///   - publication: where the root's list is published, or nil to name none.
    ///   - lifetimeSeconds: at most what is left of the root.
    /// - Throws: `AuthorityError`.
    package static func certificate(
        for key: PublicKey, name: AuthorityName, root: RootAuthority, serial: SerialNumber, now: Timestamp,
        publication: PublicationPoint?, lifetimeSeconds: Int64 = lifetimeSeconds
    ) throws(AuthorityError) -> Certificate {
        try root.certify(
            key, name: name, serial: serial, now: now, lifetimeSeconds: lifetimeSeconds,
            listURI: publication?.listURI(issuer: root.facts.id))
    }

    /// Has the root certify the key of a request that was carried to it, after its holder's proof.
    ///
    /// - Throws: `AuthorityError`.
    package static func certificate(
        forRequestPEM pem: [UInt8], name: AuthorityName, root: RootAuthority, serial: SerialNumber, now: Timestamp,
        publication: PublicationPoint?
    ) throws(AuthorityError) -> Certificate {
        let request: CertificationRequest
        do {
            request = try CertificationRequest(parsingPEM: pem)
            try request.verifyProofOfPossession()
        } catch {
            throw .badRequest(error)
        }
        return try certificate(
            for: request.publicKey, name: name, root: root, serial: serial, now: now, publication: publication)
    }

    /// Makes the request that a root elsewhere certifies.
    ///
    /// - Throws: `AuthorityError`.
    package static func requestPEM(key: any SigningKey, name: AuthorityName) throws(AuthorityError) -> String {
        let kind = key.publicKey.kind
        guard kind == .p256 || kind == .p384 else { throw .keyKindNotAllowed(kind) }
        do {
            let der = try CertificationRequest.make(subjectNameDER: name.nameDER, names: [], key: key)
            return PEM.encode(der, label: PEM.certificationRequest)
        } catch {
            throw .signing(.crypto(error))
        }
    }
}
