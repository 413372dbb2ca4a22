/// One of the names that a subjectAltName holds (RFC 5280, section 4.2.1.6).
package enum GeneralName: Hashable, Sendable {
    case email(String)
    case dns(String)
    case uri(String)
    /// Four bytes or sixteen.
    case address([UInt8])
    /// A distinguished name in DER.
    case directory([UInt8])
    case registeredID(OID)
    /// otherName, x400Address or ediPartyName, as its tag and content.
    case other(DERTag, [UInt8])

    /// Reads the content of a subjectAltName: at least one name, and nothing after them.
    ///
    /// - Throws: `DERError`, `.badString` for text that is not ASCII or holds a NUL.
    static func list(_ content: ArraySlice<UInt8>) throws(DERError) -> [GeneralName] {
        var reader = DERReader(content)
        var sequence = try reader.constructed()
        try reader.finish()
        var names: [GeneralName] = []
        repeat {
            names.append(try name(sequence.element()))
        } while !sequence.isAtEnd
        return names
    }

    private static func name(_ element: DERElement) throws(DERError) -> GeneralName {
        switch element.tag {
        case .primitive(1): return .email(try text(element))
        case .primitive(2): return .dns(try text(element))
        case .primitive(6): return .uri(try text(element))
        case .primitive(7):
            guard element.content.count == 4 || element.content.count == 16 else { throw .badString }
            return .address([UInt8](element.content))
        case .constructed(4):
            var reader = DERReader(element.content)
            let name = try reader.element(.sequence)
            try reader.finish()
            try DERCanonicalForm.check([UInt8](name.encoded))
            return .directory([UInt8](name.encoded))
        case .primitive(8):
            guard let oid = OID(content: [UInt8](element.content)) else { throw .badOID }
            return .registeredID(oid)
        case .constructed(0), .constructed(3), .constructed(5): return .other(element.tag, [UInt8](element.content))
        default: throw .unexpectedTag(element.tag)
        }
    }

    private static func text(_ element: DERElement) throws(DERError) -> String {
        guard DERPrimitives.isString(.ia5String, element.content.span) else { throw .badString }
        return String(decoding: element.content, as: UTF8.self)
    }

    /// Appends the name to a subjectAltName that is being written.
    package func write(to writer: inout DERWriter) {
        switch self {
        case .email(let text): writer.text(.primitive(1), text)
        case .dns(let text): writer.text(.primitive(2), text)
        case .uri(let text): writer.text(.primitive(6), text)
        case .address(let bytes): writer.primitive(.primitive(7), bytes)
        case .directory(let name): writer.primitive(.constructed(4), name)
        case .registeredID(let oid): writer.primitive(.primitive(8), oid.content)
        case .other(let tag, let content): writer.primitive(tag, content)
        }
    }
}
