internal import AuditLog
internal import OpenSSLCrypto
internal import Testing

@Suite("Row hashes")
struct RowHashTests {
    @Test("a row's hash is that of the documented bytes")
    func knownBytes() {
        let hash = RowHash.hash(
            table: "credential", version: 12,
            columns: [("id", .bytes([1, 2])), ("n", .integer(-2)), ("t", .text("é")), ("z", .null)])
        let bytes =
            Array("row/v12".utf8) + [0, 0, 0, 10] + Array("credential".utf8)
            + [0, 0, 0, 2] + Array("id".utf8) + [3, 0, 0, 0, 2, 1, 2]
            + [0, 0, 0, 1] + Array("n".utf8) + [1, 0, 0, 0, 8, 255, 255, 255, 255, 255, 255, 255, 254]
            + [0, 0, 0, 1] + Array("t".utf8) + [2, 0, 0, 0, 2, 0xC3, 0xA9]
            + [0, 0, 0, 1] + Array("z".utf8) + [0, 0, 0, 0, 0]
        #expect(hash == SHA256.hash(bytes))
    }

    @Test("rows that differ in anything have different hashes")
    func unambiguous() {
        let rows: [(String, Int64, [(name: String, value: RowValue)])] = [
            ("t", 1, []), ("t", 2, []), ("t", 11, []), ("u", 1, []), ("", 1, []),
            ("t", 1, [("a", .null)]), ("t", 1, [("b", .null)]), ("t", 1, [("a", .text(""))]),
            ("t", 1, [("a", .bytes([]))]),
            ("t", 1, [("a", .integer(0))]), ("t", 1, [("a", .bytes([0, 0, 0, 0, 0, 0, 0, 0]))]),
            ("t", 1, [("a", .text("x")), ("b", .text(""))]), ("t", 1, [("a", .text("")), ("b", .text("x"))]),
            ("t", 1, [("b", .text("")), ("a", .text("x"))]), ("t", 1, [("ax", .text(""))]),
            ("t", 1, [("a", .bytes([0x78]))]),
            ("t", 1, [("a", .text("x"))]), ("t", 1, [("a", .null), ("a", .null)]),
        ]
        let hashes = Set(rows.map { RowHash.hash(table: $0.0, version: $0.1, columns: $0.2) })
        #expect(hashes.count == rows.count)
    }
}
