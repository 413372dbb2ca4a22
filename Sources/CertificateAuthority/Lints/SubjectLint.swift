/// The subject is one common name, the authorized one (RFC 5280, section 4.1.2.6).
enum SubjectLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard let text = commonName(reading), (1...64).contains(text.count) else {
            return "the subject is not one common name"
        }
        return reading.bytes.stand(in: text, order.subject.commonName) ? nil : "the subject is another one"
    }

    private static func commonName(_ reading: CertificateReading) -> Range<Int>? {
        let bytes = reading.bytes
        var outer = DERCursor(reading.subject)
        guard var name = outer.last(bytes, 0x30)?.inside, var set = name.last(bytes, 0x31)?.inside,
            var attribute = set.last(bytes, 0x30)?.inside, let oid = attribute.next(bytes, 0x06),
            bytes.stand(in: oid.content, [0x55, 0x04, 0x03]), let text = attribute.last(bytes, 0x0C)
        else { return nil }
        return text.content
    }
}
