internal import OpenSSLCrypto

/// The subject key identifier is made of the key (RFC 7093, section 2, method 1), the authority's is the issuer's own
/// (RFC 5280, sections 4.2.1.1 and 4.2.1.2).
enum KeyIdentifiersLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard let subject = reading.only(.subjectKeyIdentifier), let authority = reading.only(.authorityKeyIdentifier)
        else { return "a key identifier is missing" }
        let subjectIdentifier = readWhole(subject.value) { (reader) throws(DERError) in try reader.octetString() }
        let key = readWhole(reading.spki) { (reader) throws(DERError) in
            var info = try reader.constructed()
            _ = try info.element(.sequence)
            let bits = try info.octetsOfBitString()
            try info.finish()
            return bits
        }
        guard let key, let subjectIdentifier, subjectIdentifier.elementsEqual(SHA256.hash(key).prefix(20)) else {
            return "the subject key identifier is not that of the key"
        }
        let authorityIdentifier = readWhole(authority.value) { (reader) throws(DERError) in
            var fields = try reader.constructed()
            let identifier = try fields.element(.primitive(0)).content
            try fields.finish()
            return identifier
        }
        guard let authorityIdentifier, authorityIdentifier.elementsEqual(context.issuer.keyIdentifier) else {
            return "the authority key identifier is not the issuer's"
        }
        return nil
    }
}
