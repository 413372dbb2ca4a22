internal import AuditLog
internal import OpenSSLCrypto
internal import Testing

@Suite("Checkpoints")
struct CheckpointTests {
    // A tree head of the Go checksum database, sum.golang.org, on which the example of C2SP tlog-checkpoint is built.
    static let goKey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    static let goNote = """
        go.sum database tree
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

        """

    @Test("a published tree head verifies under its published key")
    func published() throws {
        let checkpoint = try Checkpoint(
            note: Self.goNote, key: VerifierKey(Self.goKey), origin: "go.sum database tree")
        #expect(checkpoint.size == 20_852_163)
        #expect(Base64.text(checkpoint.root) == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
        #expect(checkpoint.note == Self.goNote)
    }

    @Test("a checkpoint of another log is refused, though the key signed it")
    func otherOrigin() throws {
        let key = try VerifierKey(Self.goKey)
        #expect(throws: NoteError.wrongOrigin("go.sum database tree")) {
            try Checkpoint(note: Self.goNote, key: key, origin: "go.sum database")
        }
        #expect(throws: NoteError.wrongOrigin("go.sum database tree")) { try Checkpoint(note: Self.goNote, key: key) }
    }

    @Test("what is signed is read back")
    func roundTrip() throws {
        let origin = try #require(LogOrigin(trustDomain: "example.org", logID: LogID(0x9F3A_01BC)))
        #expect(origin.text == "example.org/tenure/9f3a01bc")
        #expect(LogOrigin(origin.text) == origin)
        let signer = try NoteSigner(name: origin.text, key: PrivateKey.generate(.ed25519))
        for size in [0, 1, Frontier.sizeMax] {
            let signed = try signer.checkpoint(size: size, root: Frontier().root)
            #expect(try Checkpoint(note: signed.note, key: VerifierKey(signer.verifierKey.text)) == signed)
        }
    }

    @Test(
        "a signed text that is no checkpoint is refused",
        arguments: [
            "o\n", "o\n1\n", "o\n1\nROOT\next\n", "o\n01\nROOT\n", "o\n+1\nROOT\n", "o\n-1\nROOT\n", "o\n\nROOT\n",
            "o\n1\nQUJD\n", "o\n1\n ROOT\n", "o\n9007199254740993\nROOT\n", "o\n99999999999999999999\nROOT\n",
            "o\n1 \nROOT\n", "o\n1\n\n",
        ])
    func badTexts(text: String) throws {
        let signer = try NoteSigner(name: "o", key: PrivateKey.generate(.ed25519))
        let root = Base64.text(Frontier().root)
        let parts = text.split(separator: "ROOT", omittingEmptySubsequences: false)
        let note = try signer.sign(parts.joined(separator: root))
        #expect(throws: NoteError.malformed) { try Checkpoint(note: note, key: signer.verifierKey) }
    }

    @Test(
        "an origin has a trust domain, the word tenure and eight lower-case hex digits",
        arguments: [
            "", "example.org", "example.org/tenure/9F3A01BC", "example.org/tenure/9f3a01b",
            "example.org/tenure/9f3a01bc/",
            "example.org/other/9f3a01bc", "/tenure/9f3a01bc", "Example.org/tenure/9f3a01bc", "a b/tenure/9f3a01bc",
        ])
    func badOrigins(text: String) { #expect(LogOrigin(text) == nil) }
}
