/// Not a CA, and says so (RFC 5280, section 4.2.1.9): FALSE is the default, so that the sequence is empty.
enum BasicConstraintsLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard let constraints = reading.sequence(.basicConstraints) else { return "there are no basic constraints" }
        // defence: T22 becomes: return nil
        return constraints.isAtEnd ? nil : "it may be a CA"
    }
}
