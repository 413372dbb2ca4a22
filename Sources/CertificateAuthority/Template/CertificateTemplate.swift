internal import OpenSSLCrypto
package import TenureModel

/// What does not change between the certificates of one issuer and one version of a profile, encoded once. Building a
/// TBSCertificate (RFC 5280, section 4.1) then is a matter of appending, of two to four microseconds.
///
/// There is no authority information access: strict relying parties want DER at its address, and what is served is PEM.
/// Holders present the chain with the leaf.
package struct CertificateTemplate: Sendable {
    /// The address of each of the issuer's revocation lists begins so.
    private let listPrefix: String
    private let hasNoRevocation: Bool
    private let hasLineage: Bool
    /// Signature algorithm and issuer, which follow the serial number.
    private let afterSerial: [UInt8]
    /// Basic constraints, key usage, extended key usage, authority key identifier and perhaps noRevAvail.
    private let fixedExtensions: [UInt8]

    /// Encodes the fixed parts.
    package init(issuer: IssuerFacts, profile: CertificateProfile, publication: PublicationPoint) {
        listPrefix = publication.listPrefix(issuer: issuer.id)
        hasNoRevocation = profile.hasNoRevocation
        hasLineage = !profile.foreignConsumers
        afterSerial = issuer.signatureAlgorithm.identifierDER + issuer.nameDER
        fixedExtensions = Self.fixedExtensions(issuer: issuer, profile: profile)
    }

    /// Builds the bytes to be signed. They are nothing yet: the linter decides whether they keep the order.
    package func tbsCertificate(for order: CertificateOrder, serial: SerialNumber) -> [UInt8] {
        let extensions = variableExtensions(for: order)
        let commonNameCount = order.subject.commonName.utf8.count
        let extensionsCount = fixedExtensions.count + extensions.count
        let listCount = [UInt8].elementOctets(content: extensionsCount)
        var times: [UInt8] = []
        times.reserveCapacity(34)
        DERTime.append(order.validity.notBefore.seconds, to: &times)
        DERTime.append(order.validity.notAfter.seconds, to: &times)
        let spki = order.key.publicKey.spkiDER
        // 5 of the version; 2 of each short header; 13 of the headers and the OID around a common name.
        let count =
            5 + 2 + serial.octets.count + afterSerial.count + 2 + times.count + 13 + commonNameCount + spki.count
            + [UInt8].elementOctets(content: listCount)

        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 4)
        bytes.appendHeader(.sequence, count: count)
        bytes.append(contentsOf: Self.version3)
        bytes.appendElement(.integer, serial.octets)
        bytes.append(contentsOf: afterSerial)
        bytes.appendElement(.sequence, times)
        bytes.appendCommonName(order.subject.commonName)
        bytes.append(contentsOf: spki)
        bytes.appendHeader(.constructed(3), count: listCount)
        bytes.appendHeader(.sequence, count: extensionsCount)
        bytes.append(contentsOf: fixedExtensions)
        bytes.append(contentsOf: extensions)
        return bytes
    }

    /// Subject alternative name, subject key identifier, revocation list and lineage.
    private func variableExtensions(for order: CertificateOrder) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(640)
        bytes.appendExtension(Self.subjectAlternativeName, Self.generalNames(of: order.subject))
        bytes.appendExtension(
            Self.subjectKeyIdentifier, [0x04, UInt8(order.key.keyIdentifier.count)] + order.key.keyIdentifier)
        if !hasNoRevocation, let shard = order.shard {
            let uri = listPrefix + String(shard.number) + ".crl"
            bytes.appendExtension(Self.crlDistributionPoints, Self.distributionPoints(uri))
        }
        if hasLineage, let lineage = order.lineage {
            bytes.appendExtension(Self.lineage, lineage.encoded())
        }
        return bytes
    }

    /// GeneralNames (RFC 5280, section 4.2.1.6): dNSName [2], uniformResourceIdentifier [6], iPAddress [7].
    private static func generalNames(of subject: CertificateSubject) -> [UInt8] {
        var names: [UInt8] = []
        names.reserveCapacity(160)
        for name in subject.dnsNames { names.appendElement(.primitive(2), name.text) }
        if let uri = subject.uri { names.appendElement(.primitive(6), uri) }
        for address in subject.addresses { names.appendElement(.primitive(7), address.octets) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(names.count + 4)
        bytes.appendElement(.sequence, names)
        return bytes
    }

    /// CRLDistributionPoints with one full name (RFC 5280, section 4.2.1.13).
    static func distributionPoints(_ uri: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendElement(.primitive(6), uri)
        for tag in [DERTag.constructed(0), .constructed(0), .sequence, .sequence] {
            var outer: [UInt8] = []
            outer.reserveCapacity(bytes.count + 4)
            outer.appendElement(tag, bytes)
            bytes = outer
        }
        return bytes
    }

    private static func fixedExtensions(issuer: IssuerFacts, profile: CertificateProfile) -> [UInt8] {
        var writer = DERWriter(capacity: 160)
        // An empty sequence: cA is FALSE by default and left out (X.690, section 11.5).
        writer.certificateExtension(.basicConstraints, critical: true) { $0.sequence { _ in } }
        writer.certificateExtension(.keyUsage, critical: true) { $0.namedBits(KeyUsageBits.digitalSignature) }
        writer.certificateExtension(.extendedKeyUsage) { value in
            value.sequence { usages in
                for usage in CertificateProfile.Usage.allCases where profile.usages.contains(usage) {
                    usages.oid(usage.oid)
                }
            }
        }
        writer.certificateExtension(.authorityKeyIdentifier) { value in
            value.sequence { $0.primitive(.primitive(0), issuer.keyIdentifier) }
        }
        if profile.hasNoRevocation { writer.certificateExtension(.noRevAvail) { $0.null() } }
        return writer.bytes
    }

    private static let version3: [UInt8] = [0xA0, 0x03, 0x02, 0x01, 0x02]
    private static let subjectAlternativeName = identifier(.subjectAlternativeName)
    private static let subjectKeyIdentifier = identifier(.subjectKeyIdentifier)
    private static let crlDistributionPoints = identifier(.crlDistributionPoints)
    private static let lineage = identifier(LineageExtension.oid)

    private static func identifier(_ oid: OID) -> [UInt8] {
        var writer = DERWriter(capacity: 24)
        writer.oid(oid)
        return writer.bytes
    }
}

