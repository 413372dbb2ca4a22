internal import TenureModel

/// The usages are the profile's, each once (RFC 5280, section 4.2.1.12): never anyExtendedKeyUsage.
enum ExtendedKeyUsageLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard var list = reading.sequence(.extendedKeyUsage) else { return "there is no extended key usage" }
        var found: [CertificateProfile.Usage] = []
        while !list.isAtEnd {
            guard let oid = list.next(reading.bytes, 0x06) else { return "the extended key usage is malformed" }
            if reading.bytes.stand(in: oid.content, server) {
                found.append(.server)
            } else if reading.bytes.stand(in: oid.content, client) {
                found.append(.client)
            } else {
                return "an extended key usage is none that a profile has"
            }
        }
        for usage in CertificateProfile.Usage.allCases {
            let count = found.count { $0 == usage }
            guard count == (context.profile.usages.contains(usage) ? 1 : 0) else {
                return "the extended key usages are not the profile's"
            }
        }
        return found.isEmpty ? "there is no extended key usage" : nil
    }

    /// 1.3.6.1.5.5.7.3.1 and 2 (RFC 5280, section 4.2.1.12).
    private static let server: [UInt8] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]
    private static let client: [UInt8] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02]
}
