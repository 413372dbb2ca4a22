internal import OpenSSLCrypto
internal import TenureModel

/// Either a revocation list of ours is named, the shard's that was ordered, or the certificate says that there is none
/// since it ends sooner than a list would be read (RFC 5280, section 4.2.1.13; RFC 9608). Never both, never neither.
enum RevocationPointerLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        let profile = context.profile
        if profile.maximumLifetime.seconds <= profile.revocationSeconds {
            guard !reading.has(.crlDistributionPoints) else { return "a list is named though none is made" }
            guard let item = reading.only(.noRevAvail), item.value.elementsEqual([0x05, 0x00]) else {
                return "noRevAvail is missing or malformed"
            }
            return nil
        }
        guard !reading.has(.noRevAvail) else { return "it lives too long for noRevAvail" }
        guard let shard = order.shard, let item = reading.only(.crlDistributionPoints) else {
            return "no revocation list is named"
        }
        let uri = readWhole(item.value) { (reader) throws(DERError) in
            var points = try reader.constructed()
            var point = try points.constructed()
            try points.finish()
            var pointName = try point.constructed(.constructed(0))
            try point.finish()
            var fullName = try pointName.constructed(.constructed(0))
            try pointName.finish()
            let uri = try fullName.element(.primitive(6)).content
            try fullName.finish()
            return uri
        }
        let expected = context.publication.listURI(issuer: context.issuer.id, shard: shard)
        guard let uri, uri.elementsEqual(expected.utf8) else { return "another revocation list is named" }
        return nil
    }
}
