internal import AuditLog
internal import OpenSSLCrypto
internal import TenureModel
internal import Testing

@Suite("Entries")
struct EntryEncodingTests {
    static let session = SessionID(high: 0x0193_0000_0000_7000, low: 0x8000_0000_0000_0001)

    static let entry = AuditEntry(
        at: Timestamp(clampingMilliseconds: 1_795_442_400_000), act: .tokenIssue,
        actor: AuditActor(id: "wkl_0", how: .session, session: session), object: "crd_1", entitlement: "ent_2@3",
        outcome: .done, why: nil, source: "192.0.2.7",
        rows: [AuditedRowHash(table: "credential", key: "crd_1", hash: [UInt8](repeating: 0xAB, count: 32))],
        details: [
            .init("aud", .text("registry")), .init("n", .number(-12)), .init("ok", .flag(true)),
            .init("list", .list([.number(0), .list([]), .object([])])),
            .init("marks", .list([.object([.init("ref", .text("i12")), .init("cuts", .flag(false))])])),
        ])

    static let body =
        #"{"v":1,"at":"2026-11-23T14:00:00.000Z","act":"token.issue","by":{"id":"wkl_0","how":"session","session":"#
        + "\"" + session.text + "\""
        + #"},"for":"crd_1","ent":"ent_2@3","out":"done","why":null,"src":"192.0.2.7","rows":[["credential","crd_1",""#
        + String(repeating: "ab", count: 32)
        + #""]],"x":{"aud":"registry","n":-12,"ok":true,"list":[0,[],{}],"marks":[{"ref":"i12","cuts":false}]}}"#

    static let empty = AuditEntry(
        at: Timestamp(clampingMilliseconds: 1), act: .loginCreate, actor: AuditActor(id: nil, how: .none), object: nil,
        outcome: .refused, why: "denied", source: nil)

    static let emptyBody =
        #"{"v":1,"at":"1970-01-01T00:00:00.001Z","act":"login.create","by":{"id":null,"how":"none","session":null},"#
        + #""for":null,"ent":null,"out":"refused","why":"denied","src":null,"rows":[],"x":{}}"#

    @Test("the body is exactly the bytes of the format", arguments: [(entry, body), (empty, emptyBody)])
    func knownBody(entry: AuditEntry, body: String) throws {
        #expect(String(decoding: try EntryEncoding.encode(entry), as: UTF8.self) == body)
        #expect(try EntryEncoding.decode(Array(body.utf8)) == entry)
    }

    @Test("the leaf is the hash of a zero byte and the body")
    func leafHash() {
        let body = Array(Self.body.utf8)
        #expect(EntryEncoding.leafHash(of: body) == SHA256.hash([0x00] + body))
    }

    @Test("T41 line ends, escapes and quotes in values are escaped, and all text comes back as it was")
    func hostileText() throws {
        var entry = Self.empty
        let all = (0..<0x20).map { String(UnicodeScalar(UInt8($0))) }.joined()
        for text in [
            all, "a\r\nX", "\u{1B}[31m", "\"},\"x\":{\"", "\\", "\u{202E}\u{7F}\u{FEFF}", "é", "e\u{301}", "🙂",
        ] {
            entry.object = text
            entry.details = [.init(text, .text(text))]
            let body = try EntryEncoding.encode(entry)
            #expect(!body.contains { $0 < 0x20 })
            let back = try EntryEncoding.decode(body)
            #expect(try #require(back.object).utf8.elementsEqual(text.utf8))
            #expect(try EntryEncoding.encode(back) == body)
        }
    }

    // The string of RFC 8785, section 3.2.2.2, and its canonical form in section 3.2.4.
    @Test("strings are written as RFC 8785 does")
    func publishedString() {
        var output: [UInt8] = []
        CanonicalJSON.append("\u{20ac}$\u{000F}\u{000a}A'\u{0042}\u{0022}\u{005c}\\\"/", to: &output)
        #expect(String(decoding: output, as: UTF8.self) == #""€$\u000f\nA'B\"\\\\\"/""#)
    }

    @Test("T41 a value of 1 MiB makes the entry too large, and a cut one fits")
    func tooLarge() throws {
        var entry = Self.empty
        let long = String(repeating: "é", count: 524_288)
        entry.details = [.init("sub", .text(long))]
        #expect(throws: EntryEncodingError.self) { try EntryEncoding.encode(entry) }
        entry.details = [.init("sub", .text(long, cutTo: 101))]
        #expect(entry.details[0].value == .text(String(repeating: "é", count: 49) + "…"))
        #expect(try EntryEncoding.decode(EntryEncoding.encode(entry)) == entry)
        #expect(AuditDetail.text("short", cutTo: 5) == .text("short"))
        #expect(AuditDetail.text("longer", cutTo: 5) == .text("lo…"))
    }

