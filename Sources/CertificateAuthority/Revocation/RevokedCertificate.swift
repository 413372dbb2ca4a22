package import TenureModel

/// One entry of a revocation list.
package struct RevokedCertificate: Hashable, Sendable {
    /// As it stands in the credential row: big-endian, at most 20 octets, not zero.
    package let serial: [UInt8]
    package let revokedAt: Timestamp
    package let reason: RevocationReason

    package init(serial: [UInt8], revokedAt: Timestamp, reason: RevocationReason) {
        self.serial = serial
        self.revokedAt = revokedAt
        self.reason = reason
    }
}

/// A revocation list that was signed, and whose signature was verified.
package struct SignedRevocationList: Hashable, Sendable {
    package let der: [UInt8]
    /// The CRL number (RFC 5280, section 5.2.3).
    package let number: Int64
    package let thisUpdate: Timestamp
    package let nextUpdate: Timestamp
    package let entryCount: Int
}

/// Why a list could not be made.
package enum RevocationListRefusal: Error, Hashable, Sendable {
    /// More entries than one list may have.
    case tooManyEntries
    /// `revocation_seconds` is below 300, so that the list would end before it could be fetched and replaced.
    case validityTooShort
    /// The number of the last list leaves no larger one.
    case numberExhausted
    /// A serial number that is empty, zero or longer than 20 octets.
    case badSerial
    case signing(SigningError)
}
