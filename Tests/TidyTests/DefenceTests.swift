internal import Testing

/// Every threat that Tenure claims to withstand has a defence that is marked in the sources, a test that is named for
/// it, and a line in docs/defences.md. `scripts/mutate` takes the marked statements out: the tests must turn red.
@Suite("defences")
struct DefenceTests {
    private let package = SourceTree.package

    /// The threats of the threat model that this release withstands.
    private static let threats: [String] = [1...26, 28...30, 35...45].flatMap { $0.map { "T\($0)" } }

    /// Threats without a mark, and why none can be.
    private static let unmarked: [String: String] = [:]

    @Test("each threat has a marked defence, in the sources or in a rule of these tests", arguments: threats)
    func marked(_ threat: String) {
        #expect(marks.contains { $0.threat == threat } != (Self.unmarked[threat] != nil), "\(threat)")
    }

    @Test("each threat has a test that is named after it", arguments: threats)
    func tested(_ threat: String) {
        let names = package.files.filter { $0.path.hasPrefix("Tests/") && $0.path.hasSuffix("Tests.swift") }
            .flatMap(\.tokens).filter { $0.kind == .string }
        #expect(names.contains { Self.threats(at: $0.text).contains(threat[...]) }, "no test starts with \(threat)")
    }

    @Test("docs/defences.md has a line for each mark, and for nothing else")
    func page() throws {
        let page = try #require(package.text(of: "docs/defences.md"))
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| T") }.map { row in
            row.split(separator: "|", maxSplits: 2).prefix(2).map { $0.filter { $0 != " " && $0 != "`" } }
                .joined(separator: " ")
        }
        let marked = marks.map { $0.threat + " " + $0.path }
        for line in Set(marked).union(rows).sorted() {
            let counts = (marked.count { $0 == line }, rows.count { $0 == line })
            #expect(counts.0 == counts.1, "\(line): `scripts/mutate --page docs/defences.md` writes the page anew")
        }
        #expect(!page.contains("| none |"))
    }

    @Test("a mark names threats of the list")
    func known() {
        for mark in marks { #expect(Self.threats.contains(mark.threat), "\(mark.path): \(mark.threat)") }
        #expect(marks.count > 100)
    }

    private var marks: [(threat: String, path: String)] {
        package.files.flatMap { file in
            file.lines.map { $0.drop { $0 == " " } }.filter { $0.hasPrefix(Self.mark) }.flatMap { line in
                Self.threats(at: String(line.dropFirst(Self.mark.count))).map { (String($0), file.path) }
            }
        }
    }

    private static let mark = "// defence: "

    /// The ids with which a text starts: of `T1 T4 malformed text`, the first two.
    private static func threats(at text: String) -> [Substring] {
        Array(text.split(separator: " ").prefix { $0.first == "T" && Int($0.dropFirst()) != nil })
    }
}
