/// What a type looks like in JSON, found out by decoding it from a decoder that has nothing and notes what it is asked
/// for. So the description of the API cannot differ from what the API reads and writes.
indirect enum JSONSchema: Hashable, Sendable {
    case text
    case integer
    case flag
    case anything
    case array(JSONSchema)
    /// Members with one schema for all, as `claims`.
    case map(JSONSchema)
    case object([Field])

    struct Field: Hashable, Sendable {
        var name: String
        var schema: JSONSchema
        var isRequired: Bool
    }

    static func of<Shape: Decodable>(_: Shape.Type) -> JSONSchema {
        let recorder = SchemaRecorder()
        // A type with rules of its own, such as a choice of three fields, stops early; what it asked for is noted.
        let made = Result { try Shape(from: recorder) }
        if case .failure = made, case .anything = recorder.found.schema { return .object([]) }
        return recorder.found.schema
    }
}

/// A decoder that has every field, each with the least value of its type.
private struct SchemaRecorder: Decoder {
    final class Found {
        var schema: JSONSchema = .anything

        func note(_ name: String, _ schema: JSONSchema, isOptional: Bool) {
            var fields: [JSONSchema.Field] = []
            if case .object(let known) = self.schema { fields = known }
            fields.removeAll { $0.name == name }
            fields.append(.init(name: name, schema: schema, isRequired: !isOptional))
            self.schema = .object(fields)
        }
    }

    let found = Found()
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        if case .anything = found.schema { found.schema = .object([]) }
        return KeyedDecodingContainer(FieldRecorder<Key>(found: found))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        ElementRecorder(found: found)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { ValueRecorder(found: found) }

    static func decode<Shape: Decodable>(_: Shape.Type) throws -> (value: Shape, schema: JSONSchema) {
        // Their `init(from:)` would find no members and say nothing of what they hold.
        if let map = Shape.self as? any StringMap.Type, let empty = map.empty as? Shape {
            return (empty, .map(map.valueSchema))
        }
        let recorder = SchemaRecorder()
        let value = try Shape(from: recorder)
        return (value, recorder.found.schema)
    }
}

private protocol StringMap {
    static var valueSchema: JSONSchema { get }
    static var empty: Self { get }
}

extension Dictionary: StringMap where Key == String, Value: Decodable {
    fileprivate static var valueSchema: JSONSchema { .of(Value.self) }
    fileprivate static var empty: [Key: Value] { [:] }
}

private struct FieldRecorder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let found: SchemaRecorder.Found
    private let optional = Optionals()

    private final class Optionals { var names: Set<String> = [] }

    init(found: SchemaRecorder.Found) { self.found = found }

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    /// Asked of optional fields alone.
    func contains(_ key: Key) -> Bool {
        optional.names.insert(key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) -> Bool { false }

    private func note<Value>(_ value: Value, _ schema: JSONSchema, _ key: Key) -> Value {
        found.note(key.stringValue, schema, isOptional: optional.names.contains(key.stringValue))
        return value
    }

    func decode(_: Bool.Type, forKey key: Key) -> Bool { note(false, .flag, key) }
    func decode(_: String.Type, forKey key: Key) -> String { note("", .text, key) }
    func decode(_: Double.Type, forKey key: Key) -> Double { note(0, .anything, key) }
    func decode(_: Float.Type, forKey key: Key) -> Float { note(0, .anything, key) }
    func decode(_: Int.Type, forKey key: Key) -> Int { note(0, .integer, key) }
    func decode(_: Int8.Type, forKey key: Key) -> Int8 { note(0, .integer, key) }
    func decode(_: Int16.Type, forKey key: Key) -> Int16 { note(0, .integer, key) }
    func decode(_: Int32.Type, forKey key: Key) -> Int32 { note(0, .integer, key) }
    func decode(_: Int64.Type, forKey key: Key) -> Int64 { note(0, .integer, key) }
    func decode(_: UInt.Type, forKey key: Key) -> UInt { note(0, .integer, key) }
    func decode(_: UInt8.Type, forKey key: Key) -> UInt8 { note(0, .integer, key) }
    func decode(_: UInt16.Type, forKey key: Key) -> UInt16 { note(0, .integer, key) }
    func decode(_: UInt32.Type, forKey key: Key) -> UInt32 { note(0, .integer, key) }
    func decode(_: UInt64.Type, forKey key: Key) -> UInt64 { note(0, .integer, key) }

    func decode<Shape: Decodable>(_ type: Shape.Type, forKey key: Key) throws -> Shape {
        let (value, schema) = try SchemaRecorder.decode(type)
        return note(value, schema, key)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey: Key) -> KeyedDecodingContainer<Nested> {
        SchemaRecorder().container(keyedBy: Nested.self)
    }

    func nestedUnkeyedContainer(forKey: Key) -> any UnkeyedDecodingContainer { SchemaRecorder().unkeyedContainer() }
    func superDecoder() -> any Decoder { SchemaRecorder() }
    func superDecoder(forKey: Key) -> any Decoder { SchemaRecorder() }
}

