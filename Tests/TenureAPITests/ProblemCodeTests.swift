internal import Foundation
internal import TenureAPI
internal import Testing

@Suite("Problems")
struct ProblemCodeTests {
    /// FORMATS, section 7, word for word.
    private static let closedList = """
        invalid unauthenticated denied not-found conflict stale limit blocked-key weak-key bad-csr no-living-owner \
        not-approved suspended unsafe-trust expired-plan unknown-outcome unavailable
        """

    @Test("the codes are the closed list of the formats, in its order")
    func list() {
        #expect(ProblemCode.allCases.map(\.rawValue) == Self.closedList.split(separator: " ").map(String.init))
    }

    @Test("a code is found by its type, and nothing else is", arguments: ProblemCode.allCases)
    func type(_ code: ProblemCode) {
        #expect(code.urn == "urn:tenure:problem:" + code.rawValue)
        #expect(ProblemCode(urn: code.urn) == code)
        #expect(ProblemCode(urn: code.rawValue) == nil)
        #expect(ProblemCode(urn: code.urn + " ") == nil)
        #expect(ProblemCode(urn: code.urn.uppercased()) == nil)
    }

    @Test("the table of docs/problems.md has each code once, with its status and exit code")
    func documented() throws {
        let page = try String(contentsOfFile: Self.root + "/docs/problems.md", encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").prefix(3).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let expected = ProblemCode.allCases.map { code in
            ["`\(code.rawValue)`", String(code.status), String(code.exitCode.rawValue)]
        }
        #expect(rows == expected)
    }

    @Test("a problem says code, title and status, and another status where that fits better")
    func problem() throws {
        let problem = Problem(.limit, detail: "the body is larger than 64 KiB", status: 413)
        #expect(problem.code == .limit)
        #expect(
            try JSONText.of(problem)
                == #"""
                {"detail":"the body is larger than 64 KiB","status":413,"title":"Too much or too often",\#
                "type":"urn:tenure:problem:limit"}
                """#
        )
    }

    @Test("exit codes are those of the contract")
    func exitCodes() {
        let expected: [TenureAPI.ExitStatus: Int32] = [
            .done: 0, .fault: 1, .usage: 2, .refused: 3, .notAuthenticated: 4, .notFound: 5, .conflict: 6,
            .unavailable: 7, .verificationFailed: 8,
        ]
        #expect(Dictionary(grouping: TenureAPI.ExitStatus.allCases) { $0 }.count == expected.count)
        for (status, code) in expected { #expect(status.rawValue == code) }
    }

    @Test(
        "a refusal without a type that is known ends by its status",
        arguments: [
            (200, TenureAPI.ExitStatus.done), (400, .usage), (401, .notAuthenticated), (403, .refused),
            (404, .notFound),
            (409, .conflict), (412, .conflict), (418, .fault), (429, .unavailable), (500, .fault), (503, .unavailable),
        ])
    func byStatus(_ status: Int, _ expected: TenureAPI.ExitStatus) {
        #expect(TenureAPI.ExitStatus(httpStatus: status) == expected)
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
}
