internal import OpenSSLCrypto

/// Not a CA, and says so (RFC 5280, section 4.2.1.9).
enum BasicConstraintsLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard let item = reading.only(.basicConstraints) else { return "there are no basic constraints" }
        let isEmpty = readWhole(item.value) { (reader) throws(DERError) in
            let constraints = try reader.constructed()
            return constraints.isAtEnd
        }
        return isEmpty == true ? nil : "it may be a CA"
    }
}
