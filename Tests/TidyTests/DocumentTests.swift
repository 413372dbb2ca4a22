internal import Testing

/// Documents, scripts and sources must not drift apart.
@Suite("documents and scripts")
struct DocumentTests {
    private let package = SourceTree.package

    @Test("ARCHITECTURE.md names every target")
    func architecture() throws {
        let text = try #require(package.text(of: "ARCHITECTURE.md"))
        for target in package.manifest.targets where !target.maker.lowercased().contains("test") {
            #expect(text.contains("`\(target.name)`"), "ARCHITECTURE.md says nothing of `\(target.name)`")
        }
    }

    @Test("docs/dependencies.md names every package")
    func dependencies() throws {
        let manifest = try #require(package.text(of: "Package.swift"))
        let page = try #require(package.text(of: "docs/dependencies.md"))
        let addresses = SourceLexer(manifest).tokens.filter { $0.kind == .string && $0.text.hasPrefix("https://") }
        #expect(addresses.count > 5)
        for address in addresses {
            let name = address.text.split(separator: "/").last?.split(separator: ".git").first.map(String.init) ?? ""
            #expect(page.contains("`\(name)`"), "docs/dependencies.md says nothing of `\(name)`")
        }
    }

    @Test("versions of dependencies are exact")
    func exactVersions() throws {
        let tokens = SourceLexer(try #require(package.text(of: "Package.swift"))).tokens
        for place in tokens.indices where tokens[place].kind == .string && tokens[place].text.hasPrefix("https://") {
            let label = place + 2 < tokens.count ? tokens[place + 2].text : ""
            #expect(label == "exact", "Package.swift:\(tokens[place].line): \(tokens[place].text) is not exact")
        }
    }

    @Test("links in documents lead to files that exist")
    func links() {
        var linkCount = 0
        for path in DocumentTests.documents(of: package) {
            let folder = path.split(separator: "/").dropLast().map(String.init)
            for link in Self.relativeLinks(in: package.text(of: path) ?? "") {
                linkCount += 1
                #expect(package.exists(Self.resolve(link, from: folder)), "\(path) links to \(link), which is missing")
            }
        }
        #expect(linkCount > 0)
    }

    @Test("every script can be run, stops at errors and explains itself", arguments: scripts)
    func script(_ path: String) throws {
        let text = try #require(package.text(of: path))
        #expect(package.isExecutable(path), "\(path) has no run bit")
        #expect(text.hasPrefix("#!/usr/bin/env bash\n"), "\(path) does not start as a bash script")
        #expect(text.contains("\nset -euo pipefail\n"), "\(path) goes on after errors")
        #expect(path == ".ci/run" || text.contains("--help"), "\(path) has no --help")
    }

    private static let scripts =
        SourceTree.package.paths(below: "scripts").filter { $0.split(separator: "/").count == 2 && $0 != "scripts/lib" }
        + [".ci/run"]

    private static func documents(of package: SourceTree) -> [String] {
        let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
        let below = ["docs", "config", "ca", "scripts"].flatMap { package.paths(below: $0) }
        return top + below.filter { $0.hasSuffix(".md") }
    }

    /// The targets of `[text](target)` that are files of ours, without their anchors.
    static func relativeLinks(in text: String) -> [String] {
        var links: [String] = []
        var isCode = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") { isCode.toggle() }
            if isCode { continue }
            for part in line.split(separator: "](").dropFirst() {
                guard let end = part.firstIndex(of: ")") else { continue }
                let link = part[..<end].prefix { $0 != "#" }
                if !link.isEmpty, !link.contains("://"), !link.hasPrefix("mailto:") { links.append(String(link)) }
            }
        }
        return links
    }

    static func resolve(_ link: String, from folder: [String]) -> String {
        var parts = folder
        for part in link.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": if !parts.isEmpty { parts.removeLast() }
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}

/// The reading of links has its own tests, or a page without any would pass.
@Suite("reading links")
struct LinkTests {
    @Test("relative links are found, others and those in code are not")
    func found() {
        let text = """
            See [one](docs/a.md#part), [two](https://example.org/x) and [three](../b.md).
            ```
            [four](c.md)
            ```
            [five](#here)
            """
        #expect(DocumentTests.relativeLinks(in: text) == ["docs/a.md", "../b.md"])
    }

    @Test("a link is resolved from its page's folder")
    func resolved() {
        #expect(DocumentTests.resolve("../b.md", from: ["docs", "stories"]) == "docs/b.md")
        #expect(DocumentTests.resolve("./a.md", from: ["docs"]) == "docs/a.md")
    }
}
