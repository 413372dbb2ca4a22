package import AuditLog
internal import OpenSSLCrypto
package import TenureModel

/// A signed certificate that nobody has recorded yet, and nobody may see (P2). It leaves by `reveal(after:)` alone; if
/// it is dropped instead, it never existed.
package struct UnreleasedCertificate: ~Copyable, Sendable {
    /// The certificate, for the credential row and for nothing else.
    package let unreleasedDER: [UInt8]
    package let issuer: IssuerID
    package let serial: SerialNumber
    package let validity: CertificateValidity
    package let purpose: CertificateOrder.Purpose
    private let chainPEM: [String]

    init(der: [UInt8], linted: borrowing LintedCertificate, chainPEM: [String]) {
        unreleasedDER = der
        issuer = linted.issuer
        serial = linted.serial
        validity = linted.validity
        purpose = linted.purpose
        self.chainPEM = chainPEM
    }

    package var notBefore: Timestamp { validity.notBefore }
    package var notAfter: Timestamp { validity.notAfter }

    /// Gives the certificate out, now that its row and its entry are durable.
    ///
    /// - Parameter rowHash: the hash of the row that was handed to the recorder, if the caller kept it; the receipt
    ///   must then be for exactly that row.
    /// - Throws: `ReleaseRefusal` if the receipt is that of something else. The certificate is gone then.
    package consuming func reveal(
        after receipt: AuditReceipt, rowHash: [UInt8]? = nil
    ) throws(ReleaseRefusal) -> SignedCertificate {
        guard case .credential(let id) = purpose else { throw .notRecorded }
        guard receipt.key == id.text else { throw .otherReceipt }
        if let rowHash, rowHash != receipt.rowHash { throw .otherReceipt }
        return SignedCertificate(
            der: unreleasedDER, serialHex: serial.description, validity: (notBefore, notAfter), chainPEM: chainPEM)
    }

    /// Gives out the broker's own TLS certificate, which is no credential and has no row: its key never leaves the
    /// process.
    ///
    /// - Throws: `ReleaseRefusal` if it is somebody else's.
    package consuming func revealBrokerServer() throws(ReleaseRefusal) -> SignedCertificate {
        guard purpose == .brokerServer else { throw .notRecorded }
        return SignedCertificate(
            der: unreleasedDER, serialHex: serial.description, validity: (notBefore, notAfter), chainPEM: chainPEM)
    }
}

/// Why a certificate is not given out.
package enum ReleaseRefusal: Error, Hashable, Sendable {
    /// The receipt is for another credential, or for another row of it.
    case otherReceipt
    /// It was never recorded, or is not to be.
    case notRecorded
}

/// A certificate that may leave the process.
package struct SignedCertificate: Hashable, Sendable {
    package let der: [UInt8]
    /// The serial number as lower-case hex digits.
    package let serialHex: String
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    /// What to present with it: the issuing CA first, without the root.
    package let chainPEM: [String]

    fileprivate init(
        der: [UInt8], serialHex: String, validity: (notBefore: Timestamp, notAfter: Timestamp), chainPEM: [String]
    ) {
        self.der = der
        self.serialHex = serialHex
        notBefore = validity.notBefore
        notAfter = validity.notAfter
        self.chainPEM = chainPEM
    }

    /// Shows once more what a credential row, read back from the database, has recorded: the answer to a request that
    /// is repeated under its idempotency key, after the same check of marks. Nil of a token.
    ///
    /// - Parameter chainPEM: that of the issuer which the row names.
    package init?(recorded credential: Credential, chainPEM: [String]) {
        guard credential.index >= 0, case .certificate(_, let serial, _, let der, _) = credential.body else {
            return nil
        }
        self.init(
            der: der, serialHex: SerialNumber.hexText(serial),
            validity: (credential.notBefore, credential.notAfter), chainPEM: chainPEM)
    }

    /// The leaf as one PEM block.
    package var leafPEM: String { PEM.encode(der, label: PEM.certificate) }

    /// Leaf and chain in one text, as servers read it.
    package var fullChainPEM: String { chainPEM.reduce(into: leafPEM) { $0 += $1 } }
}
