internal import Foundation
internal import TenureModel
internal import Testing

@Suite("Sentences")
struct SentenceTests {
    @Test(
        "text of one line is a sentence",
        arguments: [
            "Pushes what it builds", ".", "Größe → 3 × so groß, «ja»", "支払い", "\u{1F680} ships", "cafe\u{301}",
            " surrounded ", String(repeating: "x", count: 500),
        ])
    func accepted(text: String) throws {
        #expect(Array(try Sentence(text).text.utf8) == Array(text.utf8))
    }

    @Test(
        "T41 control characters, bidirectional overrides, separators and what has no meaning are refused",
        arguments: [
            "a\nb", "a\r\nb", "\r", "a\tb", "a\0b", "a\u{1B}[31mb", "a\u{7F}b", "a\u{85}b", "a\u{9B}b",
            "a\u{202E}b", "a\u{202A}b", "a\u{2066}b", "a\u{2069}b", "a\u{200F}b", "a\u{200B}b", "a\u{FEFF}b",
            "a\u{2028}b", "a\u{2029}b", "a\u{E000}b", "a\u{FFFF}b", "a\u{E0041}b", "a\u{AD}b",
        ])
    func refused(text: String) {
        #expect(throws: NameError.malformed) { try Sentence(text) }
    }

    @Test("the limit of 500 counts bytes", arguments: ["x", "é", "→", "\u{1F680}"])
    func limit(character: String) {
        let most = Sentence.bytesMax / character.utf8.count
        #expect(throws: Never.self) { try Sentence(String(repeating: character, count: most)) }
        #expect(throws: NameError.malformed) { try Sentence(String(repeating: character, count: most + 1)) }
    }

    @Test("a reason that nobody can see is none", arguments: ["", " ", "   ", "\u{A0}", " \u{3000}\u{2003}"])
    func blank(text: String) {
        #expect(throws: NameError.malformed) { try Sentence(text) }
    }

    @Test("T3 sentences are compared by their bytes, though Swift holds both spellings for equal")
    func bytes() throws {
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        #expect(composed == decomposed)
        #expect(try Sentence(composed) != Sentence(decomposed))
        #expect(Set([try Sentence(composed), try Sentence(decomposed), try Sentence(composed)]).count == 2)
    }

    @Test("a sentence is one JSON string, kept by its bytes; a bad one does not decode")
    func json() throws {
        let sentence = try Sentence("cafe\u{301}")
        #expect(try JSONDecoder().decode([Sentence].self, from: try JSONEncoder().encode([sentence])) == [sentence])
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Sentence].self, from: Data(#"["a\nb"]"#.utf8)) }
    }
}
