internal import Foundation
internal import TenureModel
internal import Testing

/// Texts that other layers would hold for some plain ASCII text, or that would break a line.
private let treacherous: [String] = [
    // Swift holds the first for "K", the pairs of others for each other.
    "\u{212A}", "a\u{212A}b", "caf\u{E9}", "cafe\u{301}", "a\u{37E}b",
    // SQLite binds up to the NUL; CR LF is one Character.
    "admin\0", "admin\0x", "admin\r\n", "admin\n", "\tadmin", "admin ", "ad min", "",
    // Right-to-left override, zero-width space, full-width and Cyrillic letters, a digit of another script.
    "nimda\u{202E}", "ad\u{200B}min", "\u{FF41}dmin", "\u{430}dmin", "\u{663}", "\u{FEFF}admin",
]

@Suite("Names")
struct NameTests {
    @Test(
        "lower-case letters, digits and inner hyphens are a name",
        arguments: [
            "a", "0", "deploy", "checkout-2", "a-", "a--b", "0-0", String(repeating: "a", count: 63),
        ])
    func accepted(text: String) throws {
        #expect(try Name(text).text == text)
    }

    @Test(
        "T3 anything else is none",
        arguments: treacherous + [
            "-a", "-", "A", "Admin", "a_b", "a.b", "a/b", "a@b", "a+b", "~", String(repeating: "a", count: 64),
            // 63 characters, 65 bytes.
            String(repeating: "a", count: 62) + "\u{20AC}",
        ])
    func refused(text: String) {
        #expect(throws: NameError.malformed) { try Name(text) }
    }

    @Test("every ASCII character is judged by the rule of FORMATS, at the start and after it")
    func everyCharacter() {
        for byte in UInt8.min..<0x80 {
            let character = String(Unicode.Scalar(byte))
            let alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789".contains(character)
            #expect(isName(character) == alphanumeric)
            #expect(isName("a" + character) == (alphanumeric || character == "-"))
        }
    }

    private func isName(_ text: String) -> Bool {
        do {
            return try Name(text).text == text
        } catch {
            return false
        }
    }

    @Test("names sort by their bytes")
    func order() throws {
        let sorted = try ["a-", "a0", "aa", "b", "ba"].map { try Name($0) }
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test("a name is one JSON string, and a bad one does not decode")
    func json() throws {
        let name = try Name("deploy")
        #expect(try JSONEncoder().encode([name]) == Data(#"["deploy"]"#.utf8))
        #expect(try JSONDecoder().decode([Name].self, from: Data(#"["deploy"]"#.utf8)) == [name])
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Name].self, from: Data(#"["Deploy"]"#.utf8)) }
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Name].self, from: Data("[1]".utf8)) }
    }
}

@Suite("Audiences")
struct AudienceTests {
    @Test(
        "addresses and names are audiences",
        arguments: [
            "registry", "https://registry.example.internal:8443/v2/", "urn:tenure_x-y", "-", ".", "_",
            String(repeating: "a", count: 128),
        ])
    func accepted(text: String) throws {
        #expect(try Audience(text).text == text)
    }

    @Test(
        "T3 anything else is none",
        arguments: treacherous + [
            "Registry", "a@b", "a?b", "a#b", "a%2fb", "a,b", "*", "a\\b", String(repeating: "a", count: 129),
        ])
    func refused(text: String) {
        #expect(throws: NameError.malformed) { try Audience(text) }
    }

    @Test("audiences sort by their bytes and are one JSON string each")
    func orderAndJSON() throws {
        let sorted = try ["a-b", "a.b", "a/b", "a0", "a:b", "a_b", "ab"].map { try Audience($0) }
        #expect(sorted.reversed().sorted() == sorted)
        #expect(try JSONDecoder().decode([Audience].self, from: try JSONEncoder().encode(sorted)) == sorted)
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Audience].self, from: Data(#"["A"]"#.utf8)) }
    }
}

@Suite("Scopes")
struct ScopeTests {
    @Test(
        "visible ASCII but the quote and the backslash is a scope (RFC 6749, section 3.3)",
        arguments: ["push", "repo:Read/*", "!", "#", "[", "]", "~", String(repeating: "x", count: 128)])
    func accepted(text: String) throws {
        #expect(try Scope(text).text == text)
    }

    @Test(
        "T3 anything else is none",
        arguments: treacherous + ["\"", "a\"b", "\\", "a\\b", "\u{7F}", "a\u{80}", String(repeating: "x", count: 129)])
    func refused(text: String) {
        #expect(throws: NameError.malformed) { try Scope(text) }
    }

    @Test("upper and lower case are two scopes")
    func casing() throws {
        #expect(try Scope("Push") != Scope("push"))
        #expect(try Scope("Push") < Scope("push"))
    }

    @Test("a scope is one JSON string, and a bad one does not decode")
    func json() throws {
        let scopes = [try Scope("push"), try Scope("repo:*")]
        #expect(try JSONDecoder().decode([Scope].self, from: try JSONEncoder().encode(scopes)) == scopes)
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Scope].self, from: Data(#"["a b"]"#.utf8)) }
    }
}
