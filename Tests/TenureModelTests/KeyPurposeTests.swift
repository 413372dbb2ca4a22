internal import TenureModel
internal import Testing

@Suite("Key purposes")
struct KeyPurposeTests {
    @Test(
        "a purpose is printed as its text, and parsed from it",
        arguments: [
            "session-ring", "root-ca", "issuing-ca", "audit-checkpoint", "receipt", "data-key", "token-ring/production",
            "token-ring/a", "token-ring/session-ring",
        ])
    func roundTrip(text: String) throws {
        #expect(try KeyVersion.Purpose(text).text == text)
    }

    @Test("a token ring is of its environment")
    func environment() throws {
        #expect(try KeyVersion.Purpose("token-ring/production") == .tokenRing(try Name("production")))
        #expect(try KeyVersion.Purpose("token-ring/production") != KeyVersion.Purpose("token-ring/staging"))
    }

    @Test(
        "T3 no other text is a purpose",
        arguments: [
            "", "session-ring ", "Session-ring", "session-ring\0", "token-ring", "token-ring/", "token-ring/Production",
            "token-ring/a/b", "token-ring/\u{301}a", "token-ring//a", "token\u{2010}ring/a", "issuing-ca/production",
        ])
    func refused(text: String) {
        #expect(throws: NameError.malformed) { try KeyVersion.Purpose(text) }
    }
}
