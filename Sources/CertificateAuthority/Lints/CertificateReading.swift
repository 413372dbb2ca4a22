internal import OpenSSLCrypto

/// A TBSCertificate (RFC 5280, section 4.1) taken apart again, by a reader that knows nothing of how it was built.
struct CertificateReading {
    /// One extension; `value` is what the OCTET STRING holds.
    struct Extension {
        let oid: OID
        let isCritical: Bool
        let value: ArraySlice<UInt8>
    }

    /// The number that stands there: 2 for version 3. Nil where it is left out.
    let version: Int?
    /// The content of the INTEGER: two's complement in its shortest form.
    let serial: ArraySlice<UInt8>
    let signatureAlgorithm: ArraySlice<UInt8>
    let issuer: ArraySlice<UInt8>
    /// Seconds since 1970.
    let notBefore: Int64
    let notAfter: Int64
    let subject: ArraySlice<UInt8>
    let spki: ArraySlice<UInt8>
    let extensions: [Extension]

    /// Reads all of `tbs`.
    ///
    /// - Throws: `DERError` where it is not DER throughout, or not these elements in this order.
    init(_ tbs: [UInt8]) throws(DERError) {
        try DERCanonicalForm.check(tbs)
        var outer = DERReader(tbs)
        var reader = try outer.constructed()
        try outer.finish()
        if var field = try reader.optionalConstructed(.constructed(0)) {
            version = try field.smallInteger()
            try field.finish()
        } else {
            version = nil
        }
        serial = try reader.integer()
        signatureAlgorithm = try reader.element(.sequence).encoded
        issuer = try reader.element(.sequence).encoded
        var validity = try reader.constructed()
        notBefore = try validity.time()
        notAfter = try validity.time()
        try validity.finish()
        subject = try reader.element(.sequence).encoded
        spki = try reader.element(.sequence).encoded
        // Unique identifiers, [1] and [2], are refused as unexpected: conforming issuers do not make them.
        extensions = try Self.extensions(&reader)
        try reader.finish()
    }

    private static func extensions(_ reader: inout DERReader) throws(DERError) -> [Extension] {
        guard var field = try reader.optionalConstructed(.constructed(3)) else { return [] }
        var list = try field.constructed()
        try field.finish()
        var extensions: [Extension] = []
        extensions.reserveCapacity(10)
        while !list.isAtEnd {
            var item = try list.constructed()
            let oid = try item.oid()
            var isCritical = false
            if item.nextTag == .boolean {
                isCritical = try item.boolean()
                // FALSE is the default, which DER leaves out.
                guard isCritical else { throw .badBoolean }
            }
            extensions.append(Extension(oid: oid, isCritical: isCritical, value: try item.octetString()))
            try item.finish()
        }
        return extensions
    }

    /// The only extension with this identifier; nil where there is none, or more than one.
    func only(_ oid: OID) -> Extension? {
        var found: Extension?
        for item in extensions where item.oid == oid {
            guard found == nil else { return nil }
            found = item
        }
        return found
    }

    /// Whether there is an extension with this identifier.
    func has(_ oid: OID) -> Bool { extensions.contains { $0.oid == oid } }
}
