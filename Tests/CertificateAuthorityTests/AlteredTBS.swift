internal import OpenSSLCrypto

/// A TBSCertificate in pieces that a test can change one at a time and put together again.
struct AlteredTBS {
    var version: [UInt8]
    var serial: [UInt8]
    var algorithm: [UInt8]
    var issuer: [UInt8]
    var notBefore: Int64
    var notAfter: Int64
    var subject: [UInt8]
    var spki: [UInt8]
    var extensions: [CertificateExtension]

    init(_ tbs: [UInt8]) throws {
        var outer = DERReader(tbs)
        var body = try outer.constructed()
        version = [UInt8](try body.element(.constructed(0)).encoded)
        serial = [UInt8](try body.integer())
        algorithm = [UInt8](try body.element(.sequence).encoded)
        issuer = [UInt8](try body.element(.sequence).encoded)
        var validity = try body.constructed()
        notBefore = try validity.time()
        notAfter = try validity.time()
        subject = [UInt8](try body.element(.sequence).encoded)
        spki = [UInt8](try body.element(.sequence).encoded)
        var field = try body.constructed(.constructed(3))
        var list = try field.constructed()
        extensions = []
        while !list.isAtEnd {
            var item = try list.constructed()
            let oid = try item.oid()
            let isCritical = item.nextTag == .boolean ? try item.boolean() : false
            extensions.append(CertificateExtension(oid, isCritical: isCritical, value: [UInt8](try item.octetString())))
        }
    }

    var bytes: [UInt8] {
        var writer = DERWriter()
        writer.sequence { body in
            body.append(version)
            body.primitive(.integer, serial)
            body.append(algorithm)
            body.append(issuer)
            body.sequence { validity in
                validity.time(notBefore)
                validity.time(notAfter)
            }
            body.append(subject)
            body.append(spki)
            body.constructed(.constructed(3)) { field in
                field.sequence { list in
                    for item in extensions { item.write(to: &list) }
                }
            }
        }
        return writer.bytes
    }

    /// Replaces the value of an extension, or adds it where it is missing.
    mutating func set(_ oid: OID, isCritical: Bool = false, _ value: (inout DERWriter) -> Void) {
        var writer = DERWriter()
        value(&writer)
        let new = CertificateExtension(oid, isCritical: isCritical, value: writer.bytes)
        if let place = extensions.firstIndex(where: { $0.oid == oid }) {
            extensions[place] = new
        } else {
            extensions.append(new)
        }
    }

    mutating func remove(_ oid: OID) { extensions.removeAll { $0.oid == oid } }
}
