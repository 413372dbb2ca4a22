/// The JSON that Tenure signs and hashes: no spaces, no floats, strings as RFC 8785, section 3.2.2.2.
package enum CanonicalJSON {
    /// Whole numbers beyond this cannot be told apart by every reader of JSON (RFC 8785, section 3.2.2.3): 2^53 − 1.
    package static let integerMax: Int64 = 9_007_199_254_740_991

    /// Appends a string with its quotes.
    ///
    /// Control characters, the quote and the backslash are escaped; all else, bidirectional marks too, stays as UTF-8:
    /// a value never ends its string, its line or its entry (T41). Whoever shows it on a terminal escapes the rest.
    package static func append(_ text: String, to output: inout [UInt8]) {
        output.append(quote)
        // Most texts need no escape.
        if let place = firstEscape(in: text.utf8.span, from: 0) {
            appendEscaping(Array(text.utf8), from: place, to: &output)
        } else {
            output.append(contentsOf: text.utf8)
        }
        output.append(quote)
    }

    /// Appends a string with its quotes, or `null`.
    package static func append(_ text: String?, to output: inout [UInt8]) {
        if let text {
            append(text, to: &output)
        } else {
            appendLiteral("null", to: &output)
        }
    }

    /// Appends a whole number in decimal.
    package static func append(_ number: Int64, to output: inout [UInt8]) {
        if number < 0 { output.append(UInt8(ascii: "-")) }
        let start = output.count
        var rest = number.magnitude
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        var low = start
        var high = output.count - 1
        while low < high {
            output.swapAt(low, high)
            low += 1
            high -= 1
        }
    }

    /// Appends punctuation, keys and other text that is known to need no escapes.
    package static func appendLiteral(_ literal: String, to output: inout [UInt8]) {
        output.append(contentsOf: literal.utf8)
    }

    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    /// The short escape's letter for a control character that has one.
    static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        case quote, backslash: byte
        default: nil
        }
    }

    private static func firstEscape(in bytes: Span<UInt8>, from start: Int) -> Int? {
        let escaped = escaped.span
        var place = start
        while place < bytes.count {
            if escaped[Int(bytes[place])] { return place }
            place += 1
        }
        return nil
    }

    /// Whether a byte is escaped, by its value.
    private static let escaped: [Bool] = (0...255).map { $0 < 0x20 || $0 == Int(quote) || $0 == Int(backslash) }

    /// What lies between two escapes is taken as a whole: PEM has one in 65 characters.
    ///
    /// - Parameter first: where the first escape is.
    private static func appendEscaping(_ bytes: [UInt8], from first: Int, to output: inout [UInt8]) {
        var start = 0
        var next: Int? = first
        while let place = next {
            output.append(contentsOf: bytes[start..<place])
            appendEscape(bytes[place], to: &output)
            start = place + 1
            next = firstEscape(in: bytes.span, from: start)
        }
        output.append(contentsOf: bytes[start...])
    }

    private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(backslash)
        if let letter = shortEscape(byte) {
            output.append(letter)
        } else {
            output.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            Hex.append([byte], to: &output)
        }
    }
}
