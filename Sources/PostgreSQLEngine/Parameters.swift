internal import CPostgreSQL
internal import Storage

/// The arguments of one statement as libpq takes them: binary, laid end to end.
struct Parameters {
    private(set) var bytes: [UInt8] = []
    /// Where each begins; nil for NULL.
    private(set) var starts: [Int?] = []
    private(set) var lengths: [CInt] = []
    var formats: [CInt] { [CInt](repeating: 1, count: starts.count) }

    /// - Throws: `constraint` where a text holds a NUL, which PostgreSQL has no place for (THREATS, T3).
    init(_ arguments: [SQLValue]) throws(Fault) {
        for argument in arguments {
            let start = bytes.count
            switch argument {
            case .null:
                starts.append(nil)
                lengths.append(0)
                continue
            case .integer(let number):
                for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> Int64(56 - 8 * place))) }
            case .text(let text):
                guard !text.utf8.contains(0) else { throw Fault(.constraint, "text holds a NUL character") }
                bytes.append(contentsOf: text.utf8)
            case .bytes(let value): bytes.append(contentsOf: value)
            }
            guard let length = CInt(exactly: bytes.count - start) else { throw Fault(.other, "a value is too large") }
            starts.append(start)
            lengths.append(length)
        }
        // So that the last one has an address even when it is empty.
        bytes.append(0)
    }

    /// Calls `body` with the addresses of the values, which are good inside it alone.
    func withPointers<Value>(
        _ body: (_ values: [UnsafePointer<CChar>?]) -> Value
    ) -> Value {
        unsafe bytes.withUnsafeBytes { buffer in
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for start in starts {
                guard let start, let base = buffer.baseAddress else {
                    unsafe pointers.append(nil)
                    continue
                }
                unsafe pointers.append((base + start).assumingMemoryBound(to: CChar.self))
            }
            return unsafe body(pointers)
        }
    }
}

/// What one statement answered.
struct Reply {
    var rows: [SQLRow] = []
    /// How many rows were changed or found.
    var count = 0
    /// What was done, such as `COMMIT`.
    var tag = ""
}

extension Reply {
    /// The types whose binary form is read, by their fixed numbers in the catalogue.
    private enum ValueType: UInt32 {
        case bool = 16
        case bytea = 17
        case name = 19
        case int8 = 20
        case int2 = 21
        case int4 = 23
        case text = 25
        case varchar = 1043
        case void = 2278
    }

    /// Copies what is in a result.
    init(_ result: OpaquePointer, wantsRows: Bool) throws(Fault) {
        tag = unsafe String(cString: PQcmdStatus(result))
        count = unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
        guard wantsRows else { return }
        let columns = unsafe PQnfields(result)
        for row in 0..<(unsafe PQntuples(result)) {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns { values.append(try unsafe Self.value(result, row, column)) }
            rows.append(SQLRow(values))
        }
    }

    private static func value(
        _ result: OpaquePointer, _ row: CInt, _ column: CInt
    ) throws(Fault) -> SQLValue {
        guard unsafe PQgetisnull(result, row, column) == 0, let start = unsafe PQgetvalue(result, row, column) else {
            return .null
        }
        let count = unsafe Int(PQgetlength(result, row, column))
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        guard let type = unsafe ValueType(rawValue: PQftype(result, column)) else {
            throw Fault(.other, "a column has a type that no table of ours has")
        }
        switch type {
        case .void: return .null
        case .bytea: return unsafe .bytes([UInt8](bytes))
        case .text, .varchar, .name:
            guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
                throw Fault(.corrupt, "a text is not UTF-8")
            }
            return .text(text)
        case .bool: return unsafe .integer(bytes.first == 1 ? 1 : 0)
        case .int2, .int4, .int8:
            // Big-endian; the first byte carries the sign.
            var number: Int64 = unsafe (bytes.first ?? 0) >= 0x80 ? -1 : 0
            for place in bytes.indices { number = unsafe number << 8 | Int64(bytes[place]) }
            return .integer(number)
        }
    }
}
