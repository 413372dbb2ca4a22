/// The key signs, and does nothing else (RFC 5280, section 4.2.1.3): no certificates, no lists, no key transport.
enum KeyUsageLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard let value = reading.value(.keyUsage) else { return "there is no key usage" }
        // A BIT STRING of one bit, the first, with seven unused ones after it: there is one encoding.
        let isAlone = reading.bytes.stand(in: value, [0x03, 0x02, 0x07, 0x80])
        return isAlone ? nil : "the key usage is not digitalSignature alone"
    }
}
