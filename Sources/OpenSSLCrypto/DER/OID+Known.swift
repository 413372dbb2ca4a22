extension OID {
    // Attributes of names (RFC 5280, appendix A.1).
    /// `2.5.4.3`
    package static let commonName = OID(unchecked: [0x55, 0x04, 0x03])
    /// `2.5.4.6`
    package static let countryName = OID(unchecked: [0x55, 0x04, 0x06])
    /// `2.5.4.10`
    package static let organizationName = OID(unchecked: [0x55, 0x04, 0x0A])
    /// `2.5.4.11`
    package static let organizationalUnitName = OID(unchecked: [0x55, 0x04, 0x0B])

    // Extensions of certificates (RFC 5280, section 4.2).
    /// `2.5.29.14`
    package static let subjectKeyIdentifier = OID(unchecked: [0x55, 0x1D, 0x0E])
    /// `2.5.29.15`
    package static let keyUsage = OID(unchecked: [0x55, 0x1D, 0x0F])
    /// `2.5.29.17`
    package static let subjectAlternativeName = OID(unchecked: [0x55, 0x1D, 0x11])
    /// `2.5.29.19`
    package static let basicConstraints = OID(unchecked: [0x55, 0x1D, 0x13])
    /// `2.5.29.30`
    package static let nameConstraints = OID(unchecked: [0x55, 0x1D, 0x1E])
    /// `2.5.29.31`
    package static let crlDistributionPoints = OID(unchecked: [0x55, 0x1D, 0x1F])
    /// `2.5.29.32`
    package static let certificatePolicies = OID(unchecked: [0x55, 0x1D, 0x20])
    /// `2.5.29.35`
    package static let authorityKeyIdentifier = OID(unchecked: [0x55, 0x1D, 0x23])
    /// `2.5.29.37`
    package static let extendedKeyUsage = OID(unchecked: [0x55, 0x1D, 0x25])
    /// `1.3.6.1.5.5.7.1.1`
    package static let authorityInformationAccess = OID(unchecked: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01])
    // No revocation information is available (RFC 9608).
    /// `2.5.29.56`
    package static let noRevAvail = OID(unchecked: [0x55, 0x1D, 0x38])

    // Extensions of revocation lists (RFC 5280, section 5).
    /// `2.5.29.20`
    package static let crlNumber = OID(unchecked: [0x55, 0x1D, 0x14])
    /// `2.5.29.21`
    package static let crlReason = OID(unchecked: [0x55, 0x1D, 0x15])
    /// `2.5.29.24`
    package static let invalidityDate = OID(unchecked: [0x55, 0x1D, 0x18])
    /// `2.5.29.28`
    package static let issuingDistributionPoint = OID(unchecked: [0x55, 0x1D, 0x1C])

    // Extended key usages and access methods (RFC 5280, sections 4.2.1.12 and 4.2.2.1).
    /// `1.3.6.1.5.5.7.3.1`
    package static let serverAuthentication = OID(unchecked: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01])
    /// `1.3.6.1.5.5.7.3.2`
    package static let clientAuthentication = OID(unchecked: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02])
    /// `1.3.6.1.5.5.7.3.9`
    package static let ocspSigning = OID(unchecked: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09])
    /// `1.3.6.1.5.5.7.48.1`
    package static let ocspAccess = OID(unchecked: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01])
    /// `1.3.6.1.5.5.7.48.2`
    package static let caIssuersAccess = OID(unchecked: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02])

    // Attributes of certification requests (RFC 2985, section 5.4).
    /// `1.2.840.113549.1.9.14`
    package static let extensionRequest = OID(
        unchecked: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x0E])
    /// `1.2.840.113549.1.9.7`
    package static let challengePassword = OID(
        unchecked: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x07])

    // OCSP (RFC 6960, sections 4.2.1 and 4.4.1).
    /// `1.3.6.1.5.5.7.48.1.1`
    package static let ocspBasic = OID(unchecked: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01])
    /// `1.3.6.1.5.5.7.48.1.2`
    package static let ocspNonce = OID(unchecked: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02])

    // Digests (RFC 5754, section 2; RFC 3279, section 2.1).
    /// `1.3.14.3.2.26`
    package static let sha1 = OID(unchecked: [0x2B, 0x0E, 0x03, 0x02, 0x1A])
    /// `2.16.840.1.101.3.4.2.1`
    package static let sha256 = OID(unchecked: [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01])

    // Public keys (RFC 5480, section 2.1; RFC 8410, section 3; RFC 8017, appendix C).
    /// `1.2.840.10045.2.1`
    package static let ecPublicKey = OID(unchecked: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01])
    /// `1.2.840.10045.3.1.7`
    package static let p256 = OID(unchecked: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07])
    /// `1.3.132.0.34`
    package static let p384 = OID(unchecked: [0x2B, 0x81, 0x04, 0x00, 0x22])
    /// `1.3.101.112`
    package static let ed25519 = OID(unchecked: [0x2B, 0x65, 0x70])
    /// `1.2.840.113549.1.1.1`
    package static let rsaEncryption = OID(unchecked: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01])
}
