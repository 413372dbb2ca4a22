internal import Foundation
internal import StrictYAML
internal import TenureAPI
internal import Testing

@Suite("Estates and profiles in files")
struct EstateFileTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let reader = EstateFile { (path) throws(EstateFile.ContentError) in
        guard path == "keys.json" else { throw .init("there is none") }
        return #"{"keys":[]}"#
    }

    private static let trust = "trusts:\n  - name: t\n    workload: w\n    audience: a\n    claims: {}\n"

    private func estate(_ rest: String) throws(YAMLFault) -> EstateDocument {
        try Self.reader.read(file: "e.yaml", text: "apiVersion: tenure/1\nestate: e\n" + rest)
    }

    @Test("the example estate is read whole")
    func example() throws {
        let path = Self.root + "/config/estate.example.yaml"
        let document = try Self.reader.read(file: path, text: try String(contentsOfFile: path, encoding: .utf8))
        #expect(document.estate == "example")
        #expect(document.people.map(\.name) == ["admin", "owner", "backup"])
        #expect(document.workloads.map(\.name) == ["deploy", "checkout", "assistant"])
        #expect(document.workloads.first?.workloadClass == "ci_job")
        let github = try #require(document.trusts.first { $0.preset == "github" })
        #expect(github.claims["repository_id"] == .text("123456789"))
        #expect(document.entitlements.contains { $0.constraints?.scopes == ["pull"] })
    }

    @Test("every profile that comes with the program is read")
    func profiles() throws {
        let folder = Self.root + "/ca/profiles"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".yaml") && $0 != "relations.yaml" }
        #expect(names.count >= 8)
        for name in names {
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            let profile = try ProfileFile.read(file: name, text: text)
            #expect(profile.name + ".yaml" == name)
        }
    }

    @Test("a key set and a CA bundle are taken in from their files")
    func contents() throws {
        let document = try estate(
            """
            trusts:
              - name: t
                workload: w
                issuer: {url: "https://i", jwks: {file: keys.json}, networks: [10.0.0.0/8]}
                audience: tenure
                claims: {sub: w, run: 3, protected: true}
                presentations: 20
            """)
        let trust = try #require(document.trusts.first)
        #expect(trust.issuer?.jwks == KeySetBody(set: #"{"keys":[]}"#))
        #expect(trust.issuer?.networks == ["10.0.0.0/8"])
        #expect(trust.claims == ["sub": .text("w"), "run": .number(3), "protected": .flag(true)])
        #expect(trust.presentations == .count(20))
    }

    @Test(
        "a fault in an estate names its line and what was meant",
        arguments: [
            ("trusts:\n  - name: t\n    workload: w\n    audiance: a\n", 6, "did you mean `audience`?"),
            ("workload:\n  - name: w\n", 3, "did you mean `workloads`?"),
            ("people:\n  - nmae: w\n", 4, "did you mean `name`?"),
            ("workloads:\n  - {name: w, class: service, owner: person/a, purpose: p}\n", 4, "is required"),
            (
                Self.trust + "    issuer: {url: u, jwks: {file: other.json}}\n",
                8, "cannot be read: there is none"
            ),
            (
                Self.trust + "    issuer: {url: u, jwks: {}}\n",
                8, "exactly one of url and file"
            ),
            (
                "entitlements:\n  - identity: workload/w\n    profile: p\n    justification: j\n"
                    + "    constraints: {scope: [a]}\n",
                7, "did you mean `scopes`?"
            ),
            ("trusts:\n  - name: t\n    workload: w\n    audience: a\n    claims: {a: [b]}\n", 7, "must be text"),
        ])
    func faults(_ text: String, _ line: Int, _ words: String) {
        let fault = #expect(throws: YAMLFault.self) { try estate(text) }
        #expect(fault?.line == line)
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }

    @Test("another version of the format is refused")
    func version() {
        let fault = #expect(throws: YAMLFault.self) {
            try Self.reader.read(file: "e.yaml", text: "apiVersion: tenure/2\nestate: e\n")
        }
        #expect(fault?.description == "e.yaml:1:13: `apiVersion` must be tenure/1")
    }

    @Test("a key of another kind of profile is refused")
    func otherKind() {
        let fault = #expect(throws: YAMLFault.self) {
            try ProfileFile.read(file: "p.yaml", text: "name: p\nkind: token\nrevocation_seconds: 300\n")
        }
        #expect(fault?.line == 3)
    }
}
