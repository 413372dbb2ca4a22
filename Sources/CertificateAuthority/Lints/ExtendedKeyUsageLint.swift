internal import OpenSSLCrypto
internal import TenureModel

/// The usages are the profile's, each once (RFC 5280, section 4.2.1.12): never anyExtendedKeyUsage.
enum ExtendedKeyUsageLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        guard let item = reading.only(.extendedKeyUsage) else { return "there is no extended key usage" }
        let usages = readWhole(item.value) { (reader) throws(DERError) in
            var list = try reader.constructed()
            var usages: [OID] = []
            while !list.isAtEnd { usages.append(try list.oid()) }
            return usages
        }
        guard let usages, !usages.isEmpty else { return "the extended key usage is empty or malformed" }
        var expected: Set<OID> = []
        if context.profile.usages.contains(.server) { expected.insert(.serverAuthentication) }
        if context.profile.usages.contains(.client) { expected.insert(.clientAuthentication) }
        guard usages.count == expected.count, Set(usages) == expected else {
            return "the extended key usages are not the profile's"
        }
        return nil
    }
}
