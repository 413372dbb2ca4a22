internal import TenureModel
internal import TenureVerifier
internal import Testing

@Suite("What the feed says")
struct FeedMessageTests {
    private static let mark = #"{"prev":90,"kind":"i","number":12,"cut":100,"reason":"unspecified","at":"t"}"#

    private static func message(_ event: EventStreamParser.Event) throws(FeedFault) -> FeedMessage? {
        try FeedMessage(event)
    }

    @Test("a cut of an indexed and of a hashed reference, a change of keys and a heartbeat are read")
    func valid() throws {
        #expect(
            try Self.message(Wire.event("mark", id: "100", Self.mark))
                == .mark(index: 100, previous: 90, LineageReference(.identity, 12)))
        let hashed = #"{"prev":-1,"kind":"c","number":"4000000000000001","cut":5,"at":"t"}"#
        #expect(
            try Self.message(Wire.event("mark", id: "5", hashed))
                == .mark(index: 5, previous: -1, LineageReference(.credential, 0x4000_0000_0000_0001)))
        #expect(
            try Self.message(Wire.event("key", id: "7", #"{"prev":5,"at":"t"}"#)) == .key(index: 7, previous: 5))
        let note = Wire.note(100, root: "r").replacing("\n", with: "\\n")
        let head =
            #"{"head":100,"last":90,"at":"2026-11-24T14:00:00.250Z","checkpoint":"#
            + #"{"size":100,"root":"r","note":"\#(note)"}}"#
        guard case .head(let read)? = try Self.message(Wire.event("head", id: nil, head)) else {
            Issue.record("no heartbeat")
            return
        }
        #expect(read.size == 100 && read.last == 90 && read.checkpoint.log == Wire.log)
        #expect(read.at.description == "2026-11-24T14:00:00.250Z")
    }

    @Test("events of a kind that came later are passed over")
    func later() throws {
        #expect(try Self.message(Wire.event("later", id: "1", "{}")) == nil)
    }

    @Test(
        "T12 an event that is not whole or says what cannot be is refused",
        arguments: [
            ("no id", nil, mark), ("another index", "101", mark), ("an index in another spelling", "+100", mark),
            ("no JSON", "100", "{"),
            ("no reference", "100", #"{"prev":90,"cut":100,"at":"t"}"#),
            ("an unknown letter", "100", #"{"prev":90,"kind":"z","number":12,"cut":100,"at":"t"}"#),
            ("a hash for an index", "100", #"{"prev":90,"kind":"i","number":"4000000000000001","cut":100,"at":"t"}"#),
            ("an index for a hash", "100", #"{"prev":90,"kind":"c","number":12,"cut":100,"at":"t"}"#),
            ("an index of 2^53", "100", #"{"prev":90,"kind":"i","number":9007199254740992,"cut":100,"at":"t"}"#),
            ("a negative index", "100", #"{"prev":90,"kind":"i","number":-1,"cut":100,"at":"t"}"#),
            ("a short hash", "100", #"{"prev":90,"kind":"c","number":"40","cut":100,"at":"t"}"#),
            ("upper case", "100", #"{"prev":90,"kind":"c","number":"400000000000000A","cut":100,"at":"t"}"#),
            ("a hash with a sign", "100", #"{"prev":90,"kind":"c","number":"+400000000000001","cut":100,"at":"t"}"#),
            ("a number beyond 2^63", "100", #"{"prev":90,"kind":"c","number":"ffffffffffffffff","cut":100,"at":"t"}"#),
            ("an event before itself", "100", #"{"prev":100,"kind":"i","number":12,"cut":100,"at":"t"}"#),
        ] as [(String, String?, String)])
    func malformed(_ what: String, _ id: String?, _ data: String) {
        #expect(
            thrown { () throws(FeedFault) in _ = try Self.message(Wire.event("mark", id: id, data)) } == .malformed,
            "\(what)")
    }

    @Test("T12 a heartbeat whose checkpoint is not what its note says is refused")
    func checkpoint() {
        for (size, root) in [(99, "r"), (100, "other")] {
            let note = Wire.note(Int64(size), root: root).replacing("\n", with: "\\n")
            let head =
                #"{"head":100,"last":90,"at":"2026-11-24T14:00:00Z","checkpoint":"#
                + #"{"size":100,"root":"r","note":"\#(note)"}}"#
            #expect(
                thrown { () throws(FeedFault) in _ = try Self.message(Wire.event("head", id: nil, head)) }
                    == .malformed)
        }
    }
}
