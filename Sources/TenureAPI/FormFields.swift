/// The fields of a form, `application/x-www-form-urlencoded`, as the OAuth calls send them.
///
/// Strict: a field given twice, a bad escape, an empty name, bytes that are no UTF-8 and control characters are
/// refused.
/// Fields that a call does not know are passed over (RFC 6749, section 3.2).
package struct FormFields: Sendable {
    package static let fieldsMax = 32

    /// Why a body is no form.
    package enum Fault: Error, Hashable {
        case tooManyFields
        case malformed
        case duplicate(String)
    }

    private var values: [(name: String, value: String)] = []

    /// Reads a whole body; one of no bytes has no fields.
    package init(_ body: [UInt8]) throws(Fault) {
        guard !body.isEmpty else { return }
        var partCount = 1
        for byte in body where byte == UInt8(ascii: "&") { partCount += 1 }
        guard partCount <= Self.fieldsMax else { throw .tooManyFields }
        var start = 0
        while start <= body.count {
            let (name, equals) = try Self.piece(of: body, from: start, endsAtEquals: true)
            var (value, end) = ("", equals)
            if equals < body.count, body[equals] == UInt8(ascii: "=") {
                (value, end) = try Self.piece(of: body, from: equals + 1, endsAtEquals: false)
            }
            guard !name.isEmpty else { throw .malformed }
            guard self[name] == nil else { throw .duplicate(name) }
            values.append((name, value))
            start = end + 1
        }
    }

    /// The value of a field, or nil where it was not sent. A value without any character counts as not sent (RFC 6749,
    /// section 3.2).
    package func nonEmpty(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    private subscript(_ name: String) -> String? {
        values.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// Writes fields in this form.
    package static func encoded(_ fields: [(name: String, value: String)]) -> [UInt8] {
        fields.map { escaped($0.name) + "=" + escaped($0.value) }.joined(separator: "&").utf8.map { $0 }
    }

    /// Percent-encodes all but RFC 3986's unreserved characters; fit for forms, queries and path segments.
    package static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A name or a value, and where it ends.
    private static func piece(
        of body: [UInt8], from start: Int, endsAtEquals: Bool
    ) throws(Fault) -> (String, end: Int) {
        let plain = plainBytes.span
        let bytes = body.span
        var end = start
        var isPlain = true
        while end < bytes.count {
            let byte = bytes[end]
            if !plain[Int(byte)] {
                if byte == UInt8(ascii: "&") || (endsAtEquals && byte == UInt8(ascii: "=")) { break }
                isPlain = isPlain && byte == UInt8(ascii: "=")
            }
            end += 1
        }
        // A token is one long value without an escape.
        if isPlain { return (String(decoding: body[start..<end], as: UTF8.self), end) }
        return (try decoded(body[start..<end]), end)
    }

    /// Visible ASCII without the characters that mean something in a form, by its value.
    private static let plainBytes: [Bool] = (0...255).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "%"), UInt8(ascii: "+"): false
        case 0x21...0x7E: true
        default: false
        }
    }

    private static func decoded(_ escaped: ArraySlice<UInt8>) throws(Fault) -> String {
        var bytes: [UInt8] = []
        var rest = escaped
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    throw .malformed
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed
        }
        return text
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
