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
        let parts = body.split(
            separator: UInt8(ascii: "&"), maxSplits: Self.fieldsMax, omittingEmptySubsequences: false)
        guard parts.count <= Self.fieldsMax else { throw .tooManyFields }
        for part in parts {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = try Self.decoded(part[..<equals])
            let value = equals == part.endIndex ? "" : try Self.decoded(part[part.index(after: equals)...])
            guard !name.isEmpty else { throw .malformed }
            guard self[name] == nil else { throw .duplicate(name) }
            values.append((name, value))
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

    private static func decoded(_ escaped: ArraySlice<UInt8>) throws(Fault) -> String {
        // A token is one long value without an escape.
        if escaped.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }) {
            return String(decoding: escaped, as: UTF8.self)
        }
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
