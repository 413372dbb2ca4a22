internal import OpenSSLCrypto

/// A TBSCertificate (RFC 5280, section 4.1) taken apart again, by a reader that knows nothing of how it was built.
struct CertificateReading {
    /// The extensions that a leaf may have.
    enum Known: Int, CaseIterable {
        case basicConstraints, keyUsage, extendedKeyUsage, subjectAlternativeName, subjectKeyIdentifier
        case authorityKeyIdentifier, crlDistributionPoints, noRevAvail, lineage
    }

    /// One extension; `value` is where the content of the OCTET STRING lies, and `known` nil for any other.
    struct Extension {
        let known: Known?
        let isCritical: Bool
        let value: Range<Int>
    }

    let bytes: [UInt8]
    /// The number that stands there: 2 for version 3. Nil where it is left out.
    let version: Int64?
    /// The content of the INTEGER: two's complement in its shortest form.
    let serial: Range<Int>
    let signatureAlgorithm: Range<Int>
    let issuer: Range<Int>
    /// Seconds since 1970.
    let notBefore: Int64
    let notAfter: Int64
    let subject: Range<Int>
    let spki: Range<Int>
    let extensions: [Extension]

    /// Reads all of `tbs`; nil where it is not DER throughout, or not these elements in this order.
    init?(_ tbs: [UInt8]) {
        do { try DERCanonicalForm.check(tbs) } catch { return nil }
        bytes = tbs
        var outer = DERCursor(tbs.indices)
        guard var body = outer.last(tbs, 0x30)?.inside else { return nil }
        if body.nextTag(tbs) == 0xA0 {
            guard var field = body.next(tbs)?.inside, let number = field.number(tbs), field.isAtEnd else { return nil }
            version = number
        } else {
            version = nil
        }
        // Unique identifiers, [1] and [2], are refused as out of place: conforming issuers do not make them.
        guard let serial = body.next(tbs, 0x02), let algorithm = body.next(tbs, 0x30),
            let issuer = body.next(tbs, 0x30), let validity = body.next(tbs, 0x30),
            let subject = body.next(tbs, 0x30), let spki = body.next(tbs, 0x30),
            var field = body.last(tbs, 0xA3)?.inside, let list = field.last(tbs, 0x30)?.inside,
            let times = Self.times(tbs[validity.content]), let extensions = Self.extensions(tbs, list)
        else { return nil }
        self.serial = serial.content
        signatureAlgorithm = algorithm.whole
        self.issuer = issuer.whole
        (notBefore, notAfter) = times
        self.subject = subject.whole
        self.spki = spki.whole
        self.extensions = extensions
    }

    private static func times(_ content: ArraySlice<UInt8>) -> (Int64, Int64)? {
        var reader = DERReader(content)
        do throws(DERError) {
            let times = (try reader.time(), try reader.time())
            try reader.finish()
            return times
        } catch {
            return nil
        }
    }

    private static func extensions(_ bytes: [UInt8], _ list: DERCursor) -> [Extension]? {
        var list = list
        var extensions: [Extension] = []
        extensions.reserveCapacity(12)
        while !list.isAtEnd {
            guard var item = list.next(bytes, 0x30)?.inside, let oid = item.next(bytes, 0x06) else { return nil }
            var isCritical = false
            if item.nextTag(bytes) == 0x01 {
                // FALSE is the default, which DER leaves out.
                guard let flag = item.next(bytes), bytes.stand(in: flag.content, [0xFF]) else { return nil }
                isCritical = true
            }
            guard let value = item.last(bytes, 0x04) else { return nil }
            extensions.append(
                Extension(known: known(bytes, oid.content), isCritical: isCritical, value: value.content))
        }
        return extensions
    }

    private static func known(_ bytes: [UInt8], _ oid: Range<Int>) -> Known? {
        guard oid.count == 3, bytes[oid.lowerBound] == 0x55, bytes[oid.lowerBound + 1] == 0x1D else {
            return bytes.stand(in: oid, lineage) ? .lineage : nil
        }
        // The arcs below id-ce, 2.5.29 (RFC 5280, section 4.2.1; RFC 9608).
        return switch bytes[oid.lowerBound + 2] {
        case 14: .subjectKeyIdentifier
        case 15: .keyUsage
        case 17: .subjectAlternativeName
        case 19: .basicConstraints
        case 31: .crlDistributionPoints
        case 35: .authorityKeyIdentifier
        case 37: .extendedKeyUsage
        case 56: .noRevAvail
        default: nil
        }
    }

    private static let lineage = LineageExtension.oid.content

    /// Where the value of this extension lies; nil where there is none, or more than one.
    func value(_ known: Known) -> Range<Int>? {
        var found: Range<Int>?
        for item in extensions where item.known == known {
            guard found == nil else { return nil }
            found = item.value
        }
        return found
    }

    /// The elements that the value of this extension consists of, which is one SEQUENCE; nil where it is not.
    func sequence(_ known: Known) -> DERCursor? {
        guard let value = value(known) else { return nil }
        var reader = DERCursor(value)
        return reader.last(bytes, 0x30)?.inside
    }

    /// Whether there is such an extension.
    func has(_ known: Known) -> Bool { extensions.contains { $0.known == known } }
}
