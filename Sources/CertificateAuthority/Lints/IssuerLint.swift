/// The issuer is named as its own certificate names it, byte for byte, and the signature algorithm is that of its key
/// (RFC 5280, sections 4.1.2.3 and 4.1.2.4).
enum IssuerLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard reading.bytes.stand(in: reading.issuer, context.issuer.nameDER) else { return "another issuer is named" }
        let isAlgorithm = reading.bytes.stand(in: reading.signatureAlgorithm, context.algorithmDER)
        return isAlgorithm ? nil : "the algorithm is not that of the issuer's key"
    }
}
