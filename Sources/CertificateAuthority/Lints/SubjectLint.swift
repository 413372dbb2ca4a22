internal import OpenSSLCrypto

/// The subject is one common name, the authorized one (RFC 5280, section 4.1.2.6).
enum SubjectLint {
    static func check(
        _ reading: CertificateReading, _ serial: SerialNumber, _ order: CertificateOrder, _ context: LintContext
    ) -> String? {
        let name = readWhole(reading.subject) { (reader) throws(DERError) in
            var name = try reader.constructed()
            var relative = try name.constructed(.set)
            try name.finish()
            var attribute = try relative.constructed()
            try relative.finish()
            guard try attribute.oid() == .commonName else { throw .badOID }
            let text = try attribute.element(.utf8String).content
            try attribute.finish()
            return text
        }
        guard let name, !name.isEmpty, name.count <= 64 else { return "the subject is not one common name" }
        return name.elementsEqual(order.subject.commonName.utf8) ? nil : "the subject is another one"
    }
}
