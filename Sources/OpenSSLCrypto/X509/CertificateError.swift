/// Why bytes are not a certificate that is accepted.
package enum CertificateError: Error, Hashable, Sendable {
    /// More than 32 KiB.
    case tooLarge
    /// Not PEM blocks with the label of a certificate, and nothing around them.
    case notPEM(PEMError)
    /// Not DER, or not the structure of a certificate.
    case notDER(DERError)
    /// Not X.509 v3.
    case unsupportedVersion
    /// Zero, negative, or of more than 20 bytes.
    case badSerialNumber
    /// The algorithm inside differs from the one outside (RFC 5280, section 4.1.1.2).
    case algorithmMismatch
    /// Extensions that cannot be listed.
    case extensions(ExtensionListError)
    /// An extension that is read here, with a value that it cannot have.
    case badExtension(OID, DERError)
    /// A key that is not accepted.
    case key(PublicKeyError)
    /// libcrypto does not read these bytes as a certificate.
    case rejected(CryptoError)
}
