internal import COpenSSLShim

/// A certificate revocation list, v2 (RFC 5280, section 5), read strictly, and by libcrypto as a second opinion.
package final class RevocationList: Sendable {
    /// The largest list.
    package static let bytesMax = 8_388_608

    /// One certificate that is revoked.
    package struct Entry: Hashable, Sendable {
        /// Positive, big-endian without leading zeros.
        package let serialNumber: [UInt8]
        /// In seconds since 1970.
        package let revokedAt: Int64
        /// The number of CRLReason (RFC 5280, section 5.3.1); nil where none is given.
        package let reason: Int?
    }

    /// The whole list.
    package let der: [UInt8]
    /// The issuer's distinguished name in DER.
    package let issuerNameDER: [UInt8]
    /// When it was made, in seconds since 1970.
    package let thisUpdate: Int64
    /// When a newer one is there at the latest, in seconds since 1970.
    package let nextUpdate: Int64
    /// The number of the list, which only grows: big-endian without leading zeros, at most 20 bytes, empty for zero.
    package let number: [UInt8]
    /// Those revoked, in their order.
    package let entries: [Entry]
    /// All extensions of the list, in their order.
    package let extensions: [CertificateExtension]
    /// The key identifier of the issuer.
    package let authorityKeyIdentifier: [UInt8]?
    /// How it is signed.
    package let signatureAlgorithm: SignatureAlgorithm

    private let parts: SignedStructure.Parts

    /// Reads one list and nothing else. It must have a next update and a number.
    ///
    /// - Throws: `RevocationListError`.
    package init(der: [UInt8]) throws(RevocationListError) {
        guard der.count <= Self.bytesMax else { throw .tooLarge }
        let body: RevocationListBody
        do {
            parts = try SignedStructure.split(der)
            body = try RevocationListBody(parts.tbs)
            try DERCanonicalForm.check(der)
            entries = try body.entries.map(RevocationListBody.entries) ?? []
        } catch {
            throw .notDER(error)
        }
        do { extensions = try CertificateExtension.list(body.extensions) } catch { throw .extensions(error) }
        do {
            guard let value = extensions.first(where: { $0.oid == .crlNumber })?.value else {
                throw DERError.truncated
            }
            var reader = DERReader(value)
            let number = try reader.unsignedInteger()
            try reader.finish()
            guard number.count <= 20 else { throw DERError.badInteger }
            self.number = [UInt8](number)
            authorityKeyIdentifier = try extensions.first { $0.oid == .authorityKeyIdentifier }.flatMap {
                try KnownExtensions.keyIdentifier(DERReader($0.value))
            }
        } catch {
            throw .badNumber
        }
        guard body.algorithmDER.elementsEqual(parts.algorithmDER) else { throw .algorithmMismatch }
        guard let algorithm = SignatureAlgorithm(identifierDER: parts.algorithmDER) else { throw .unsupportedAlgorithm }
        do {
            try checked(.readRevocationList) { unsafe ossl_crl_check(der, der.count, &$0) }
        } catch {
            throw .rejected(error)
        }
        self.der = der
        issuerNameDER = [UInt8](body.issuer)
        thisUpdate = body.thisUpdate
        nextUpdate = body.nextUpdate
        signatureAlgorithm = algorithm
    }

    /// Whether the signature was made with this key over this list.
    package func isSigned(by key: PublicKey) -> Bool {
        key.isValid(signature: parts.signature, for: parts.tbs, algorithm: signatureAlgorithm)
    }

    /// The list as one PEM block.
    package var pem: String { PEM.encode(der, label: PEM.revocationList) }

    /// The value of an extension of the list; nil where it is absent.
    package func extensionValue(_ oid: OID) -> [UInt8]? { extensions.first { $0.oid == oid }?.value }

    /// The entry of a serial number, without leading zeros; nil where it is not listed.
    package func entry(of serialNumber: [UInt8]) -> Entry? { entries.first { $0.serialNumber == serialNumber } }
}

/// Why bytes are not a revocation list that is accepted.
package enum RevocationListError: Error, Hashable, Sendable {
    /// More than 8 MiB.
    case tooLarge
    /// Not DER, or not the structure of a v2 list with a next update.
    case notDER(DERError)
    /// The algorithm inside differs from the one outside.
    case algorithmMismatch
    /// A signature algorithm that is not accepted here.
    case unsupportedAlgorithm
    /// Extensions that cannot be listed.
    case extensions(ExtensionListError)
    /// No number, or one of more than 20 bytes; or a malformed key identifier.
    case badNumber
    /// libcrypto does not read these bytes as a revocation list.
    case rejected(CryptoError)
}

/// TBSCertList taken apart (RFC 5280, section 5.1.2); the slices are parts of the input.
struct RevocationListBody {
    let algorithmDER: ArraySlice<UInt8>
    let issuer: ArraySlice<UInt8>
    let thisUpdate: Int64
    let nextUpdate: Int64
    let entries: DERReader?
    let extensions: DERReader

    init(_ tbs: ArraySlice<UInt8>) throws(DERError) {
        var reader = DERReader(tbs)
        var body = try reader.constructed()
        guard try body.smallInteger() == 1 else { throw .badInteger }
        algorithmDER = try body.element(.sequence).encoded
        let name = try body.element(.sequence)
        try DistinguishedName.check(DERReader(name.content))
        issuer = name.encoded
        thisUpdate = try body.time()
        nextUpdate = try body.time()
        entries = try body.optionalConstructed(.sequence)
        var tagged = try body.constructed(.constructed(0))
        extensions = try tagged.constructed()
        try tagged.finish()
        try body.finish()
    }

    /// At least one entry: where nothing is revoked the list is absent (RFC 5280, section 5.1.2.6).
    static func entries(_ reader: DERReader) throws(DERError) -> [RevocationList.Entry] {
        var reader = reader
        var entries: [RevocationList.Entry] = []
        repeat {
            var sequence = try reader.constructed()
            let serialNumber = try sequence.unsignedInteger()
            guard (1...20).contains(serialNumber.count) else { throw .badInteger }
            let revokedAt = try sequence.time()
            let reason = try sequence.optionalConstructed(.sequence).flatMap { (extensions) throws(DERError) in
                try Self.reason(extensions)
            }
            try sequence.finish()
            entries.append(
                RevocationList.Entry(serialNumber: [UInt8](serialNumber), revokedAt: revokedAt, reason: reason))
        } while !reader.isAtEnd
        return entries
    }

    private static func reason(_ extensions: DERReader) throws(DERError) -> Int? {
        let list: [CertificateExtension]
        do { list = try CertificateExtension.list(extensions) } catch .malformed(let error) { throw error } catch {
            throw .unsortedSet
        }
        guard let value = list.first(where: { $0.oid == .crlReason })?.value else { return nil }
        var reader = DERReader(value)
        let reason = try reader.smallInteger(.enumerated)
        try reader.finish()
        guard reason <= 10, reason != 7 else { throw .badInteger }
        return reason
    }
}
