internal import Foundation
internal import TenureAPI
internal import Testing

/// JSON as it stands on the wire, keys sorted, so that two texts can be compared.
enum JSONText {
    static func of(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// The same document with sorted keys and no spaces.
    static func normal(_ text: String) throws -> String {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let data = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }
}

/// A document of the contract, and the type that must hold all of it.
struct WireExample: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    /// Decodes the text and writes what was understood.
    let again: @Sendable (String) throws -> String

    init<Value: Codable & Hashable & Sendable>(_ type: Value.Type, _ text: String) {
        name = String(describing: type)
        self.text = text
        again = { text in
            let value = try JSONText.decode(text, as: type)
            // What is written must be read as the same value, too.
            #expect(try JSONText.decode(JSONText.of(value), as: type) == value)
            return try JSONText.of(value)
        }
    }

    var testDescription: String { name }
}
