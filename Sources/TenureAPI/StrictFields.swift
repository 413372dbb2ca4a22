/// A field that the body does not have. What is misspelt is refused, never passed over: a `ttl_second` without effect
/// would be a surprise (P7).
package struct UnknownFieldError: Error, Hashable, CustomStringConvertible {
    /// Where it stands, as `estate.trusts.0.audiance`; keys and places joined by points.
    package let field: String
    /// The known key that is most like it, if one is.
    package let nearest: String?

    package init(field: String, nearest: String?) {
        self.field = field
        self.nearest = nearest
    }

    package var description: String {
        guard let nearest else { return "unknown field" }
        return "unknown field; did you mean `\(nearest)`?"
    }
}

/// The fields of one JSON object, of which each must be known.
struct StrictFields<Key: CodingKey & CaseIterable> {
    private let container: KeyedDecodingContainer<Key>

    /// - Throws: `UnknownFieldError`, or `DecodingError` where it is no object.
    init(_ decoder: any Decoder) throws {
        let all = try decoder.container(keyedBy: AnyKey.self)
        for key in all.allKeys where !Self.isKnown(key.stringValue) {
            let path = (decoder.codingPath + [key]).map { $0.intValue.map(String.init) ?? $0.stringValue }
            throw UnknownFieldError(
                field: path.joined(separator: "."),
                nearest: NearestName.of(key.stringValue, among: Key.allCases.map(\.stringValue)))
        }
        container = try decoder.container(keyedBy: Key.self)
    }

    /// Compared by bytes: to Swift two spellings may be one string (T3).
    private static func isKnown(_ name: String) -> Bool {
        Key(stringValue: name).map { $0.stringValue.utf8.elementsEqual(name.utf8) } ?? false
    }

    func required<Value: Decodable>(_ key: Key) throws -> Value {
        try container.decode(Value.self, forKey: key)
    }

    func optional<Value: Decodable>(_ key: Key) throws -> Value? {
        try container.decodeIfPresent(Value.self, forKey: key)
    }

    /// A list that may be left out, which is the same as an empty one.
    func list<Value: Decodable>(_ key: Key) throws -> [Value] {
        try container.decodeIfPresent([Value].self, forKey: key) ?? []
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
