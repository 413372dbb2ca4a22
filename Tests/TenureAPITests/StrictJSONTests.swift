internal import Testing

@testable internal import TenureAPI

@Suite("Strict JSON")
struct StrictJSONTests {
    private func value(_ text: String) throws -> StrictJSON.Value { try StrictJSON.parse(Array(text.utf8)) }

    private func failure(_ bytes: [UInt8], _ limits: StrictJSON.Limits = .standard) -> StrictJSONError? {
        do {
            _ = try StrictJSON.parse(bytes, limits: limits)
            return nil
        } catch { return error }
    }

    private func reason(_ text: String) -> StrictJSONError.Reason? { failure(Array(text.utf8))?.reason }

    @Test("a document gives its values in order, with integers told from other numbers")
    func values() throws {
        let parsed = try value(
            #" {"b": [1, -7, 1.0, 1e3, -0], "a": {"x": null, "y": true}, "s": "é\u00e9\ud83d\ude00\/"} "#)
        #expect(parsed.members?.map(\.name) == ["b", "a", "s"])
        let numbers: [StrictJSON.Value] = [.integer(1), .integer(-7), .number("1.0"), .number("1e3"), .number("-0")]
        #expect(parsed["b"] == .array(numbers))
        #expect(parsed["a"]?["x"] == .null)
        #expect(parsed["a"]?["y"]?.flag == true)
        #expect(parsed["s"]?.text == "éé😀/")
        #expect(parsed["missing"] == nil)
    }

    @Test(
        "scalars, empty containers and every escape are accepted",
        arguments: [
            "0", "-1", "\"\"", "[]", "{}", "null", "true", "false", "[[]]", "[{}]", " [ ] ", "{ }", "1.5E-3", "0.0",
            "0e1",
            #""\b\f\n\r\t\"\\\/""#, "9223372036854775807", "[1\n,\r2\t,3]", #"{"":1}"#,
        ])
    func accepted(_ text: String) { #expect(failure(Array(text.utf8)) == nil) }

    @Test("integers beyond 64 bits stay text and are never converted")
    func bigIntegers() throws {
        #expect(try value("9223372036854775808") == .number("9223372036854775808"))
        #expect(try value("-9223372036854775808") == .integer(.min))
        #expect(try value("1e300") == .number("1e300"))
    }

    @Test(
        "T1 T4 malformed text is refused for its reason",
        arguments: [
            ("", .empty), (" ", .empty), ("{", .unexpectedEnd), ("[1,", .unexpectedEnd), ("\"a", .unexpectedEnd),
            ("[1,]", .unexpectedByte), ("{\"a\":1,}", .unexpectedByte), ("{a:1}", .unexpectedByte),
            ("[1 2]", .unexpectedByte),
            ("{\"a\" 1}", .unexpectedByte), ("'a'", .unexpectedByte), ("NaN", .unexpectedByte),
            ("Infinity", .unexpectedByte),
            ("nul", .unexpectedEnd), ("nulL", .unexpectedByte), ("True", .unexpectedByte), ("+1", .unexpectedByte),
            (".5", .unexpectedByte), ("01", .number), ("-01", .number), ("1.", .number), ("1e", .number),
            ("1e+", .number),
            ("-", .number), ("0x10", .trailingBytes), ("{} {}", .trailingBytes), ("1,", .trailingBytes),
            ("\"\\x\"", .escape), ("\"\\u12g4\"", .escape), ("\"\\u123\"", .escape), ("\"\\u0000\"", .nul),
            ("\"\u{0}\"", .nul), ("\"a\nb\"", .controlCharacter), ("\"\u{1f}\"", .controlCharacter),
            ("\"\\ud800\"", .loneSurrogate), ("\"\\udc00\"", .loneSurrogate), ("\"\\ud800\\u0041\"", .loneSurrogate),
            ("\"\\ud800x\"", .loneSurrogate), ("\"\\ud800\\n\"", .loneSurrogate), ("/**/1", .unexpectedByte),
            ("\u{FEFF}{}", .byteOrderMark), ("\u{A0}1", .unexpectedByte),
        ] as [(String, StrictJSONError.Reason)])
    func malformed(_ text: String, _ expected: StrictJSONError.Reason) { #expect(reason(text) == expected) }

    @Test(
        "T3 T4 bytes that are no UTF-8 are refused: overlong, cut, surrogates, 0xFF",
        arguments: [
            [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xFF], [0xFE], [0x80], [0xF4, 0x90, 0x80, 0x80],
        ] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) { #expect(failure([0x22] + bytes + [0x22])?.reason == .notUTF8) }

    @Test("T4 UTF-16 and UTF-32 are refused, with and without a mark")
    func wideEncodings() {
        let big = "{}".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        let little = "{}".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        for bytes in [big, little, [0xFE, 0xFF] + big, [0xFF, 0xFE] + little, [0, 0] + big] {
            #expect(failure(bytes)?.reason == .unexpectedByte)
        }
    }

    @Test("T4 sixteen levels are read and the seventeenth is refused, in arrays and objects alike")
    func depth() {
        let arrays = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        let objects = { (count: Int) in
            String(repeating: "{\"a\":", count: count) + "1" + String(repeating: "}", count: count)
        }
        #expect(reason(arrays(16)) == nil)
        #expect(reason(arrays(17)) == .tooDeep)
        #expect(reason(arrays(100_000)) == .tooDeep)
        #expect(reason(objects(16)) == nil)
        #expect(reason(objects(17)) == .tooDeep)
        #expect(failure(Array("[[]]".utf8), .init(depthMax: 1))?.reason == .tooDeep)
    }

    @Test("T4 a thousand keys in the whole document are read and one more is refused")
    func keys() {
        let document = { (count: Int) in
            "[" + (0..<count).map { "{\"k\($0)\":\($0)}" }.joined(separator: ",") + "]"
        }
        #expect(reason(document(1000)) == nil)
        #expect(reason(document(1001)) == .tooManyKeys)
        #expect(failure(Array(document(1001).utf8), .plan) == nil)
        #expect(failure(Array(document(100_001).utf8), .plan)?.reason == .tooManyKeys)
    }

    @Test(
        "T4 a key that stands twice is refused, however it is written",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"\u0061":3}"#, #"{"x":{"a":1,"a":2}}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}",
            "{\"K\":1,\"\u{212A}\":2}",
        ])
    func duplicates(_ text: String) { #expect(reason(text) == .duplicateKey) }

    @Test("the same key in two objects is no duplicate")
    func sameKeyElsewhere() { #expect(reason(#"[{"a":{"a":1}},{"a":2}]"#) == nil) }

    @Test("T5 a fault names its byte and its path, and nothing of the values")
    func place() {
        let fault = failure(Array(#"{"keys":[{"kid":"hunter2"},{"a/b~c d":01}]}"#.utf8))
        #expect(fault == StrictJSONError(reason: .number, offset: 38, path: "/keys/1/a~1b~0c?d"))
        #expect(fault?.description == "not a JSON number at byte 38, in /keys/1/a~1b~0c?d")
        let long = failure(Array(("{\"" + String(repeating: "n", count: 5000) + "\":x}").utf8))
        #expect(long?.path.utf8.count == 65)
    }

    @Test("T3 values are compared by bytes, not by canonical equivalence")
    func equality() throws {
        #expect(try value("\"\u{E9}\"") != value("\"e\u{301}\""))
        #expect(try value(#"{"K":1}"#)["\u{212A}"] == nil)
        #expect(try value(#"[1,"a"]"#) == value(#"[ 1 , "\u0061" ]"#))
    }

    @Test("every prefix of a document is refused, and no byte put in its place ends the process")
    func prefixesAndFlips() throws {
        let whole = Array(#"{"a":[1,2.5e3,"\ud83d\ude00\n",{"b":null}],"c":true}"#.utf8)
        for length in 0..<whole.count { #expect(failure(Array(whole[..<length])) != nil) }
        for place in whole.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = whole
                changed[place] = byte
                if failure(changed) != nil { continue }
                let parsed = try StrictJSON.parse(changed)
                #expect(try StrictJSON.parse(Array(parsed.jsonText.utf8)) == parsed)
            }
        }
    }

    @Test("written text is compact and escapes what must be")
    func text() throws {
        let text = #"{"a":[1,-2,1e300,true,null],"b":"\"\\\n\u0001é","c":{}}"#
        #expect(try value(text).jsonText == text)
    }
}
