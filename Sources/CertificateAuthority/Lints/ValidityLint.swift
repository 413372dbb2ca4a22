internal import TenureModel

/// Valid for the time that was decided, within the profile's longest lifetime and within the issuer's own; not before
/// now and the skew (RFC 5280, section 4.1.2.5). Whole seconds are a matter of the encoding.
enum ValidityLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        let decidedAt = order.validity.decidedAt.seconds
        let (begins, ends) = (reading.notBefore, reading.notAfter)
        guard begins <= decidedAt else { return "it begins in the future" }
        guard begins >= decidedAt - CertificateValidity.skewSeconds else { return "it begins too far in the past" }
        guard ends > decidedAt else { return "it has ended" }
        guard ends - decidedAt <= context.profile.maximumLifetime.seconds else { return "it outlives the profile" }
        guard begins >= context.issuer.notBefore.seconds else { return "it begins before its issuer" }
        guard ends <= context.issuer.notAfter.seconds else { return "it outlives its issuer" }
        guard begins == order.validity.notBefore.seconds, ends == order.validity.notAfter.seconds else {
            return "it is valid at another time than was decided"
        }
        return nil
    }
}
