/// Each extension at most once and none but those that are known here; critical are basic constraints and key usage,
/// and nothing else (RFC 5280, section 4.2). The subject alternative name would be critical if the subject were empty,
/// which it never is.
enum ExtensionSetLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        var seen = 0
        for item in reading.extensions {
            guard let known = item.known else { return "an extension is unknown" }
            let bit = 1 << known.rawValue
            if seen & bit != 0 { return "the extension \(known) stands twice" }
            seen |= bit
            let isCritical = known == .basicConstraints || known == .keyUsage
            if item.isCritical != isCritical { return "the extension \(known) is critical, or should be" }
        }
        return nil
    }
}
