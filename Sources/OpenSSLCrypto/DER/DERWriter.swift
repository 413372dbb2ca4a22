/// Writes DER into one array. Lengths of nested elements are filled in when they end, in their shortest form.
///
/// The writer trusts its caller with the content of strings and pre-encoded parts; it keeps lengths and integers right.
package struct DERWriter: Sendable {
    /// What has been written.
    package private(set) var bytes: [UInt8] = []

    /// Begins with room for `capacity` bytes.
    package init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    /// Appends elements that are encoded already.
    package mutating func append(_ encoded: [UInt8]) { bytes.append(contentsOf: encoded) }

    /// Appends elements that are encoded already.
    package mutating func append(_ encoded: ArraySlice<UInt8>) { bytes.append(contentsOf: encoded) }

    /// Writes an element whose content is what `body` writes.
    ///
    /// - Throws: what `body` throws; the writer is of no use then.
    package mutating func constructed<E: Error>(
        _ tag: DERTag, _ body: (inout DERWriter) throws(E) -> Void
    ) throws(E) {
        try nested(tag, unusedBits: nil, body)
    }

    /// Writes a SEQUENCE of what `body` writes.
    ///
    /// - Throws: what `body` throws; the writer is of no use then.
    package mutating func sequence<E: Error>(_ body: (inout DERWriter) throws(E) -> Void) throws(E) {
        try nested(.sequence, unusedBits: nil, body)
    }

    /// Writes an OCTET STRING around what `body` writes, as extensions have it.
    ///
    /// - Throws: what `body` throws; the writer is of no use then.
    package mutating func octetString<E: Error>(_ body: (inout DERWriter) throws(E) -> Void) throws(E) {
        try nested(.octetString, unusedBits: nil, body)
    }

    /// Writes a BIT STRING of whole octets around what `body` writes, as keys have it.
    ///
    /// - Throws: what `body` throws; the writer is of no use then.
    package mutating func bitString<E: Error>(_ body: (inout DERWriter) throws(E) -> Void) throws(E) {
        try nested(.bitString, unusedBits: 0, body)
    }

    /// Writes a SET OF elements that are encoded already, in the order that DER demands.
    package mutating func setOf(_ elements: [[UInt8]]) {
        let sorted = elements.sorted { $0.lexicographicallyPrecedes($1) }
        constructed(.set) { writer in
            for element in sorted { writer.append(element) }
        }
    }

    /// Writes an element with this content.
    package mutating func primitive(_ tag: DERTag, _ content: [UInt8]) {
        header(tag, count: content.count)
        bytes.append(contentsOf: content)
    }

    /// Writes an element with this content.
    package mutating func primitive(_ tag: DERTag, _ content: ArraySlice<UInt8>) {
        header(tag, count: content.count)
        bytes.append(contentsOf: content)
    }

    /// Writes an element whose content is the UTF-8 of a text.
    package mutating func text(_ tag: DERTag, _ text: String) {
        header(tag, count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes tag and length of an element whose content the caller appends.
    package mutating func header(_ tag: DERTag, count: Int) {
        bytes.append(tag.octet)
        if count < 0x80 {
            bytes.append(UInt8(count))
        } else {
            bytes.append(contentsOf: Self.longLength(count))
        }
    }

    private mutating func nested<E: Error>(
        _ tag: DERTag, unusedBits: UInt8?, _ body: (inout DERWriter) throws(E) -> Void
    ) throws(E) {
        bytes.append(tag.octet)
        bytes.append(0)
        let start = bytes.count
        if let unusedBits { bytes.append(unusedBits) }
        try body(&self)
        let count = bytes.count - start
        if count < 0x80 {
            bytes[start - 1] = UInt8(count)
        } else {
            bytes.replaceSubrange(start - 1..<start, with: Self.longLength(count))
        }
    }

    /// A length of 128 or more: how many octets follow, then these.
    private static func longLength(_ count: Int) -> [UInt8] {
        let octets = (count.bitWidth - count.leadingZeroBitCount + 7) / 8
        return [0x80 | UInt8(octets)]
            + (0..<octets).reversed().map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }
}
