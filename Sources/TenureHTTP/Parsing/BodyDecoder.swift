internal import TenureAPI

/// Reads a JSON body into its type: checked strictly (THREATS, T4), parsed once, and decoded from what was parsed.
///
/// Errors name the field and never hold a value (T5).
enum BodyDecoder {
    static func decode<Body: Decodable>(
        _ type: Body.Type, from bytes: [UInt8], limits: StrictJSON.Limits
    ) throws(Refusal) -> Body {
        let value: StrictJSON.Value
        do throws(StrictJSONError) {
            value = try StrictJSON.parse(bytes, limits: limits)
        } catch {
            throw .field(FieldPath.text(pointer: error.path), "\(error.reason.rawValue) (byte \(error.offset))")
        }
        do {
            return try Body(from: ValueDecoder(value: value, codingPath: []))
        } catch let error as UnknownFieldError {
            throw .field(FieldPath.shown(error.field[...]), error.description)
        } catch let error as DecodingError {
            throw Refusal(error)
        } catch {
            throw .field("", "is not of the form that this call takes")
        }
    }
}

extension Refusal {
    /// From the coding path alone: the error's own text may quote the value.
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .field(FieldPath.text(context.codingPath + [key]), "is missing")
        case .typeMismatch(_, let context):
            self = .field(FieldPath.text(context.codingPath), "is of another type than it must be")
        case .valueNotFound(_, let context):
            self = .field(FieldPath.text(context.codingPath), "is null")
        case .dataCorrupted(let context):
            self = .field(FieldPath.text(context.codingPath), "holds what it cannot mean")
        @unknown default:
            self = .field("", "is not of the form that this call takes")
        }
    }
}

/// Fields as problems name them: keys and places joined by points.
enum FieldPath {
    static func text(_ path: [any CodingKey]) -> String {
        shown(path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")[...])
    }

    /// From a JSON Pointer without escapes.
    static func text(pointer: String) -> String {
        pointer.split(separator: "/").joined(separator: ".")
    }

    /// What a client chose to call a field, cut to 64 visible ASCII characters, so that it can be shown anywhere (T41).
    static func shown(_ name: Substring) -> String {
        String(
            decoding: name.utf8.prefix(64).map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

/// Whole numbers in their one canonical form: no sign, no leading zero.
enum StrictNumber {
    static func decimal(_ text: Substring) -> Int64? {
        guard (1...19).contains(text.utf8.count) else { return nil }
        if text.utf8.first == UInt8(ascii: "0"), text.utf8.count > 1 { return nil }
        var value: Int64 = 0
        for digit in text.utf8 {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowedToo) = product.addingReportingOverflow(Int64(digit - 0x30))
            // defence: T1
            guard !overflowed, !overflowedToo else { return nil }
            value = sum
        }
        return value
    }
}
