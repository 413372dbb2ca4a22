internal import Foundation
internal import TenureAPI
internal import Testing

@testable internal import TenureClient

@Suite("What the client is told")
struct SettingsTests {
    @Test(
        "an address is https, host and port, and nothing else",
        arguments: [
            "http://tenure.example", "tenure.example:8443", "https://", "https://h/path", "https://h?x=1",
            "https://h#f",
            "https://user:pass@h", "ftp://h", "", "https://h:port",
        ])
    func addresses(_ text: String) {
        #expect(throws: ClientError.self) { try ClientSettings(address: text) }
    }

    @Test("a slash at the end is none of the address, and loopback may do without TLS")
    func address() throws {
        #expect(try ClientSettings(address: "https://h:8443/").address == "https://h:8443")
        #expect(try ClientSettings(address: "http://127.0.0.1:80").address == "http://127.0.0.1:80")
        #expect(try ClientSettings(address: "http://localhost:80").address == "http://localhost:80")
    }

    @Test(
        "a duration is a whole number and one unit",
        arguments: [
            ("90s", 90), ("10m", 600), ("1h", 3600), ("24h", 86_400), ("7d", 604_800), ("", nil), ("10", nil),
            ("m", nil),
            ("0m", nil), ("-1h", nil), ("+1h", nil), ("01h", nil), ("1.5h", nil), ("1h30m", nil), (" 1h", nil),
            ("1h ", nil), ("1H", nil), ("1 h", nil), ("٣m", nil), ("9223372036854775807d", nil),
            ("9223372036854775808s", nil), ("1_0m", nil),
        ] as [(String, Int64?)])
    func durations(_ text: String, _ seconds: Int64?) {
        #expect(DurationText.seconds(text) == seconds)
    }

    @Test("a token is read from its file anew each time, without the line end")
    func tokenFile() async throws {
        try await Scratch.with { path in
            let source = TokenSource.file(path + "/token")
            try Scratch.write("tnr_one\n", to: path + "/token")
            #expect(try source.current() == "tnr_one")
            try Scratch.write("  tnr_two \r\n", to: path + "/token")
            #expect(try source.current() == "tnr_two")
        }
    }

    @Test(
        "T3 what could end a header is no token",
        arguments: ["", "\n", "a\r\nX: y", "a b", "a\u{0}b", "é", String(repeating: "a", count: 20_000)])
    func badTokens(_ content: String) async throws {
        #expect(throws: ClientError.self) { try TokenSource.text(content).current() }
        try await Scratch.with { path in
            try Scratch.write(content, to: path + "/token")
            #expect(throws: ClientError.self) { try TokenSource.file(path + "/token").current() }
        }
    }

    @Test("a source shows no token")
    func secret() {
        let source = TokenSource.text("canary-7f3a")
        var dumped = ""
        dump(source, to: &dumped)
        let system = CISystem.gitLab(token: "canary-7f3a")
        for text in ["\(source)", String(reflecting: source), dumped, "\(system)", String(reflecting: system)] {
            #expect(!text.contains("canary"))
        }
    }

    @Test("CI systems are known by what they set")
    func ciSystems() async throws {
        #expect(CISystem(environment: [:]) == nil)
        #expect(CISystem(environment: ["TENURE_ID_TOKEN": ""]) == nil)
        #expect(CISystem(environment: ["ACTIONS_ID_TOKEN_REQUEST_URL": "https://g"]) == nil)
        #expect(CISystem(environment: ["CI_JOB_JWT_V2": "j"]) == .gitLab(token: "j"))
        let gitLab = try #require(CISystem(environment: ["TENURE_ID_TOKEN": "t", "CI_JOB_JWT_V2": "j"]))
        #expect(try await gitLab.token(audience: "tenure") == .text("t"))
        let gitHub = CISystem(
            environment: ["ACTIONS_ID_TOKEN_REQUEST_URL": "https://g", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "r"])
        #expect(gitHub == .gitHubActions(requestURL: "https://g", requestToken: "r"))
    }

    @Test("GitHub's request token is sent over https alone")
    func gitHubInClear() async {
        let system = CISystem.gitHubActions(requestURL: "http://127.0.0.1:1/token", requestToken: "r")
        await #expect(throws: ClientError.self) { try await system.token(audience: "tenure") }
    }

    @Test("each refusal ends with the exit code of its kind")
    func exitStatuses() {
        for code in ProblemCode.allCases { #expect(ClientError.problem(Problem(code)).exitStatus == code.exitCode) }
        var unknown = Problem(.denied)
        unknown.type = "urn:other"
        #expect(ClientError.problem(unknown).exitStatus == .refused)
        #expect(ClientError.unreachable("").exitStatus == .unavailable)
        #expect(ClientError.timedOut.exitStatus == .unavailable)
        #expect(ClientError.notTrusted("").exitStatus == .verificationFailed)
        #expect(ClientError.logRewritten("").exitStatus == .verificationFailed)
        #expect(ClientError.settings("").exitStatus == .usage)
        #expect(ClientError.noToken.exitStatus == .notAuthenticated)
        #expect(ClientError.unexpectedAnswer(status: 200, detail: "").exitStatus == .fault)
        #expect(ClientError.oauth(.init(error: "invalid_request"), status: 401).exitStatus == .notAuthenticated)
    }
}
