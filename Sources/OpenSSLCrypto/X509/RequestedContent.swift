/// What a certification request asks for besides a certificate for its key.
package enum RequestedContent: Hashable, Sendable {
    /// A subject of its choice, as a distinguished name in DER.
    case subject([UInt8])
    /// A subject alternative name of its choice.
    case name(GeneralName)
    /// To be a certification authority.
    case certificationAuthority
    /// An extension other than those.
    case otherExtension(OID)
    /// An attribute other than requested extensions.
    case otherAttribute(OID)

    /// Reads subject and attributes. No attribute may stand there twice, and requested extensions must be well formed.
    static func list(
        subject: ArraySlice<UInt8>, attributes: DERReader?
    ) throws(CertificationRequestError) -> [RequestedContent] {
        var content: [RequestedContent] = []
        if !subject.elementsEqual(DistinguishedName.empty) { content.append(.subject([UInt8](subject))) }
        guard var attributes else { return content }
        do {
            var seen: Set<OID> = []
            var previous: ArraySlice<UInt8> = []
            while !attributes.isAtEnd {
                let element = try attributes.element(.sequence)
                guard previous.isEmpty || previous.lexicographicallyPrecedes(element.encoded) else {
                    throw DERError.unsortedSet
                }
                previous = element.encoded
                let (oid, values) = try attribute(element.content)
                guard seen.insert(oid).inserted else { throw DERError.unsortedSet }
                content += oid == .extensionRequest ? try extensions(values) : [.otherAttribute(oid)]
            }
        } catch DERError.badString {
            throw .badName
        } catch {
            throw .badAttributes
        }
        return content
    }

    /// Attribute ::= SEQUENCE { type, values SET OF } (RFC 2986, section 4.1).
    private static func attribute(_ content: ArraySlice<UInt8>) throws(DERError) -> (OID, DERReader) {
        var reader = DERReader(content)
        let oid = try reader.oid()
        let values = try reader.constructed(.set)
        try reader.finish()
        return (oid, values)
    }

    private static func extensions(_ values: DERReader) throws -> [RequestedContent] {
        var values = values
        let extensions = try CertificateExtension.list(values.constructed())
        try values.finish()
        var content: [RequestedContent] = []
        for requested in extensions {
            switch requested.oid {
            case .subjectAlternativeName:
                content += try GeneralName.list(requested.value[...]).map { .name($0) }
            case .basicConstraints:
                let isAuthority = try BasicConstraints(requested.value).isAuthority
                content.append(isAuthority ? .certificationAuthority : .otherExtension(requested.oid))
            default: content.append(.otherExtension(requested.oid))
            }
        }
        return content
    }
}

/// The content of basicConstraints (RFC 5280, section 4.2.1.9).
struct BasicConstraints {
    let isAuthority: Bool
    let pathLength: Int?

    init(_ value: [UInt8]) throws(DERError) {
        var reader = DERReader(value)
        var sequence = try reader.constructed()
        try reader.finish()
        if sequence.nextTag == .boolean {
            guard try sequence.boolean() else { throw .badBoolean }  // the default is not encoded
            isAuthority = true
        } else {
            isAuthority = false
        }
        pathLength = sequence.isAtEnd ? nil : try sequence.smallInteger()
        try sequence.finish()
        guard isAuthority || pathLength == nil else { throw .badInteger }
    }
}
