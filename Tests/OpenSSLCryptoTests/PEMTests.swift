internal import OpenSSLCrypto
internal import SecretMemory
internal import Testing

@Suite("PEM")
struct PEMTests {
    // RFC 4648, section 10.
    @Test(
        "base64 gives the known answers of RFC 4648",
        arguments: [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")])
    func base64(text: String, encoded: String) throws {
        let pem = PEM.encode(Array(text.utf8), label: "X")
        #expect(pem == "-----BEGIN X-----\n\(encoded)\n-----END X-----\n")
        #expect(try PEM.decode(Array(pem.utf8), label: "X") == Array(text.utf8))
    }

    @Test("lines have 64 characters, the last may be shorter", arguments: [0, 1, 47, 48, 49, 96, 1000])
    func lines(count: Int) throws {
        let der = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let pem = PEM.encode(der, label: "X")
        let lines = pem.split(separator: "\n").dropFirst().dropLast()
        #expect(lines.dropLast().allSatisfy { $0.utf8.count == 64 })
        #expect(try PEM.decode(Array(pem.utf8), label: "X") == der)
        let hidden = PEM.encode(secret(der), label: "X")
        #expect(revealed(hidden) == Array(pem.utf8))
        #expect(revealed(try PEM.decode(hidden, label: "X")) == der)
    }

    @Test(
        "one encoding has one text",
        arguments: ["Zh==", "Zm9=", "Zg=", "Zg", "Zg===", "Z===", "=", "Zg==Zg==", "Zm9v=", "Zm 9_", "Zm9vZ"])
    func canonical(body: String) {
        let text = Array("-----BEGIN X-----\n\(body)\n-----END X-----\n".utf8)
        #expect(throws: PEMError.badBase64) { try PEM.decode(text, label: "X") }
        #expect(throws: PEMError.badBase64) { try PEM.decode(secret(text), label: "X") }
    }

    @Test("blocks with another label, with headers, or text around them are refused")
    func strict() {
        let good = "-----BEGIN X-----\nZg==\n-----END X-----"
        let refused: [(String, PEMError)] = [
            ("-----BEGIN Y-----\nZg==\n-----END X-----", .unexpectedText),
            ("-----BEGIN X-----\nZg==\n-----END Y-----", .unexpectedText),
            ("-----BEGIN X-----\nA: b\n\nZg==\n-----END X-----", .badBase64),
            ("-----BEGIN X----- Zg==-----END X-----", .unexpectedText),
            ("\u{FEFF}" + good, .unexpectedText), (good + "-", .unexpectedText), ("a\n" + good, .unexpectedText),
            ("-----BEGIN X-----\n", .notEnded), ("-----BEGIN X-----\nZg==\n-----END X----", .unexpectedText),
            ("-----BEGIN X----------END X-----", .unexpectedText), (good + "\n" + good, .tooManyBlocks), ("", .noBlock),
        ]
        for (text, expected) in refused {
            #expect(throws: expected) { try PEM.decode(Array(text.utf8), label: "X") }
            #expect(throws: expected) { try PEM.decode(secret(Array(text.utf8)), label: "X") }
        }
    }

    @Test("several blocks come in their order, up to the bound")
    func several() throws {
        let text = Array((PEM.encode([1], label: "X") + "\n" + PEM.encode([2, 3], label: "X")).utf8)
        #expect(try PEM.decodeAll(text, label: "X", countMax: 2) == [[1], [2, 3]])
        #expect(throws: PEMError.tooManyBlocks) { try PEM.decodeAll(text, label: "X", countMax: 1) }
    }
}
