internal import OpenSSLCrypto

/// The subject key identifier is made of the key (RFC 7093, section 2, method 1), the authority's is the issuer's own
/// (RFC 5280, sections 4.2.1.1 and 4.2.1.2).
enum KeyIdentifiersLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        let bytes = reading.bytes
        guard let value = reading.value(.subjectKeyIdentifier) else { return "the subject key identifier is missing" }
        var subject = DERCursor(value)
        guard let identifier = subject.last(bytes, 0x04), let key = keyBits(reading),
            bytes.stand(in: identifier.content, [UInt8](SHA256.hash(bytes[key]).prefix(20)))
        else { return "the subject key identifier is not that of the key" }
        guard var authority = reading.sequence(.authorityKeyIdentifier), let field = authority.last(bytes, 0x80),
            bytes.stand(in: field.content, context.issuer.keyIdentifier)
        else { return "the authority key identifier is not the issuer's" }
        return nil
    }

    /// The BIT STRING of the SubjectPublicKeyInfo without its octet of unused bits.
    private static func keyBits(_ reading: CertificateReading) -> Range<Int>? {
        var outer = DERCursor(reading.spki)
        guard var info = outer.last(reading.bytes, 0x30)?.inside, info.next(reading.bytes, 0x30) != nil,
            let bits = info.last(reading.bytes, 0x03), bits.content.count > 1,
            reading.bytes[bits.content.lowerBound] == 0
        else { return nil }
        return bits.content.dropFirst()
    }
}
