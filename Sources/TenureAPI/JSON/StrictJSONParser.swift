/// The parser behind `StrictJSON`: recursive descent, at most `depthMax` calls deep, each byte looked at once or twice.
struct StrictJSONParser {
    private enum Step {
        case name(String)
        case index(Int)
    }

    private let bytes: [UInt8]
    private let limits: StrictJSON.Limits
    private var position = 0
    private var keyCount = 0
    private var path: [Step] = []

    init(_ bytes: [UInt8], limits: StrictJSON.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(StrictJSONError) -> StrictJSON.Value {
        // defence: T4
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure(.byteOrderMark, at: 0) }
        skipSpace()
        if position == bytes.count { throw failure(.empty, at: position) }
        let value = try self.value(depth: 0)
        skipSpace()
        if position != bytes.count { throw failure(.trailingBytes, at: position) }
        return value
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(StrictJSONError) -> StrictJSON.Value {
        switch try byte() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .flag(true))
        case UInt8(ascii: "f"): return try literal("false", .flag(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure(.unexpectedByte, at: position)
        }
    }

    private mutating func object(depth: Int) throws(StrictJSONError) -> [StrictJSON.Member] {
        // defence: T4
        if depth > limits.depthMax { throw failure(.tooDeep, at: position) }
        position += 1
        var members: [StrictJSON.Member] = []
        // `String` compares by canonical equivalence, which is coarser than bytes: names that a `[String: …]` of some
        // later decoder would collapse are refused as well.
        var names: Set<String> = []
        skipSpace()
        if try byte() == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            let start = position
            guard try byte() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte, at: start) }
            let name = try string()
            path.append(.name(name))
            keyCount += 1
            // defence: T4
            if keyCount > limits.keyCountMax { throw failure(.tooManyKeys, at: start) }
            // defence: T4
            if !names.insert(name).inserted { throw failure(.duplicateKey, at: start) }
            skipSpace()
            guard try byte() == UInt8(ascii: ":") else { throw failure(.unexpectedByte, at: position) }
            position += 1
            skipSpace()
            members.append(StrictJSON.Member(name: name, value: try value(depth: depth)))
            path.removeLast()
            if try !continues(until: UInt8(ascii: "}")) { return members }
        }
    }

    private mutating func array(depth: Int) throws(StrictJSONError) -> [StrictJSON.Value] {
        // defence: T4
        if depth > limits.depthMax { throw failure(.tooDeep, at: position) }
        position += 1
        var elements: [StrictJSON.Value] = []
        skipSpace()
        if try byte() == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            path.append(.index(elements.count))
            elements.append(try value(depth: depth))
            path.removeLast()
            if try !continues(until: UInt8(ascii: "]")) { return elements }
        }
    }

    /// Steps over a comma and says true, or over `end` and says false.
    private mutating func continues(until end: UInt8) throws(StrictJSONError) -> Bool {
        skipSpace()
        switch try byte() {
        case end:
            position += 1
            return false
        case UInt8(ascii: ","):
            position += 1
            skipSpace()
            return true
        default: throw failure(.unexpectedByte, at: position)
        }
    }

    private mutating func literal(
        _ text: StaticString, _ value: StrictJSON.Value
    ) throws(StrictJSONError) -> StrictJSON.Value {
        for wanted in "\(text)".utf8 {
            guard try byte() == wanted else { throw failure(.unexpectedByte, at: position) }
            position += 1
        }
        return value
    }

    private mutating func number() throws(StrictJSONError) -> StrictJSON.Value {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        let first = position
        try digits(from: start)
        if position - first > 1, bytes[first] == UInt8(ascii: "0") { throw failure(.number, at: start) }
        var isInteger = true
        if peek == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits(from: start)
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try digits(from: start)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let integer = Int64(text), text != "-0" { return .integer(integer) }
        return .number(text)
    }

    private mutating func digits(from start: Int) throws(StrictJSONError) {
        let first = position
        while let next = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { position += 1 }
        if position == first { throw failure(.number, at: start) }
    }

    // MARK: Strings

    private mutating func string() throws(StrictJSONError) -> String {
        let start = position
        position += 1
        var out: [UInt8] = []
        while true {
            let next = try byte()
            switch next {
            case UInt8(ascii: "\""):
                position += 1
                guard let text = String(validating: out, as: UTF8.self) else { throw failure(.notUTF8, at: start) }
                return text
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0: throw failure(.nul, at: position)
            case 1..<0x20: throw failure(.controlCharacter, at: position)
            default:
                out.append(next)
                position += 1
            }
        }
    }

    private mutating func escape(into out: inout [UInt8]) throws(StrictJSONError) {
        let start = position
        position += 1
        let letter = try byte()
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(letter)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): out.append(contentsOf: String(try unicodeEscape(from: start)).utf8)
        default: throw failure(.escape, at: start)
        }
    }

    /// The scalar of `\u` and four digits, or of the pair of them that makes one; `position` is after the first `u`.
    private mutating func unicodeEscape(from start: Int) throws(StrictJSONError) -> Unicode.Scalar {
        let unit = try hexadecimal(from: start)
        if unit == 0 { throw failure(.nul, at: start) }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // The unit is a surrogate: a high one must be followed by a low one.
        guard (0xD800..<0xDC00).contains(unit), peek == UInt8(ascii: "\\") else {
            throw failure(.loneSurrogate, at: start)
        }
        position += 1
        guard try byte() == UInt8(ascii: "u") else { throw failure(.loneSurrogate, at: start) }
        position += 1
        let low = try hexadecimal(from: start)
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + low - 0xDC00)
        else { throw failure(.loneSurrogate, at: start) }
        return scalar
    }

    private mutating func hexadecimal(from start: Int) throws(StrictJSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit = try byte()
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
            default: throw failure(.escape, at: start)
            }
            position += 1
        }
        return value
    }

    // MARK: Bytes

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func byte() throws(StrictJSONError) -> UInt8 {
        guard let byte = peek else { throw failure(.unexpectedEnd, at: position) }
        return byte
    }

    private mutating func skipSpace() {
        while let next = peek, next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { position += 1 }
    }

    private func failure(_ reason: StrictJSONError.Reason, at offset: Int) -> StrictJSONError {
        StrictJSONError(reason: reason, offset: offset, path: path.map(Self.pointer).joined())
    }

    private static func pointer(_ step: Step) -> String {
        switch step {
        case .index(let index): return "/\(index)"
        case .name(let name):
            var shown = "/"
            for byte in name.utf8.prefix(64) {
                switch byte {
                case UInt8(ascii: "~"): shown += "~0"
                case UInt8(ascii: "/"): shown += "~1"
                case 0x21..<0x7F: shown.unicodeScalars.append(Unicode.Scalar(byte))
                default: shown += "?"
                }
            }
            return shown
        }
    }
}
