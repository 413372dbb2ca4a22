internal import AuditLog

/// Writes an answer as JSON while it is encoded. Foundation's encoder builds a tree of all values first, which cost
/// more than the rest of many a request.
///
/// Members stand in the order in which a type encodes them. Numbers are whole: no answer has a fraction.
final class AnswerEncoder: Encoder {
    private enum Form { case bare, object, array }

    private let text: AnswerText
    private var form = Form.bare
    private var isEmpty = true

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    private init(_ text: AnswerText) { self.text = text }

    /// The JSON of an answer.
    ///
    /// - Throws: for a value with a fraction, which is a fault of the answer's type.
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let text = AnswerText()
        try write(value, to: text)
        return text.bytes
    }

    fileprivate static func write(_ value: some Encodable, to text: AnswerText) throws {
        let encoder = AnswerEncoder(text)
        try value.encode(to: encoder)
        switch encoder.form {
        case .bare: break
        case .object: text.literal("}")
        case .array: text.literal("]")
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        open(.object, "{")
        return KeyedEncodingContainer(ObjectWriter<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        open(.array, "[")
        return ArrayWriter(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueWriter(text: text) }

    private func open(_ wanted: Form, _ sign: String) {
        guard form == .bare else { return precondition(form == wanted, "a value is an object or a list, not both") }
        form = wanted
        text.literal(sign)
    }

    fileprivate func next() -> AnswerText {
        if !isEmpty { text.literal(",") }
        isEmpty = false
        return text
    }

    fileprivate func next(_ key: some CodingKey) -> AnswerText {
        let text = next()
        CanonicalJSON.append(key.stringValue, to: &text.bytes)
        text.literal(":")
        return text
    }
}

/// What was written so far.
private final class AnswerText {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1_024) }

    func literal(_ text: String) { CanonicalJSON.appendLiteral(text, to: &bytes) }

    func text(_ text: String) { CanonicalJSON.append(text, to: &bytes) }

    func flag(_ flag: Bool) { literal(flag ? "true" : "false") }

    func number(_ number: some FixedWidthInteger) {
        if let number = Int64(exactly: number) {
            CanonicalJSON.append(number, to: &bytes)
        } else {
            literal(String(number))
        }
    }

    func fraction(_ value: some Any) throws {
        throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "answers have no fractions"))
    }
}

private struct ObjectWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: AnswerEncoder
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { encoder.next(key).literal("null") }
    func encode(_ value: Bool, forKey key: Key) { encoder.next(key).flag(value) }
    func encode(_ value: String, forKey key: Key) { encoder.next(key).text(value) }
    func encode(_ value: Double, forKey key: Key) throws { try encoder.next(key).fraction(value) }
    func encode(_ value: Float, forKey key: Key) throws { try encoder.next(key).fraction(value) }
    func encode(_ value: Int, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: Int8, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: Int16, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: Int32, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: Int64, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: UInt, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: UInt8, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: UInt16, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: UInt32, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: UInt64, forKey key: Key) { encoder.next(key).number(value) }
    func encode(_ value: some Encodable, forKey key: Key) throws {
        try AnswerEncoder.write(value, to: encoder.next(key))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { preconditionFailure(nestedByHand) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { preconditionFailure(nestedByHand) }
    func superEncoder() -> any Encoder { preconditionFailure(nestedByHand) }
    func superEncoder(forKey key: Key) -> any Encoder { preconditionFailure(nestedByHand) }
}

private struct ArrayWriter: UnkeyedEncodingContainer {
    let encoder: AnswerEncoder
    var codingPath: [any CodingKey] { [] }
    private(set) var count = 0

    init(encoder: AnswerEncoder) { self.encoder = encoder }

    private mutating func next() -> AnswerText {
        count += 1
        return encoder.next()
    }

    mutating func encodeNil() { next().literal("null") }
    mutating func encode(_ value: Bool) { next().flag(value) }
    mutating func encode(_ value: String) { next().text(value) }
    mutating func encode(_ value: Double) throws { try next().fraction(value) }
    mutating func encode(_ value: Float) throws { try next().fraction(value) }
    mutating func encode(_ value: Int) { next().number(value) }
    mutating func encode(_ value: Int8) { next().number(value) }
    mutating func encode(_ value: Int16) { next().number(value) }
    mutating func encode(_ value: Int32) { next().number(value) }
    mutating func encode(_ value: Int64) { next().number(value) }
    mutating func encode(_ value: UInt) { next().number(value) }
    mutating func encode(_ value: UInt8) { next().number(value) }
    mutating func encode(_ value: UInt16) { next().number(value) }
    mutating func encode(_ value: UInt32) { next().number(value) }
    mutating func encode(_ value: UInt64) { next().number(value) }
    mutating func encode(_ value: some Encodable) throws { try AnswerEncoder.write(value, to: next()) }

    func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
        preconditionFailure(nestedByHand)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { preconditionFailure(nestedByHand) }
    func superEncoder() -> any Encoder { preconditionFailure(nestedByHand) }
}

private struct ValueWriter: SingleValueEncodingContainer {
    let text: AnswerText
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { text.literal("null") }
    func encode(_ value: Bool) { text.flag(value) }
    func encode(_ value: String) { text.text(value) }
    func encode(_ value: Double) throws { try text.fraction(value) }
    func encode(_ value: Float) throws { try text.fraction(value) }
    func encode(_ value: Int) { text.number(value) }
    func encode(_ value: Int8) { text.number(value) }
    func encode(_ value: Int16) { text.number(value) }
    func encode(_ value: Int32) { text.number(value) }
    func encode(_ value: Int64) { text.number(value) }
    func encode(_ value: UInt) { text.number(value) }
    func encode(_ value: UInt8) { text.number(value) }
    func encode(_ value: UInt16) { text.number(value) }
    func encode(_ value: UInt32) { text.number(value) }
    func encode(_ value: UInt64) { text.number(value) }
    func encode(_ value: some Encodable) throws { try AnswerEncoder.write(value, to: text) }
}

private let nestedByHand = "an answer's types nest by their members, not by hand"
