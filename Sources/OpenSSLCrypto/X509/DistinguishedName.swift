/// Names of X.501 in DER (RFC 5280, section 4.1.2.4).
package enum DistinguishedName {
    /// A name without any attribute.
    package static let empty: [UInt8] = [0x30, 0x00]

    /// Returns a name of one attribute per pair, in this order, each a UTF8String, but a PrintableString for countries.
    package static func encoded(_ attributes: [(OID, String)]) -> [UInt8] {
        var writer = DERWriter(capacity: 128)
        writer.sequence { name in
            for (oid, value) in attributes {
                name.constructed(.set) { set in
                    set.sequence { attribute in
                        attribute.oid(oid)
                        attribute.text(oid == .countryName ? .printableString : .utf8String, value)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// Returns a name of a common name alone.
    package static func encoded(commonName: String) -> [UInt8] { encoded([(.commonName, commonName)]) }

    /// Refuses what is not a name: attributes in sets that are not empty, their values strings. That the strings hold
    /// what their types allow is `DERCanonicalForm`'s to say.
    static func check(_ name: DERReader) throws(DERError) {
        var name = name
        while !name.isAtEnd {
            var set = try name.constructed(.set)
            repeat {
                var attribute = try set.constructed()
                _ = try attribute.oid()
                let value = try attribute.element()
                guard stringTags.contains(value.tag) else { throw .unexpectedTag(value.tag) }
                try attribute.finish()
            } while !set.isAtEnd
        }
    }

    private static let stringTags: Set<DERTag> = [
        .utf8String, .printableString, .teletexString, .ia5String, .bmpString, .universalString, .numericString,
    ]
}
