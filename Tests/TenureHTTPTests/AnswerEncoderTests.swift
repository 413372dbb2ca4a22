internal import Foundation
internal import TenureAPI
internal import Testing

@testable internal import TenureHTTP

@Suite("Answers as JSON")
struct AnswerEncoderTests {
    @Test("an answer is read back as it was, with nothing for what it leaves out")
    func answer() throws {
        let answer = IssueTokenAnswer(
            id: "crd_1", token: "tnr_a.b.c", expiresAt: "2026-11-23T14:00:00Z", identity: "workload/deploy",
            owner: "person/owner", entitlement: "ent_1@3", scope: ["pull", "push"], auditIndex: 12,
            checkpoint: CheckpointAnswer(size: 13, root: "ab", note: "one\ntwo\n"))
        let bytes = try AnswerEncoder.bytes(of: answer)
        #expect(try JSONDecoder().decode(IssueTokenAnswer.self, from: Data(bytes)) == answer)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("renew_after"))
        #expect(try AnswerEncoder.bytes(of: IntrospectionAnswer(active: false)) == Array(#"{"active":false}"#.utf8))
    }

    @Test("members stand in the order of the type, nested ones closed before the next")
    func order() throws {
        struct Inner: Encodable {
            let name: String
            let list: [Int]
        }
        struct Outer: Encodable {
            let first: Inner
            let none: Inner
            let all: [Inner]
            let empty: [String]
            let map: [String: Bool]
            let last: UInt64
        }
        let inner = Inner(name: "a", list: [1, -2])
        let outer = Outer(
            first: inner, none: Inner(name: "", list: []), all: [inner, inner], empty: [], map: ["k\"": true],
            last: .max)
        let text = String(decoding: try AnswerEncoder.bytes(of: outer), as: UTF8.self)
        let expected =
            #"{"first":{"name":"a","list":[1,-2]},"none":{"name":"","list":[]},"#
            + #""all":[{"name":"a","list":[1,-2]},{"name":"a","list":[1,-2]}],"empty":[],"#
            + #""map":{"k\"":true},"last":18446744073709551615}"#
        #expect(text == expected)
    }

    @Test(
        "T41 no text ends its string early, and every reader gives it back",
        arguments: ["", "\"", "\\", "\n\r\t\u{8}\u{C}\u{0}\u{1F}", "/é\u{202E}\u{2028}👩‍👩‍👧", "a\"b\\c"])
    func texts(_ text: String) throws {
        let bytes = try AnswerEncoder.bytes(of: [text, "next"])
        #expect(try JSONDecoder().decode([String].self, from: Data(bytes)) == [text, "next"])
    }

    @Test("a fraction has no place in an answer")
    func fractions() {
        #expect(throws: EncodingError.self) { _ = try AnswerEncoder.bytes(of: [1.5]) }
        #expect(throws: EncodingError.self) { _ = try AnswerEncoder.bytes(of: ["a": Float(1)]) }
    }
}
