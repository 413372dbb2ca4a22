/// The serial number is the one that was drawn: positive, at most 20 octets and of 64 bits at least (RFC 5280, section
/// 4.1.2.2). Unpredictable bits are what a chosen-prefix collision would have to guess.
enum SerialNumberLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        let octets = reading.serial
        guard !octets.isEmpty, reading.bytes[octets.lowerBound] < 0x80 else { return "the serial number is negative" }
        guard octets.count <= 20 else { return "the serial number is longer than 20 octets" }
        guard octets.count >= 8 else { return "the serial number is shorter than 64 bits" }
        let isDrawn = reading.bytes.stand(in: octets, serial.octets)
        return isDrawn ? nil : "the serial number is not the one that was drawn"
    }
}
