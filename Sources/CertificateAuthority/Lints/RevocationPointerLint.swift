internal import TenureModel

/// Either a revocation list of ours is named, the shard's that was ordered, or the certificate says that there is none
/// since it ends sooner than a list would be read (RFC 5280, section 4.2.1.13; RFC 9608). Never both, never neither.
enum RevocationPointerLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        let profile = context.profile
        if profile.maximumLifetime.seconds <= profile.revocationSeconds {
            guard !reading.has(.crlDistributionPoints) else { return "a list is named though none is made" }
            guard let value = reading.value(.noRevAvail), reading.bytes.stand(in: value, [0x05, 0x00]) else {
                return "noRevAvail is missing or malformed"
            }
            return nil
        }
        guard !reading.has(.noRevAvail) else { return "it lives too long for noRevAvail" }
        guard let shard = order.shard, let uri = onlyListURI(reading) else { return "no revocation list is named" }
        let expected = context.listPrefix + String(shard.number) + ".crl"
        return reading.bytes.stand(in: uri, expected) ? nil : "another revocation list is named"
    }

    /// The URI of one distribution point with one full name, and nothing else.
    private static func onlyListURI(_ reading: CertificateReading) -> Range<Int>? {
        let bytes = reading.bytes
        guard var points = reading.sequence(.crlDistributionPoints), var point = points.last(bytes, 0x30)?.inside,
            var name = point.last(bytes, 0xA0)?.inside, var fullName = name.last(bytes, 0xA0)?.inside
        else { return nil }
        return fullName.last(bytes, 0x86)?.content
    }
}
