internal import Foundation

/// The part of a row that is JSON: keys sorted, no spaces, so that the same value is always the same text and hash.
enum CanonicalDocument {
    static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            // Documents are strings, integers, flags and lists of those: nothing in them can fail to encode.
            preconditionFailure("a document could not be encoded")
        }
    }

    /// - Throws: `corrupt` without the decoder's words, which would carry the value (PITFALLS 0.13).
    static func decode<Value: Decodable>(
        _ type: Value.Type, from text: String, of table: String
    ) throws(StorageError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw .corrupt("\(table), document")
        }
    }
}
