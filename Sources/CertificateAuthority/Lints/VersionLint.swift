/// Version 3 and no other: extensions exist in no other (RFC 5280, section 4.1.2.1).
enum VersionLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        reading.version == 2 ? nil : "the version is not 3"
    }
}