    @Test("exactly 8 KiB is the most")
    func sizeLimit() throws {
        var entry = Self.empty
        let room = EntryEncoding.bodyBytesMax - Self.emptyBody.utf8.count - #""a":"""#.utf8.count
        entry.details = [.init("a", .text(String(repeating: "b", count: room)))]
        let body = try EntryEncoding.encode(entry)
        #expect(body.count == EntryEncoding.bodyBytesMax)
        #expect(try EntryEncoding.decode(body) == entry)
        entry.details = [.init("a", .text(String(repeating: "b", count: room + 1)))]
        #expect(throws: EntryEncodingError.tooLarge(byteCount: EntryEncoding.bodyBytesMax + 1)) {
            try EntryEncoding.encode(entry)
        }
        #expect(throws: EntryDecodingError.tooLarge(byteCount: EntryEncoding.bodyBytesMax + 1)) {
            try EntryEncoding.decode(body + [0x20])
        }
    }

    @Test("what JSON or the log cannot hold is refused before it is written")
    func badDetails() {
        func error(_ value: AuditDetail) -> EntryEncodingError? {
            var entry = Self.empty
            entry.details = [.init("k", value)]
            do throws(EntryEncodingError) {
                _ = try EntryEncoding.encode(entry)
                return nil
            } catch {
                return error
            }
        }
        #expect(error(.number(1 << 53)) == .numberOutOfRange(1 << 53))
        #expect(error(.number(.min)) == .numberOutOfRange(.min))
        #expect(error(.number(CanonicalJSON.integerMax)) == nil)
        #expect(error(.object([.init("a", .flag(true)), .init("a", .flag(false))])) == .repeatedKey("a"))
        func nested(_ depth: Int) -> AuditDetail { depth == 0 ? .number(1) : .list([nested(depth - 1)]) }
        #expect(error(nested(6)) == nil)
        #expect(error(nested(7)) == .tooDeep)
        var entry = Self.empty
        entry.rows = [AuditedRowHash(table: "t", key: "k", hash: [1])]
        #expect(throws: EntryEncodingError.malformedRowHash(table: "t", key: "k")) { try EntryEncoding.encode(entry) }
    }

    @Test("whatever bit of a body is flipped, what is still read is written back as the same bytes")
    func flips() {
        let body = Array(Self.body.utf8)
        var read = 0
        for place in body.indices {
            for bit in 0..<8 {
                var changed = body
                changed[place] ^= 1 << UInt8(bit)
                guard let entry = Self.decoded(changed) else { continue }
                read += 1
                #expect(Self.encoded(entry) == changed)
            }
        }
        #expect(read > 0)
    }

    @Test("a body that is cut, or goes on, is refused")
    func cuts() {
        let body = Array(Self.body.utf8)
        for count in 0..<body.count { #expect(Self.decoded(Array(body[..<count])) == nil) }
        #expect(Self.decoded(body + [0x20]) == nil)
        #expect(Self.decoded(body + body) == nil)
    }

    @Test(
        "another spelling, order or shape is refused",
        arguments: [
            (#"{"v":1,"#, #"{ "v":1,"#), (#""v":1"#, #""v":2"#), (#""v":1,"#, ""),
            (#""why":null"#, #""why":"n\u006fne""#),
            (#""out":"done""#, #""out":"Done""#), (#"14:00:00.000Z"#, #"14:00:00Z"#),
            (#"14:00:00.000Z"#, #"25:00:00.000Z"#),
            (#""n":-12"#, #""n":-12.0"#), (#""n":-12"#, #""n":-0"#), (#""n":-12"#, #""n":012"#),
            (#""n":-12"#, #""n":1e3"#),
            (#""n":-12"#, #""n":9007199254740992"#), (#""n":-12"#, #""n":99999999999999999999999"#),
            (#""n":-12"#, #""n":+1"#),
            (#""n":-12"#, #""aud":1"#), (#""ok":true"#, #""ok":null"#), (#""registry""#, #""a\/b""#),
            (#""registry""#, "\"a\nb\""),
            (#""registry""#, #""\u000A""#), (#""registry""#, #""\u000a""#), (#""registry""#, #""\uD800""#),
            (#""registry""#, #""\u0041""#),
            (#""registry""#, #""\u001F""#), (#""registry""#, "\"\u{0}\""), (#"[0,[],{}]"#, #"[0,[],{},]"#),
            (#"[0,[],{}]"#, #"[,0]"#),
            (#"[0,[],{}]"#, "[[[[[[[[[[[]]]]]]]]]]]"), (#""token.issue""#, #""token.steal""#),
            (#""how":"session""#, #""how":"magic""#),
            (#""session":"ses_"#, #""session":"crd_"#), (#""abab"#, #""ABab"#), (#""abab"#, #""ab"#),
            (#""x":{"#, #""x":[{"#),
        ])
    func otherSpellings(original: String, changed: String) throws {
        let parts = Self.body.split(separator: original, maxSplits: 1, omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        #expect(Self.decoded(Array(parts.joined(separator: changed).utf8)) == nil)
    }

    @Test("bytes that are not UTF-8 are refused")
    func badUTF8() throws {
        let body = Array(Self.body.utf8)
        let place = try #require(body.firstIndex(of: UInt8(ascii: "g")))
        for bytes in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]] {
            #expect(Self.decoded(Array(body[..<place]) + bytes + body[(place + 1)...]) == nil)
        }
    }

    private static func decoded(_ body: [UInt8]) -> AuditEntry? {
        do throws(EntryDecodingError) {
            return try EntryEncoding.decode(body)
        } catch {
            return nil
        }
    }

    private static func encoded(_ entry: AuditEntry) -> [UInt8]? {
        do throws(EntryEncodingError) {
            return try EntryEncoding.encode(entry)
        } catch {
            return nil
        }
    }
}
