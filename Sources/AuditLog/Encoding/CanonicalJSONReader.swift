/// Reads `CanonicalJSON` piece by piece, for a caller who knows which pieces come: no other spelling of a value passes,
/// so what was read and written again is the same bytes.
///
/// It allocates nothing but the strings that it returns, and nests nothing by itself.
package struct CanonicalJSONReader {
    private let bytes: [UInt8]
    /// How many bytes were read.
    package private(set) var place = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next byte, which stays; nil at the end.
    package var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// An error at the place that was reached, for a caller whom a well-formed value does not suit.
    package var failure: CanonicalJSONError { CanonicalJSONError(place: place) }

    /// Reads exactly this text.
    package mutating func expect(_ literal: String) throws(CanonicalJSONError) {
        guard take(literal) else { throw CanonicalJSONError(place: place) }
    }

    /// Reads this text if it comes next, and says whether it did.
    package mutating func take(_ literal: String) -> Bool {
        var end = place
        for byte in literal.utf8 {
            guard end < bytes.count, bytes[end] == byte else { return false }
            end += 1
        }
        place = end
        return true
    }

    /// Says that nothing follows.
    package func expectEnd() throws(CanonicalJSONError) {
        guard place == bytes.count else { throw CanonicalJSONError(place: place) }
    }

    /// Reads a whole number within ±(2^53 − 1), without leading zeros, fraction or exponent.
    package mutating func integer() throws(CanonicalJSONError) -> Int64 {
        let start = place
        let isNegative = take("-")
        let firstDigit = place
        var number: Int64 = 0
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
            guard number <= CanonicalJSON.integerMax else { throw CanonicalJSONError(place: start) }
            place += 1
        }
        guard place > firstDigit else { throw CanonicalJSONError(place: start) }
        let isPadded = bytes[firstDigit] == UInt8(ascii: "0") && (place - firstDigit > 1 || isNegative)
        guard !isPadded else { throw CanonicalJSONError(place: start) }
        return isNegative ? -number : number
    }

    /// Reads a string with its quotes.
    package mutating func string() throws(CanonicalJSONError) -> String {
        let start = place
        let plain = try plainString()
        let text: String?
        if next == CanonicalJSON.quote {
            text = String(validating: plain, as: UTF8.self)
        } else {
            text = String(validating: try unescaped(after: plain), as: UTF8.self)
        }
        guard let text else { throw CanonicalJSONError(place: start) }
        place += 1
        return text
    }

    /// Reads a string with its quotes, or `null`.
    package mutating func optionalString() throws(CanonicalJSONError) -> String? {
        take("null") ? nil : try string()
    }

    /// Reads a string that holds no escape, and returns its bytes: for ids and other ASCII.
    package mutating func plainBytes() throws(CanonicalJSONError) -> ArraySlice<UInt8> {
        let plain = try plainString()
        guard next == CanonicalJSON.quote else { throw CanonicalJSONError(place: place) }
        place += 1
        return plain
    }

    /// Reads the opening quote and everything up to the closing one or the first escape, whichever comes next.
    private mutating func plainString() throws(CanonicalJSONError) -> ArraySlice<UInt8> {
        guard next == CanonicalJSON.quote else { throw CanonicalJSONError(place: place) }
        place += 1
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == CanonicalJSON.quote || byte == CanonicalJSON.backslash { return bytes[start..<place] }
            guard byte >= 0x20 else { break }
            place += 1
        }
        throw CanonicalJSONError(place: place)
    }

    /// Reads on from the first escape up to the closing quote, which stays.
    private mutating func unescaped(after plain: ArraySlice<UInt8>) throws(CanonicalJSONError) -> [UInt8] {
        var text = Array(plain)
        while let byte = next, byte != CanonicalJSON.quote {
            if byte == CanonicalJSON.backslash {
                text.append(try escape())
                continue
            }
            guard byte >= 0x20 else { break }
            text.append(byte)
            place += 1
        }
        guard next != nil, next == CanonicalJSON.quote else { throw CanonicalJSONError(place: place) }
        return text
    }

    private mutating func escape() throws(CanonicalJSONError) -> UInt8 {
        let start = place
        place += 1
        guard let letter = next else { throw CanonicalJSONError(place: start) }
        place += 1
        if let byte = Self.shortEscapes[letter] { return byte }
        guard letter == UInt8(ascii: "u"), bytes.count - place >= 4,
            bytes[place] == UInt8(ascii: "0"), bytes[place + 1] == UInt8(ascii: "0"),
            let byte = Hex.decode(bytes[(place + 2)..<(place + 4)])?.first,
            byte < 0x20, CanonicalJSON.shortEscape(byte) == nil
        else { throw CanonicalJSONError(place: start) }
        place += 4
        return byte
    }

    private static let shortEscapes: [UInt8: UInt8] = {
        var escapes: [UInt8: UInt8] = [:]
        for byte in (UInt8.min...UInt8.max) {
            if let letter = CanonicalJSON.shortEscape(byte) { escapes[letter] = byte }
        }
        return escapes
    }()
}

/// Bytes that are not the JSON that was wanted, and where they stop being it.
package struct CanonicalJSONError: Error, Hashable, Sendable {
    package let place: Int
}
