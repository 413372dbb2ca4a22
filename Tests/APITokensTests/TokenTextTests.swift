internal import APITokens
internal import AuditLog
internal import Testing

@Suite("The text of tokens")
struct TokenTextTests {
    static let bare = String(Vectors.token.dropFirst(4).dropLast(7))

    @Test("the known token is accepted in both forms")
    func known() {
        #expect(Fixture.failure(Vectors.token) == nil)
        #expect(Fixture.failure(Self.bare) == nil)
    }

    @Test("any one character changed in the prefixed form is a bad checksum, or no token at all")
    func everyCharacter() {
        let bytes = Array(Vectors.token.utf8)
        for place in bytes.indices {
            for replacement in Array("A_-.z9".utf8) where replacement != bytes[place] {
                var changed = bytes
                changed[place] = replacement
                let failure = Fixture.failure(String(decoding: changed, as: UTF8.self))
                let expected: Set<TokenFailure> =
                    place < 4 || place == bytes.count - 7 ? [.malformed] : [.badChecksum]
                // A broken prefix leaves a JWS with other characters around it.
                #expect(failure.map { expected.contains($0) || (place < 4 && $0 == .wrongHeader) } == true)
            }
        }
    }

    @Test("no bit of the bare form can be flipped")
    func everyBit() {
        let bytes = Array(Self.bare.utf8)
        for place in bytes.indices {
            for bit in 0..<7 {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                #expect(Fixture.failure(String(decoding: changed, as: UTF8.self)) != nil)
            }
        }
    }

    @Test("a token that is cut or goes on is refused")
    func cuts() {
        for text in [Vectors.token, Self.bare] {
            for count in 0..<text.utf8.count { #expect(Fixture.failure(String(text.prefix(count))) != nil) }
            for tail in ["A", "_", "=", ".", " ", "\n", "\0", "é"] { #expect(Fixture.failure(text + tail) != nil) }
        }
    }

    @Test("T9 the signature has one spelling")
    func oneSpelling() throws {
        let characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let stem = Self.bare.dropLast()
        let accepted = characters.filter { Fixture.failure(stem + String($0)) == nil }
        #expect(accepted.count == 1)
        // Four characters share the four bits that count; the other three have stray bits.
        let last = try #require(Self.bare.last.flatMap { characters.firstIndex(of: $0) })
        let place = characters.distance(from: characters.startIndex, to: last)
        for stray in (place / 4 * 4)..<(place / 4 * 4 + 4) where stray != place {
            let character = characters[characters.index(characters.startIndex, offsetBy: stray)]
            #expect(Fixture.failure(stem + String(character)) == .malformed)
        }
        for text in [
            Self.bare + "=", Self.bare + "\n", "\n" + Self.bare,
            Self.bare.replacing(".", with: "=.", maxReplacements: 1),
        ] {
            #expect(Fixture.failure(text) == .malformed)
        }
    }

    @Test("T9 the checksum is cut by its length: underscores in the token do not matter")
    func underscores() throws {
        var found = 0
        for number in 0..<4000 where found < 20 {
            var claims = Fixture.claims
            claims.entitlementVersion = Int64(number)
            let token = try TokenMinter.prepare(claims, key: Fixture.key, form: .prefixed)
            let text = try token.reveal(after: Receipts.token, marks: { _ in nil }).text()
            guard text.dropLast(7).hasSuffix("_") || text.dropFirst(4).dropLast(7).contains("_") else { continue }
            found += 1
            #expect(Fixture.failure(text) == nil)
        }
        #expect(found == 20)
    }

    @Test("a text over 8 KiB is too large, whatever it is")
    func tooLarge() {
        #expect(Fixture.failure(String(repeating: "A", count: 8193)) == .tooLarge)
        #expect(Fixture.failure(String(repeating: "A", count: 8192)) == .malformed)
    }

    @Test(
        "what is no compact JWS is malformed",
        arguments: [
            "", "tnr_", "tnr__", "tnr__000000", "tnr_a.b.c_", ".", "..", "...", "a.b.c", "a.b.c.d.e",
            "tnr_\u{0}_000000",
        ])
    func malformed(text: String) { #expect([.malformed, .badChecksum].contains(Fixture.failure(text))) }

    @Test("dots beyond two are refused even under a true signature")
    func dots() throws {
        let token = try Fixture.signed(payload: Vectors.claims)
        let parts = token.split(separator: ".")
        #expect(Fixture.failure(([parts[0], "", parts[1], parts[2]]).joined(separator: ".")) != nil)
        #expect(Fixture.failure(parts.joined(separator: "..")) != nil)
        #expect(Fixture.failure("." + token) != nil)
    }

    // The check value of CRC-32/ISO-HDLC; the base62 was computed with Python's zlib.
    @Test("the checksum is CRC-32 in base62")
    func checksum() throws {
        let stem = "tnr_" + Self.bare
        #expect(Vectors.token == stem + "_21pnjh")
        #expect(Fixture.failure(stem + "_21pnji") == .badChecksum)
        #expect(Fixture.failure(stem + "_21PNJH") == .badChecksum)
    }
}
