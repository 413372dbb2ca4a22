/// The identifier octet of a DER element. Tags with a number above 30 take more octets; X.509 has none.
package struct DERTag: Hashable, Sendable {
    /// Class, form and number, as they stand in the encoding.
    package let octet: UInt8

    /// Takes the octet as it stands in the encoding.
    package init(octet: UInt8) { self.octet = octet }

    /// Whether the content is a series of elements.
    package var isConstructed: Bool { octet & 0x20 != 0 }

    package static let boolean = DERTag(octet: 0x01)
    package static let integer = DERTag(octet: 0x02)
    package static let bitString = DERTag(octet: 0x03)
    package static let octetString = DERTag(octet: 0x04)
    package static let null = DERTag(octet: 0x05)
    package static let oid = DERTag(octet: 0x06)
    package static let enumerated = DERTag(octet: 0x0A)
    package static let utf8String = DERTag(octet: 0x0C)
    package static let numericString = DERTag(octet: 0x12)
    package static let printableString = DERTag(octet: 0x13)
    package static let teletexString = DERTag(octet: 0x14)
    package static let ia5String = DERTag(octet: 0x16)
    package static let utcTime = DERTag(octet: 0x17)
    package static let generalizedTime = DERTag(octet: 0x18)
    package static let visibleString = DERTag(octet: 0x1A)
    package static let universalString = DERTag(octet: 0x1C)
    package static let bmpString = DERTag(octet: 0x1E)
    package static let sequence = DERTag(octet: 0x30)
    package static let set = DERTag(octet: 0x31)

    /// A context-specific tag (0 to 30) whose content is a value: `[n] IMPLICIT` of a primitive type.
    package static func primitive(_ number: UInt8) -> DERTag { DERTag(octet: 0x80 | number & 0x1F) }

    /// A context-specific tag (0 to 30) whose content is elements: `[n] EXPLICIT`, or `IMPLICIT` of a constructed type.
    package static func constructed(_ number: UInt8) -> DERTag { DERTag(octet: 0xA0 | number & 0x1F) }
}
