internal import OpenSSLCrypto

/// The key is the one whose possession was proved, and none of the issuer's.
enum SubjectPublicKeyLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard reading.spki.elementsEqual(order.key.publicKey.spkiDER) else {
            return "the key is not the one of the request"
        }
        return reading.spki.elementsEqual(context.issuer.publicKey.spkiDER) ? "the key is the issuer's" : nil
    }
}
