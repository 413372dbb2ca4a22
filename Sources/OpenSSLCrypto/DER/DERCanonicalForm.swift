/// The whole of DER in one pass: that bytes are one element in the only encoding that DER has for it.
package enum DERCanonicalForm {
    /// Refuses bytes that are not one element, all of it in DER, with strings that hold what their types allow.
    ///
    /// What lies inside OCTET STRINGs and BIT STRINGs, or behind implicit tags, is not looked at: only who reads it
    /// knows what it is.
    ///
    /// - Throws: `DERError`.
    package static func check(_ bytes: [UInt8]) throws(DERError) {
        let end = try checkElement(bytes.span, at: 0, end: bytes.count, depth: 0)
        // defence: T20
        guard end == bytes.count else { throw .trailingBytes }
    }

    /// Checks the element that begins at `start`, and returns where it ends.
    private static func checkElement(
        _ bytes: Span<UInt8>, at start: Int, end: Int, depth: Int
    ) throws(DERError) -> Int {
        let header = try DERHeader(bytes, at: start, end: end)
        let isUniversal = header.tag.octet & 0xC0 == 0
        if isUniversal {
            let number = header.tag.octet & 0x1F
            guard number != 0 else { throw .unexpectedTag(header.tag) }
            let holdsElements = number == 0x10 || number == 0x11
            guard holdsElements == header.tag.isConstructed else { throw .wrongForm(header.tag) }
        }
        guard header.tag.isConstructed else {
            let content = bytes.extracting(header.contentStart..<header.contentEnd)
            // defence: T20 (NUL, UTF-8, BER)
            if isUniversal { try DERPrimitives.check(header.tag, content) }
            return header.contentEnd
        }
        guard depth < DERReader.depthMax else { throw .nestingTooDeep }
        var position = header.contentStart
        var previous = position..<position
        while position < header.contentEnd {
            let next = try checkElement(bytes, at: position, end: header.contentEnd, depth: depth + 1)
            if header.tag == .set, !previous.isEmpty, !isAscending(bytes, previous, position..<next) {
                throw .unsortedSet
            }
            previous = position..<next
            position = next
        }
        return header.contentEnd
    }

    /// Whether two encodings stand in the order of a SET OF (X.690, section 11.6).
    ///
    /// No DER encoding is a proper prefix of another, so that the padding of that section never decides.
    static func isAscending(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        for offset in 0..<min(left.count, right.count) {
            let (a, b) = (bytes[left.lowerBound + offset], bytes[right.lowerBound + offset])
            if a != b { return a < b }
        }
        return true
    }
}
