/// Splits Swift or C source into tokens and comments, well enough to count braces and to find names.
///
/// It knows line and nested block comments, strings of every form (raw, of many lines, with interpolations inside
/// interpolations), and regular expression literals. It does not know conditional compilation: all branches are read.
struct SourceLexer {
    private(set) var tokens: [Token] = []
    private(set) var comments: [Comment] = []
    private let bytes: [UInt8]
    private let hasCharacterLiterals: Bool
    private var place = 0
    private var line = 1
    private var spaced = true

    /// - Parameter hasCharacterLiterals: true of C, where `'"'` is one character.
    init(_ text: String, hasCharacterLiterals: Bool = false) {
        bytes = Array(text.utf8)
        self.hasCharacterLiterals = hasCharacterLiterals
        scanCode(inInterpolation: false)
    }

    private mutating func scanCode(inInterpolation: Bool) {
        var depth = 0
        while let byte = peek() {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                if byte == UInt8(ascii: "\n") { line += 1 }
                place += 1
                spaced = true
            } else if starts("//") {
                scanLineComment()
            } else if starts("/*") {
                scanBlockComment()
            } else if let hashes = hashesBeforeQuote() {
                scanString(hashes: hashes)
            } else if hasCharacterLiterals, byte == UInt8(ascii: "'") {
                scanCharacter()
            } else if let length = patternLength() {
                append(.pattern, length: length)
            } else if Self.isWordByte(byte) || byte == UInt8(ascii: "`") {
                append(.word, length: wordLength())
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                if inInterpolation, depth < 0 {
                    place += 1
                    return
                }
                append(.mark, length: 1)
            }
        }
    }

    // MARK: Comments

    private mutating func scanLineComment() {
        let start = place
        while let byte = peek(), byte != UInt8(ascii: "\n") { place += 1 }
        appendComment(from: start, line: line)
    }

    private mutating func scanBlockComment() {
        let start = place
        let firstLine = line
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                place += 2
            } else if starts("*/") {
                depth -= 1
                place += 2
            } else {
                if peek() == UInt8(ascii: "\n") { line += 1 }
                place += 1
            }
        } while depth > 0 && place < bytes.count
        appendComment(from: start, line: firstLine)
    }

    private mutating func appendComment(from start: Int, line firstLine: Int) {
        let text = String(decoding: bytes[start..<min(place, bytes.count)], as: UTF8.self)
        let isDocumentation = text.hasPrefix("///") || text.hasPrefix("/**")
        comments.append(Comment(line: firstLine, lastLine: line, isDocumentation: isDocumentation, text: text))
        spaced = true
    }

    // MARK: Strings

    /// The number of `#` before a quote that opens a string here, or nil where none opens.
    private func hashesBeforeQuote() -> Int? {
        var hashes = 0
        while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
        return peek(hashes) == UInt8(ascii: "\"") ? hashes : nil
    }

    private mutating func scanString(hashes: Int) {
        let firstLine = line
        let wasSpaced = spaced
        place += hashes
        let isMultiline = starts("\"\"\"")
        let quotes = isMultiline ? 3 : 1
        place += quotes
        let closing = [UInt8](repeating: UInt8(ascii: "\""), count: quotes) + Self.hashes(hashes)
        let escape = [UInt8(ascii: "\\")] + Self.hashes(hashes)
        var content: [UInt8] = []
        while let byte = peek(), !starts(closing) {
            if starts(escape) {
                place += escape.count
                if peek() == UInt8(ascii: "(") {
                    place += 1
                    scanCode(inInterpolation: true)
                } else {
                    if let escaped = peek() { content += [UInt8(ascii: "\\"), escaped] }
                    if peek() == UInt8(ascii: "\n") { line += 1 }
                    place += 1
                }
                continue
            }
            if byte == UInt8(ascii: "\n") {
                guard isMultiline else { break }
                line += 1
            }
            content.append(byte)
            place += 1
        }
        if starts(closing) { place += closing.count }
        let text = String(decoding: content, as: UTF8.self)
        tokens.append(Token(kind: .string, text: text, line: firstLine, spaced: wasSpaced))
        spaced = false
    }

    private mutating func scanCharacter() {
        place += 1
        while let byte = peek(), byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\n") {
            place += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        if peek() == UInt8(ascii: "'") { place += 1 }
    }

    private static func hashes(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "#"), count: count) }

    // MARK: Regular expression literals

    /// Words after which an expression starts, so that a slash there divides nothing.
    private static let expressionWords: Set<String> = [
        "return", "in", "case", "where", "if", "guard", "while", "switch", "try", "await", "else", "is", "as",
    ]

    /// The bytes of a regular expression literal that starts here, or nil where none does.
    private func patternLength() -> Int? {
        if starts("#/") { return lengthOfPattern(from: 2, closing: "/#") }
        guard !hasCharacterLiterals, starts("/"), let next = peek(1), next != UInt8(ascii: " ") else { return nil }
        if let last = tokens.last {
            let opens = last.kind == .mark ? !")]}.?".contains(last.text) : Self.expressionWords.contains(last.text)
            guard opens else { return nil }
        }
        return lengthOfPattern(from: 1, closing: "/")
    }

    private func lengthOfPattern(from start: Int, closing: String) -> Int? {
        var length = start
        while let byte = peek(length), byte != UInt8(ascii: "\n") {
            if bytes[(place + length)...].starts(with: closing.utf8) {
                return length > start ? length + closing.utf8.count : nil
            }
            length += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    // MARK: Words and places

    private func wordLength() -> Int {
        if peek() == UInt8(ascii: "`") {
            var length = 1
            while let byte = peek(length), byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\n") { length += 1 }
            return length + 1
        }
        var length = 0
        while let byte = peek(length), Self.isWordByte(byte) { length += 1 }
        return length
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF: true
        default: false
        }
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        place + distance < bytes.count ? bytes[place + distance] : nil
    }

    private func starts(_ text: String) -> Bool { bytes[min(place, bytes.count)...].starts(with: text.utf8) }

    private func starts(_ text: [UInt8]) -> Bool { bytes[min(place, bytes.count)...].starts(with: text) }

    private mutating func append(_ kind: Token.Kind, length: Int) {
        let end = min(place + length, bytes.count)
        let text = String(decoding: bytes[place..<end], as: UTF8.self)
        tokens.append(Token(kind: kind, text: text, line: line, spaced: spaced))
        place = end
        spaced = false
    }
}
