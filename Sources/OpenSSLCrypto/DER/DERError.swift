/// Why bytes are not the DER that was expected (X.690, section 10 and the restrictions of section 11).
package enum DERError: Error, Hashable, Sendable {
    /// The bytes end inside an element.
    case truncated
    /// Bytes follow the last element that may stand there.
    case trailingBytes
    /// Elements lie deeper in each other than `DERReader.depthMax`.
    case nestingTooDeep
    /// A length of the form that BER allows and DER does not.
    case indefiniteLength
    /// A length with more octets than it needs.
    case lengthNotMinimal
    /// A length of more than 2^31 − 1 octets.
    case lengthTooLarge
    /// A tag with a number above 30.
    case tagTooLarge
    /// Another element was to stand here.
    case unexpectedTag(DERTag)
    /// A universal type in a form that DER gives it not, such as a string in pieces.
    case wrongForm(DERTag)
    /// A BOOLEAN that is neither 00 nor FF.
    case badBoolean
    /// An INTEGER that is empty, padded, or outside the range that may stand there.
    case badInteger
    /// A NULL with content.
    case badNull
    /// A BIT STRING without its first octet, or with bits set that are not used.
    case badBitString
    /// An OBJECT IDENTIFIER that is empty, padded or cut.
    case badOID
    /// A string with bytes that its type has not, not UTF-8 where that is due, or with a NUL.
    case badString
    /// A time that is not whole seconds of UTC, names no day, or stands in the form of the other half of history.
    case badTime
    /// A SET OF whose elements are not in ascending order.
    case unsortedSet
}
