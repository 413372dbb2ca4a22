internal import TenureModel

/// Takes one column after the other from a row; a value that no version of the program writes is `corrupt`.
struct RowReader {
    private let row: SQLRow
    private let table: String
    private var place = 0

    init(_ row: SQLRow, of table: String) {
        self.row = row
        self.table = table
    }

    mutating func integer() throws(StorageError) -> Int64 {
        guard case .integer(let number) = try next() else { throw wrong() }
        return number
    }

    mutating func optionalInteger() throws(StorageError) -> Int64? {
        switch try next() {
        case .integer(let number): return number
        case .null: return nil
        default: throw wrong()
        }
    }

    mutating func text() throws(StorageError) -> String {
        guard case .text(let text) = try next() else { throw wrong() }
        return text
    }

    mutating func optionalText() throws(StorageError) -> String? {
        switch try next() {
        case .text(let text): return text
        case .null: return nil
        default: throw wrong()
        }
    }

    mutating func bytes() throws(StorageError) -> [UInt8] {
        guard case .bytes(let bytes) = try next() else { throw wrong() }
        return bytes
    }

    mutating func optionalBytes() throws(StorageError) -> [UInt8]? {
        switch try next() {
        case .bytes(let bytes): return bytes
        case .null: return nil
        default: throw wrong()
        }
    }

    mutating func time() throws(StorageError) -> Timestamp { Timestamp(clampingMilliseconds: try integer()) }

    mutating func optionalTime() throws(StorageError) -> Timestamp? {
        try optionalInteger().map { Timestamp(clampingMilliseconds: $0) }
    }

    mutating func flag() throws(StorageError) -> Bool { try integer() != 0 }

    mutating func id<Kind>() throws(StorageError) -> Identifier<Kind> {
        let bytes = try bytes()
        do { return try Identifier<Kind>(bytes: bytes) } catch { throw wrong() }
    }

    mutating func optionalID<Kind>() throws(StorageError) -> Identifier<Kind>? {
        guard let bytes = try optionalBytes() else { return nil }
        do { return try Identifier<Kind>(bytes: bytes) } catch { throw wrong() }
    }

    /// Two columns: the 16 bytes and the kind.
    mutating func identityID() throws(StorageError) -> IdentityID {
        guard let id = try optionalIdentityID() else { throw wrong() }
        return id
    }

    /// Two columns, both NULL or neither.
    mutating func optionalIdentityID() throws(StorageError) -> IdentityID? {
        let bytes = try optionalBytes()
        let kind: IdentityKind? = try optionalRaw()
        guard let bytes, let kind else {
            guard bytes == nil, kind == nil else { throw wrong() }
            return nil
        }
        do { return try IdentityID(kind: kind, bytes: bytes) } catch { throw wrong() }
    }

    /// A text that one of the model's types takes.
    mutating func parsed<Value, Failure: Error>(
        _ parse: (String) throws(Failure) -> Value
    ) throws(StorageError) -> Value {
        let text = try text()
        do { return try parse(text) } catch { throw wrong() }
    }

    /// A text that one of the model's types takes, or NULL.
    mutating func optionalParsed<Value, Failure: Error>(
        _ parse: (String) throws(Failure) -> Value
    ) throws(StorageError) -> Value? {
        guard let text = try optionalText() else { return nil }
        do { return try parse(text) } catch { throw wrong() }
    }

    mutating func raw<Value: RawRepresentable<String>>() throws(StorageError) -> Value {
        guard let value = Value(rawValue: try text()) else { throw wrong() }
        return value
    }

    mutating func optionalRaw<Value: RawRepresentable<String>>() throws(StorageError) -> Value? {
        guard let text = try optionalText() else { return nil }
        guard let value = Value(rawValue: text) else { throw wrong() }
        return value
    }

    mutating func document<Value: Decodable>(_ type: Value.Type) throws(StorageError) -> Value {
        try CanonicalDocument.decode(type, from: try text(), of: table)
    }

    private mutating func next() throws(StorageError) -> SQLValue {
        guard place < row.values.count else { throw wrong() }
        defer { place += 1 }
        return row.values[place]
    }

    /// Names the place, never the value: it may be a secret in the wrong column.
    private func wrong() -> StorageError { .corrupt("\(table), column \(place)") }
}

extension SQLValue {
    init(_ id: IdentityID) { self = .bytes(id.bytes) }

    init<Kind>(_ id: Identifier<Kind>) { self = .bytes(id.bytes) }

    init(_ time: Timestamp) { self = .integer(time.milliseconds) }

    init(_ time: Timestamp?) { self = time.map { .integer($0.milliseconds) } ?? .null }

    init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
}
