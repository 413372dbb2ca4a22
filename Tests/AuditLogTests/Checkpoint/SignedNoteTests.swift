internal import AuditLog
internal import OpenSSLCrypto
internal import Testing

@Suite("Signed notes")
struct SignedNoteTests {
    // The example of golang.org/x/mod/sumdb/note.
    static let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let text =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    static let line =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    static var note: String { text + "\n" + line }

    @Test("the published note verifies under the published key")
    func published() throws {
        let key = try VerifierKey(Self.vkey)
        #expect(key.text == Self.vkey)
        #expect(key.name == "PeterNeumann")
        #expect(key.keyID == 0xC74F_20A3)
        #expect(try SignedNote(Self.note).verifiedText(by: key) == Self.text)
    }

    @Test("no note in which one byte differs is believed")
    func everyByte() throws {
        let key = try VerifierKey(Self.vkey)
        let bytes = Array(Self.note.utf8)
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                guard let note = String(validating: changed, as: UTF8.self) else { continue }
                #expect(throws: NoteError.self) { try SignedNote(note).verifiedText(by: key) }
            }
        }
    }

    @Test("no part of the published key is a key")
    func keyParts() {
        let bytes = Array(Self.vkey.utf8)
        for start in 0...bytes.count {
            for end in start...bytes.count where start > 0 || end < bytes.count {
                #expect(throws: NoteError.malformedKey) {
                    try VerifierKey(String(decoding: bytes[start..<end], as: UTF8.self))
                }
            }
        }
        for place in bytes.indices {
            var changed = bytes
            changed[place] += 1
            #expect(throws: NoteError.malformedKey) { try VerifierKey(String(decoding: changed, as: UTF8.self)) }
        }
    }

    @Test("a key of another length or algorithm is refused though its hash fits")
    func otherKeys() {
        for text in [
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            #expect(throws: NoteError.malformedKey) { try VerifierKey(text) }
        }
    }

    @Test("a signature of an unknown key is ignored, a false one under a known name and id is not")
    func otherSignatures() throws {
        let key = try VerifierKey(Self.vkey)
        let unknown =
            "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
        #expect(try SignedNote(Self.note + unknown).verifiedText(by: key) == Self.text)
        #expect(throws: NoteError.unsigned) { try SignedNote(Self.text + "\n" + unknown).verifiedText(by: key) }
        var content = try #require(Base64.decode(Array(Self.line.utf8.dropFirst(17).dropLast())[...]))
        content[40] ^= 1
        let forged = "— PeterNeumann " + Base64.text(content) + "\n"
        #expect(throws: NoteError.badSignature) { try SignedNote(Self.note + forged).verifiedText(by: key) }
    }

    /// In these T stands for the published text and S for its signature without the dash before it.
    @Test(
        "a malformed note is refused",
        arguments: [
            "", "\n", "\n\n", "text\n", "text\n\n", "T", "T\n", "T—S", "T\n—S\n", "T\r\n—S", "T\nS", "T\n-S",
            "T\n—Sx\n",
            "T\0\n\n—S", "T\u{1B}[0m\n\n—S", "T\n— PeterNeumann x08goA==\n", "T\n— PeterNeumann\n", "T\n—  x08go/ZJ\n",
            "T\n— a+b x08go/ZJ\n", "\n—S", "T\n—S—", "T\n—  S",
        ])
    func malformed(template: String) {
        let signature = Self.line.dropFirst()
        var note = ""
        for character in template.unicodeScalars {
            switch character {
            case "T": note += Self.text
            case "S": note += signature
            default: note.unicodeScalars.append(character)
            }
        }
        #expect(throws: NoteError.malformed) { try SignedNote(note) }
    }

    @Test("sixteen signatures are read, seventeen and 64 KiB are refused")
    func limits() throws {
        #expect(try SignedNote(Self.text + "\n" + String(repeating: Self.line, count: 16)).signatures.count == 16)
        #expect(throws: NoteError.malformed) {
            try SignedNote(Self.text + "\n" + String(repeating: Self.line, count: 17))
        }
        #expect(throws: NoteError.tooLarge) {
            try SignedNote(String(repeating: "a", count: 65_536) + "\n\n" + Self.line)
        }
    }

    @Test("the text may hold empty lines; the last one ends it")
    func emptyLines() throws {
        let signer = try NoteSigner(name: "example.org/log", key: PrivateKey.generate(.ed25519))
        let note = try signer.sign("one\n\ntwo\n")
        #expect(try SignedNote(note).verifiedText(by: signer.verifierKey) == "one\n\ntwo\n")
    }

    @Test("a signer takes an Ed25519 key and a name without spaces or plus")
    func signers() throws {
        let key = try PrivateKey.generate(.ed25519)
        for name in ["", "a b", "a+b", "a\u{A0}b", "a\nb"] {
            #expect(throws: NoteError.malformedKey) { try NoteSigner(name: name, key: key) }
        }
        let other = try PrivateKey.generate(.p256)
        #expect(throws: NoteError.malformedKey) { try NoteSigner(name: "name", key: other) }
    }
}