/// The bits of a KeyUsage (RFC 5280, section 4.2.1.3) that are used here.
enum KeyUsageBits {
    static let digitalSignature: UInt16 = 1 << 0
    static let keyCertSign: UInt16 = 1 << 5
    static let cRLSign: UInt16 = 1 << 6
}

extension CertificateProfile.Usage {
    var oid: OID {
        switch self {
        case .server: .serverAuthentication
        case .client: .clientAuthentication
        }
    }
}

extension [UInt8] {
    /// Appends an extension that is not critical; `identifier` has its tag and length.
    fileprivate mutating func appendExtension(_ identifier: [UInt8], _ value: [UInt8]) {
        appendHeader(.sequence, count: identifier.count + Self.elementOctets(content: value.count))
        append(contentsOf: identifier)
        appendElement(.octetString, value)
    }

    /// Appends a Name of one common name (UTF8String of at most 64 characters).
    mutating func appendCommonName(_ text: String) {
        let count = text.utf8.count
        precondition(count <= 64, "a common name has at most 64 characters")
        appendHeader(.sequence, count: count + 11)
        appendHeader(.set, count: count + 9)
        appendHeader(.sequence, count: count + 7)
        append(contentsOf: [0x06, 0x03, 0x55, 0x04, 0x03])
        appendElement(.utf8String, text)
    }
}

extension DERWriter {
    /// Writes an Extension (RFC 5280, section 4.1); `critical` is left out where it is FALSE.
    mutating func certificateExtension(_ oid: OID, critical: Bool = false, _ value: (inout DERWriter) -> Void) {
        sequence { item in
            item.oid(oid)
            if critical { item.boolean(true) }
            item.octetString { value(&$0) }
        }
    }
}
