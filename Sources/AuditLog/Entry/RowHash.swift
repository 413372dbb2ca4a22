internal import OpenSSLCrypto

/// One column's value as it goes into a row's hash.
package enum RowValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

/// The hash of one row of an audited table, which entries name and `audit verify --state` computes again (FORMATS,
/// section 2).
///
/// The SHA-256 of:
///
///     "row/v" ‖ version in decimal
///     u32be length ‖ table
///     for each column:  u32be length ‖ name  ‖  type byte ‖ u32be length ‖ value
///
/// Type bytes: 0x00 null (length 0), 0x01 integer (8 bytes, big-endian, two's complement), 0x02 text (UTF-8), 0x03
/// bytes. A length of 32 bits starts with a zero byte, so the version's digits end where they seem to. Columns that
/// hold the index of the entry that writes the row are never among them.
package struct RowHash: Sendable {
    private var buffer: [UInt8]

    /// Starts the hash of one row; add its columns in the order of their version.
    package init(table: String, version: Int64) {
        buffer = []
        buffer.reserveCapacity(2_048)
        buffer.append(contentsOf: "row/v".utf8)
        CanonicalJSON.append(version, to: &buffer)
        appendPrefixed(table)
    }

    /// A column's name as it goes into the hash, with its length: made once for each column of a table.
    package struct ColumnName: Hashable, Sendable {
        fileprivate let bytes: [UInt8]

        /// Takes the name as it stands in the table's definition.
        package init(_ name: String) {
            var hash = RowHash()
            hash.appendPrefixed(name)
            bytes = hash.buffer
        }
    }

    private init() { buffer = [] }

    /// Adds the next column.
    package mutating func append(_ name: String, _ value: RowValue) { append(ColumnName(name), value) }

    /// Adds the next column.
    package mutating func append(_ name: ColumnName, _ value: RowValue) {
        buffer.append(contentsOf: name.bytes)
        switch value {
        case .null:
            buffer.append(0x00)
            appendLength(0)
        case .integer(let number):
            buffer.append(0x01)
            appendLength(8)
            appendBigEndian(UInt64(bitPattern: number), byteCount: 8)
        case .text(let text):
            buffer.append(0x02)
            appendPrefixed(text)
        case .bytes(let bytes):
            buffer.append(0x03)
            appendLength(bytes.count)
            buffer.append(contentsOf: bytes)
        }
    }

    /// Returns the 32 bytes of the hash.
    package func finish() -> [UInt8] { SHA256.hash(buffer) }

    /// Returns the 32 bytes of the hash of a whole row.
    package static func hash(table: String, version: Int64, columns: [(name: String, value: RowValue)]) -> [UInt8] {
        var hash = RowHash(table: table, version: version)
        for column in columns { hash.append(column.name, column.value) }
        return hash.finish()
    }

    private mutating func appendPrefixed(_ text: String) {
        let utf8 = text.utf8
        appendLength(utf8.count)
        buffer.append(contentsOf: utf8)
    }

    private mutating func appendLength(_ count: Int) {
        precondition(UInt32(exactly: count) != nil, "no column holds 4 GiB")
        appendBigEndian(UInt64(count), byteCount: 4)
    }

    private mutating func appendBigEndian(_ number: UInt64, byteCount: UInt64) {
        var shift = byteCount * 8
        while shift > 0 {
            shift -= 8
            buffer.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
