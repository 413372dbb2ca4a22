internal import OpenSSLCrypto

/// The key is the one whose possession was proved, and none of the issuer's.
enum SubjectPublicKeyLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard reading.bytes.stand(in: reading.spki, order.key.publicKey.spkiDER) else {
            return "the key is not the one of the request"
        }
        let isIssuers = reading.bytes.stand(in: reading.spki, context.issuer.publicKey.spkiDER)
        return isIssuers ? "the key is the issuer's" : nil
    }
}
