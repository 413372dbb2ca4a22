/// JSON (RFC 8259) from outside, read strictly and within bounds before anything else looks at it.
///
/// What `JSONDecoder` lets through is refused here: duplicate keys, byte order marks, UTF-16, lone surrogates, NUL in
/// strings, nesting without end and trailing bytes (THREATS, T4). Checking and decoding the same bytes afterwards is
/// safe: every parser agrees on what passed.
package enum StrictJSON {
    /// How much one document may hold.
    package struct Limits: Hashable, Sendable {
        /// Objects and arrays inside each other; a bare `{}` has depth 1.
        package let depthMax: Int
        /// Object members in the whole document.
        package let keyCountMax: Int

        /// - Parameter depthMax: 1 to 64, since the parser recurses once for each level.
        package init(depthMax: Int = 16, keyCountMax: Int = 1000) {
            precondition((1...64).contains(depthMax), "the parser recurses once for each level")
            precondition(keyCountMax >= 0, "a count is not negative")
            self.depthMax = depthMax
            self.keyCountMax = keyCountMax
        }

        /// 16 deep, 1,000 keys: every request body, token and key set.
        package static let standard = Limits()
        /// 16 deep, 100,000 keys: plans and estates.
        package static let plan = Limits(keyCountMax: 100_000)
    }

    /// Parses one whole document.
    ///
    /// - Throws: `StrictJSONError` with the place of the first fault. It never carries a value from the document.
    package static func parse(
        _ bytes: [UInt8], limits: Limits = .standard
    ) throws(StrictJSONError) -> Value {
        var parser = StrictJSONParser(bytes, limits: limits)
        return try parser.document()
    }

    /// Checks a document that another decoder will read.
    ///
    /// - Throws: as `parse` does.
    package static func check(_ bytes: [UInt8], limits: Limits = .standard) throws(StrictJSONError) {
        _ = try parse(bytes, limits: limits)
    }
}

/// Why bytes are no acceptable JSON, and where. Holds no value of the document, so it may be logged and answered (T5).
package struct StrictJSONError: Error, Hashable, Sendable {
    /// What is wrong, as a sentence.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case empty = "nothing is there"
        case byteOrderMark = "a byte order mark is not allowed"
        case notUTF8 = "not UTF-8"
        case unexpectedEnd = "it ends too early"
        case unexpectedByte = "unexpected character"
        case trailingBytes = "more follows after the end"
        case tooDeep = "nested too deeply"
        case tooManyKeys = "too many keys"
        case duplicateKey = "a key stands twice in one object"
        case number = "not a JSON number"
        case escape = "not a JSON escape"
        case loneSurrogate = "half of a surrogate pair"
        case nul = "NUL in a string"
        case controlCharacter = "unescaped control character in a string"
    }

    package let reason: Reason
    /// Bytes from the start of the document.
    package let offset: Int
    /// The value that holds the fault as a JSON Pointer (RFC 6901), empty for the whole document. Names are cut to 64
    /// bytes and all but visible ASCII is replaced by `?`, so that it can be shown anywhere (T41).
    package let path: String

    package init(reason: Reason, offset: Int, path: String) {
        self.reason = reason
        self.offset = offset
        self.path = path
    }
}

extension StrictJSONError: CustomStringConvertible {
    package var description: String {
        path.isEmpty ? "\(reason.rawValue) at byte \(offset)" : "\(reason.rawValue) at byte \(offset), in \(path)"
    }
}
