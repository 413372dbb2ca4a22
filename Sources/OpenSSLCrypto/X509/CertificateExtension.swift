/// One extension of a certificate, a request or a revocation list (RFC 5280, section 4.1.2.9).
package struct CertificateExtension: Hashable, Sendable {
    /// Which extension.
    package let oid: OID
    /// Whether one who does not understand it must refuse.
    package let isCritical: Bool
    /// The content of its OCTET STRING.
    package let value: [UInt8]

    /// An extension with this value.
    package init(_ oid: OID, isCritical: Bool, value: [UInt8]) {
        self.oid = oid
        self.isCritical = isCritical
        self.value = value
    }

    /// Appends the extension to the list that is being written.
    package func write(to writer: inout DERWriter) {
        writer.sequence { sequence in
            sequence.oid(oid)
            if isCritical { sequence.boolean(true) }
            sequence.octetString(value)
        }
    }

    /// Reads Extensions: at least one, none twice, FALSE never written out.
    static func list(_ extensions: DERReader) throws(ExtensionListError) -> [CertificateExtension] {
        var extensions = extensions
        var found: [CertificateExtension] = []
        repeat {
            let next: CertificateExtension
            do { next = try CertificateExtension(&extensions) } catch { throw .malformed(error) }
            guard !found.contains(where: { $0.oid == next.oid }) else { throw .duplicate(next.oid) }
            guard found.count < countMax else { throw .tooMany }
            found.append(next)
        } while !extensions.isAtEnd
        return found
    }

    private init(_ extensions: inout DERReader) throws(DERError) {
        var sequence = try extensions.constructed()
        oid = try sequence.oid()
        if sequence.nextTag == .boolean {
            guard try sequence.boolean() else { throw .badBoolean }  // the default is not encoded
            isCritical = true
        } else {
            isCritical = false
        }
        value = [UInt8](try sequence.octetString())
        try sequence.finish()
    }

    /// More than any certificate has; it keeps the search for duplicates short.
    private static let countMax = 64
}

/// Why a list of extensions is refused.
package enum ExtensionListError: Error, Hashable, Sendable {
    case malformed(DERError)
    /// An extension stands there twice.
    case duplicate(OID)
    /// More than 64 extensions.
    case tooMany
}
