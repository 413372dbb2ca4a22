/// Reads DER: definite lengths in their shortest form, low tags, a bounded depth. It never reads past its end, and
/// refuses whatever another reader might read otherwise.
///
/// A reader sees the elements of one level. `constructed` gives a reader of the level below; `finish` refuses what is
/// left over, so that no byte goes unread.
package struct DERReader: Sendable {
    /// How deep elements may lie in each other.
    package static let depthMax = 16

    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private let end: Int
    private let depth: Int

    /// Reads all of `bytes`.
    package init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }

    /// Reads a slice, such as the content of an OCTET STRING, as a series of its own.
    package init(_ slice: ArraySlice<UInt8>) {
        self.init(bytes: slice, position: slice.startIndex, end: slice.endIndex, depth: 0)
    }

    private init(bytes: ArraySlice<UInt8>, position: Int, end: Int, depth: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
        self.depth = depth
    }

    /// Whether nothing is left on this level.
    package var isAtEnd: Bool { position == end }

    /// The tag of the next element, nil at the end.
    package var nextTag: DERTag? { position < end ? DERTag(octet: bytes[position]) : nil }

    /// Refuses what is left.
    ///
    /// - Throws: `DERError.trailingBytes`.
    package func finish() throws(DERError) {
        // defence: T20
        guard isAtEnd else { throw .trailingBytes }
    }

    /// Reads the next element, whatever it is.
    ///
    /// - Throws: `DERError` if there is none, or its tag or length is not DER.
    package mutating func element() throws(DERError) -> DERElement {
        let start = bytes.startIndex
        let header = try DERHeader(bytes.span, at: position - start, end: end - start)
        let (contentStart, contentEnd) = (start + header.contentStart, start + header.contentEnd)
        let element = DERElement(
            tag: header.tag, encoded: bytes[position..<contentEnd], content: bytes[contentStart..<contentEnd])
        position = contentEnd
        return element
    }

    /// Reads the next element, which must have this tag.
    ///
    /// - Throws: `DERError.unexpectedTag` for another, else as `element()`.
    package mutating func element(_ tag: DERTag) throws(DERError) -> DERElement {
        guard let found = nextTag else { throw .truncated }
        guard found == tag else { throw .unexpectedTag(found) }
        return try element()
    }

    /// Reads the next element if it has this tag; gives nil, and stays where it is, at the end or before another.
    ///
    /// - Throws: as `element()`.
    package mutating func optionalElement(_ tag: DERTag) throws(DERError) -> DERElement? {
        nextTag == tag ? try element() : nil
    }

    /// Enters the next element, which must have this tag, and steps over it here.
    ///
    /// - Throws: `DERError.unexpectedTag` for another, `.nestingTooDeep`, else as `element()`.
    package mutating func constructed(_ tag: DERTag = .sequence) throws(DERError) -> DERReader {
        let element = try element(tag)
        // defence: T20
        guard depth < Self.depthMax else { throw .nestingTooDeep }
        return DERReader(
            bytes: bytes, position: element.content.startIndex, end: element.content.endIndex, depth: depth + 1)
    }

    /// Enters the next element if it has this tag; gives nil at the end or before another.
    ///
    /// - Throws: as `constructed(_:)`.
    package mutating func optionalConstructed(_ tag: DERTag) throws(DERError) -> DERReader? {
        nextTag == tag ? try constructed(tag) : nil
    }
}

/// One element as it stands in the bytes that were read; the slices keep the indices of the array behind it.
package struct DERElement: Sendable {
    /// The tag.
    package let tag: DERTag
    /// Tag, length and content.
    package let encoded: ArraySlice<UInt8>
    /// The content alone.
    package let content: ArraySlice<UInt8>
}

/// Tag and length of one element, read with every restriction of DER.
struct DERHeader {
    let tag: DERTag
    let contentStart: Int
    let contentEnd: Int

    init(_ bytes: Span<UInt8>, at start: Int, end: Int) throws(DERError) {
        guard end - start >= 2 else { throw .truncated }
        let tag = DERTag(octet: bytes[start])
        guard tag.octet & 0x1F != 0x1F else { throw .tagTooLarge }
        var position = start + 2
        var length = Int(bytes[start + 1])
        if length >= 0x80 {
            let octets = length & 0x7F
            // defence: T20
            guard octets != 0 else { throw .indefiniteLength }
            guard octets <= 4 else { throw .lengthTooLarge }
            guard end - position >= octets else { throw .truncated }
            length = 0
            for _ in 0..<octets {
                length = length << 8 | Int(bytes[position])
                position += 1
            }
            guard length <= Int(Int32.max) else { throw .lengthTooLarge }
            // defence: T20
            guard length >= 0x80, octets == 1 || length >> (8 * (octets - 1)) != 0 else { throw .lengthNotMinimal }
        }
        guard length <= end - position else { throw .truncated }
        self.tag = tag
        self.contentStart = position
        self.contentEnd = position + length
    }
}