/// An array of one element.
private struct ElementRecorder: UnkeyedDecodingContainer {
    let found: SchemaRecorder.Found
    var currentIndex = 0

    init(found: SchemaRecorder.Found) { self.found = found }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex > 0 }

    private mutating func note<Value>(_ value: Value, _ schema: JSONSchema) -> Value {
        currentIndex += 1
        found.schema = .array(schema)
        return value
    }

    mutating func decodeNil() -> Bool { false }
    mutating func decode(_: Bool.Type) -> Bool { note(false, .flag) }
    mutating func decode(_: String.Type) -> String { note("", .text) }
    mutating func decode(_: Double.Type) -> Double { note(0, .anything) }
    mutating func decode(_: Float.Type) -> Float { note(0, .anything) }
    mutating func decode(_: Int.Type) -> Int { note(0, .integer) }
    mutating func decode(_: Int8.Type) -> Int8 { note(0, .integer) }
    mutating func decode(_: Int16.Type) -> Int16 { note(0, .integer) }
    mutating func decode(_: Int32.Type) -> Int32 { note(0, .integer) }
    mutating func decode(_: Int64.Type) -> Int64 { note(0, .integer) }
    mutating func decode(_: UInt.Type) -> UInt { note(0, .integer) }
    mutating func decode(_: UInt8.Type) -> UInt8 { note(0, .integer) }
    mutating func decode(_: UInt16.Type) -> UInt16 { note(0, .integer) }
    mutating func decode(_: UInt32.Type) -> UInt32 { note(0, .integer) }
    mutating func decode(_: UInt64.Type) -> UInt64 { note(0, .integer) }

    mutating func decode<Shape: Decodable>(_ type: Shape.Type) throws -> Shape {
        let (value, schema) = try SchemaRecorder.decode(type)
        return note(value, schema)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) -> KeyedDecodingContainer<Nested> {
        SchemaRecorder().container(keyedBy: Nested.self)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { SchemaRecorder().unkeyedContainer() }
    mutating func superDecoder() -> any Decoder { SchemaRecorder() }
}

private struct ValueRecorder: SingleValueDecodingContainer {
    let found: SchemaRecorder.Found
    var codingPath: [any CodingKey] { [] }

    private func note<Value>(_ value: Value, _ schema: JSONSchema) -> Value {
        found.schema = schema
        return value
    }

    func decodeNil() -> Bool { false }
    func decode(_: Bool.Type) -> Bool { note(false, .flag) }
    func decode(_: String.Type) -> String { note("", .text) }
    func decode(_: Double.Type) -> Double { note(0, .anything) }
    func decode(_: Float.Type) -> Float { note(0, .anything) }
    func decode(_: Int.Type) -> Int { note(0, .integer) }
    func decode(_: Int8.Type) -> Int8 { note(0, .integer) }
    func decode(_: Int16.Type) -> Int16 { note(0, .integer) }
    func decode(_: Int32.Type) -> Int32 { note(0, .integer) }
    func decode(_: Int64.Type) -> Int64 { note(0, .integer) }
    func decode(_: UInt.Type) -> UInt { note(0, .integer) }
    func decode(_: UInt8.Type) -> UInt8 { note(0, .integer) }
    func decode(_: UInt16.Type) -> UInt16 { note(0, .integer) }
    func decode(_: UInt32.Type) -> UInt32 { note(0, .integer) }
    func decode(_: UInt64.Type) -> UInt64 { note(0, .integer) }

    func decode<Shape: Decodable>(_ type: Shape.Type) throws -> Shape {
        let (value, schema) = try SchemaRecorder.decode(type)
        return note(value, schema)
    }
}
