internal import OpenSSLCrypto

/// The key signs, and does nothing else (RFC 5280, section 4.2.1.3): no certificates, no lists, no key transport.
enum KeyUsageLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard let item = reading.only(.keyUsage) else { return "there is no key usage" }
        let mask = readWhole(item.value) { (reader) throws(DERError) in try reader.namedBits() }
        return mask == 1 ? nil : "the key usage is not digitalSignature alone"
    }
}
