internal import OpenSSLCrypto

/// Each extension at most once and none but those that are known here; critical are basic constraints and key usage,
/// and nothing else (RFC 5280, section 4.2).
enum ExtensionSetLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        var seen: [OID] = []
        seen.reserveCapacity(reading.extensions.count)
        for item in reading.extensions {
            if seen.contains(item.oid) { return "the extension \(item.oid) stands twice" }
            seen.append(item.oid)
            guard let isCritical = known[item.oid] else { return "the extension \(item.oid) is unknown" }
            if item.isCritical != isCritical { return "the extension \(item.oid) is critical, or should be" }
        }
        return nil
    }

    /// The subject alternative name would be critical if the subject were empty, which it never is.
    private static let known: [OID: Bool] = [
        .basicConstraints: true, .keyUsage: true, .extendedKeyUsage: false, .subjectAlternativeName: false,
        .subjectKeyIdentifier: false, .authorityKeyIdentifier: false, .crlDistributionPoints: false,
        .noRevAvail: false, LineageExtension.oid: false,
    ]
}
