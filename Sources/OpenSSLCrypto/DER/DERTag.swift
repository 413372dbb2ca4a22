/// The identifier octet of a DER element. Tags with a number above 30 take more octets; X.509 has none.
package struct DERTag: Hashable, Sendable {
    /// Class, form and number, as they stand in the encoding.
    package let octet: UInt8

    /// Takes the octet as it stands in the encoding.
    package init(octet: UInt8) { self.octet = octet }

    /// Whether the content is a series of elements.
    package var isConstructed: Bool { octet & 0x20 != 0 }

    /// BOOLEAN.
    package static let boolean = DERTag(octet: 0x01)
    /// INTEGER.
    package static let integer = DERTag(octet: 0x02)
    /// BIT STRING.
    package static let bitString = DERTag(octet: 0x03)
    /// OCTET STRING.
    package static let octetString = DERTag(octet: 0x04)
    /// NULL.
    package static let null = DERTag(octet: 0x05)
    /// OBJECT IDENTIFIER.
    package static let oid = DERTag(octet: 0x06)
    /// ENUMERATED.
    package static let enumerated = DERTag(octet: 0x0A)
    /// UTF8String.
    package static let utf8String = DERTag(octet: 0x0C)
    /// NumericString.
    package static let numericString = DERTag(octet: 0x12)
    /// PrintableString.
    package static let printableString = DERTag(octet: 0x13)
    /// TeletexString, also called T61String.
    package static let teletexString = DERTag(octet: 0x14)
    /// IA5String.
    package static let ia5String = DERTag(octet: 0x16)
    /// UTCTime.
    package static let utcTime = DERTag(octet: 0x17)
    /// GeneralizedTime.
    package static let generalizedTime = DERTag(octet: 0x18)
    /// VisibleString.
    package static let visibleString = DERTag(octet: 0x1A)
    /// UniversalString.
    package static let universalString = DERTag(octet: 0x1C)
    /// BMPString.
    package static let bmpString = DERTag(octet: 0x1E)
    /// SEQUENCE and SEQUENCE OF.
    package static let sequence = DERTag(octet: 0x30)
    /// SET and SET OF.
    package static let set = DERTag(octet: 0x31)

    /// A context-specific tag (0 to 30) whose content is a value: `[n] IMPLICIT` of a primitive type.
    package static func primitive(_ number: UInt8) -> DERTag { DERTag(octet: 0x80 | number & 0x1F) }

    /// A context-specific tag (0 to 30) whose content is elements: `[n] EXPLICIT`, or `IMPLICIT` of a constructed type.
    package static func constructed(_ number: UInt8) -> DERTag { DERTag(octet: 0xA0 | number & 0x1F) }
}
