internal import TenureAPI
internal import Testing

@testable internal import TenureHTTP

@Suite("reading bodies")
struct BodyDecoderTests {
    private func fault<Body: Decodable>(_ text: [UInt8], as type: Body.Type) -> Problem? {
        do {
            _ = try BodyDecoder.decode(type, from: text, limits: .standard)
            return nil
        } catch {
            return error.problem
        }
    }

    private func fault(_ text: String) -> Problem? { fault(Array(text.utf8), as: IssueTokenBody.self) }

    @Test("a body is decoded, with what may be left out left out")
    func decoded() throws {
        let text = #"{"profile":"p","audience":"a","scope":["x","y"],"ttl_seconds":60,"dry_run":null}"#
        let body = try BodyDecoder.decode(IssueTokenBody.self, from: Array(text.utf8), limits: .standard)
        #expect(body == IssueTokenBody(profile: "p", audience: "a", scope: ["x", "y"], ttlSeconds: 60))
    }

    @Test(
        "T4 what JSON parsers read differently is refused",
        arguments: [
            #"{"profile":"p","profile":"q","audience":"a"}"#, "\u{FEFF}{}", #"{"profile":"p","audience":"a"} x"#, "",
            "[" + String(repeating: "[", count: 16) + String(repeating: "]", count: 17), "{\"a\":\"\u{0}\"}",
        ])
    func strict(_ text: String) throws {
        let problem = try #require(fault(text))
        #expect(problem.status == 400)
        #expect(problem.code == .invalid)
    }

    @Test("T4 UTF-16 and broken UTF-8 are refused")
    func encodings() {
        #expect(fault(Array("{}".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, as: IssueTokenBody.self) != nil)
        #expect(fault([0x7B, 0x22, 0xFE, 0x22, 0x3A, 0x31, 0x7D], as: IssueTokenBody.self) != nil)
    }

    @Test("T4 more keys than allowed are refused, and an object of many keys is read in one pass")
    func manyKeys() throws {
        let keys = (0..<1_001).map { "\"k\($0)\":1" }.joined(separator: ",")
        #expect(fault("{" + keys + "}") != nil)
        let claims = (0..<900).map { "\"k\($0)\":\"v\"" }.joined(separator: ",")
        let text = #"{"name":"n","identity":"workload/x","claims":{\#(claims)}}"#
        let body = try BodyDecoder.decode(CreateTrustBody.self, from: Array(text.utf8), limits: .standard)
        #expect(body.claims?.count == 900)
    }

    @Test(
        "each fault names its field",
        arguments: [
            (#"{"audience":"a"}"#, "profile"), (#"{"profile":1,"audience":"a"}"#, "profile"),
            (#"{"profile":null,"audience":"a"}"#, "profile"),
            (#"{"profile":"p","audience":"a","scope":"x"}"#, "scope"),
            (#"{"profile":"p","audience":"a","scope":["x",2]}"#, "scope.1"),
            (#"{"profile":"p","audience":"a","ttl_seconds":1.5}"#, "ttl_seconds"),
            (#"{"profile":"p","audience":"a","ttl_seconds":1e3}"#, "ttl_seconds"),
            (#"{"profile":"p","audience":"a","ttl_seconds":9223372036854775808}"#, "ttl_seconds"),
            (#"{"profile":"p","audience":"a","ttl_second":1}"#, "ttl_second"),
        ])
    func fields(_ text: String, _ field: String) throws {
        #expect(try #require(fault(text)).errors?.map(\.field) == [field])
    }

    @Test("T5 no value of a body is in what is answered")
    func noValues() throws {
        let canary = "hunter2-secret"
        for text in [
            #"{"method":{"\#(canary)":1}}"#, #"{"method":["\#(canary)"]}"#,
            #"{"method":"oidc","token":{"a":"\#(canary)"}}"#,
            #"{"method":"oidc","token":["\#(canary)"]}"#, #"{"method":"oidc","token":"\#(canary)""#,
        ] {
            let problem = try #require(fault(Array(text.utf8), as: LoginBody.self))
            #expect(!"\(problem)".contains(canary))
        }
    }

    @Test("T5 of an error that nobody expected the log says the type, and the answer nothing")
    func foreignErrors() {
        let canary = "hunter2-secret"
        let error = DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: canary))
        let refusal = Refusal(error, instance: "opr_1")
        #expect(refusal.cause == "an error of type DecodingError")
        #expect(!"\(refusal.problem)".contains(canary))
    }

    @Test("T3 names that Swift holds for one and others for two are refused")
    func unicodeNames() {
        let text = "{\"name\":\"n\",\"identity\":\"workload/x\",\"claims\":{\"\u{212A}\":\"v\"}}"
        #expect(fault(Array(text.utf8), as: CreateTrustBody.self) != nil)
    }

    @Test("T41 a field's name is cut and made visible before it is shown")
    func shownNames() {
        let name = String(repeating: "\u{1B}", count: 200)
        #expect(FieldPath.shown(name[...]) == String(repeating: "?", count: 64))
    }

    @Test("T1 numbers have one form", arguments: ["+5", "-1", "05", "", " 5", "5 ", "1e3", "9223372036854775808", "٣"])
    func numbers(_ text: String) { #expect(StrictNumber.decimal(text[...]) == nil) }

    @Test("a target is a reference or one thing itself")
    func targets() throws {
        let reference = try BodyDecoder.decode(
            RevocationBody.self, from: Array(#"{"target":"workload/x"}"#.utf8), limits: .standard)
        #expect(reference.target == .reference("workload/x"))
        let token = try BodyDecoder.decode(
            RevocationBody.self, from: Array(#"{"target":{"token":"t"}}"#.utf8), limits: .standard)
        #expect(token.target == .token("t"))
        #expect(fault(Array(#"{"target":{"token":"t","certificate":"c"}}"#.utf8), as: RevocationBody.self) != nil)
    }
}
