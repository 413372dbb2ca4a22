internal import AuditLog
package import OpenSSLCrypto
package import TenureModel

/// What certificates and revocation lists say of their issuer, taken from its own certificate.
package struct IssuerFacts: Hashable, Sendable {
    package let id: IssuerID
    /// The subject of the issuer's certificate: a Name in DER, repeated byte for byte as issuer.
    package let nameDER: [UInt8]
    /// The subject key identifier of the issuer's certificate, whoever chose it (RFC 5280, section 4.2.1.1).
    package let keyIdentifier: [UInt8]
    package let publicKey: PublicKey
    /// The reference `k` of what it signs.
    package let keyReference: LineageReference
    package let notBefore: Timestamp
    /// The last second in which the issuer's certificate is valid.
    package let notAfter: Timestamp

    /// Takes the facts as they are; `Issuer` checks them against its certificate.
    package init(
        id: IssuerID, nameDER: [UInt8], keyIdentifier: [UInt8], publicKey: PublicKey, notBefore: Timestamp,
        notAfter: Timestamp
    ) {
        self.id = id
        self.nameDER = nameDER
        self.keyIdentifier = keyIdentifier
        self.publicKey = publicKey
        keyReference = .signingKey(spkiDER: publicKey.spkiDER)
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// The algorithm with which it signs.
    package var signatureAlgorithm: SignatureAlgorithm { publicKey.kind.signatureAlgorithm }
}
