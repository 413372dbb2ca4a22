internal import Foundation
internal import Testing

/// docs/cli.md against what the programs themselves say of their commands.
@Suite("The page of the command line")
struct DocumentedCommandsTests {
    /// What argument-parser tells of a command, as far as it matters here.
    private struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable {
                let kind: String
                let name: String
            }
            let names: [Name]?
        }
        let commandName: String
        let subcommands: [Command]?
        let arguments: [Argument]?

        var children: [Command] { (subcommands ?? []).filter { $0.commandName != "help" } }

        /// `--audience` of this command and all beneath it.
        var options: Set<String> {
            let own = (arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map { "--" + $0.name }
            return children.reduce(into: Set(own)) { $0.formUnion($1.options) }
        }
    }

    private struct Help: Decodable { let command: Command }

    /// What the page says of all commands at once, or of several in a sentence.
    private static let common: Set<String> = [
        "--addr", "--ca-file", "--token-file", "--output", "--limit", "--page-token", "--if-version",
        "--oidc-audience", "--prune", "--reuse-name", "--uses",
    ]

    @Test(
        "every command and option that it names exists, and every one that exists it names",
        arguments: ["tenure", "tenured"])
    func page(_ name: String) async throws {
        let page = try Self.page()
        let told = try await Program.ours(name).run(["--experimental-dump-help"]).checked("\(name) --help")
        let program = try JSONDecoder().decode(Help.self, from: Data(told.utf8)).command
        let blocks = Self.blocks(of: name, in: page)
        #expect(Set(blocks.keys) == Set(program.children.map(\.commandName)))
        for command in program.children {
            let block = blocks[command.commandName] ?? ""
            let ofAll: Set = ["--version", "--help"]
            let expected = command.options.subtracting(ofAll).subtracting(Self.common)
            let named = Self.options(in: block)
            #expect(named.subtracting(command.options) == [], "\(name) \(command.commandName) has none of these")
            #expect(expected.subtracting(named) == [], "docs/cli.md lacks these of \(name) \(command.commandName)")
            for child in command.children {
                #expect(
                    Self.words(of: block).contains(child.commandName), "\(command.commandName) \(child.commandName)")
            }
        }
        for option in Self.common where program.options.contains(option) {
            #expect(Self.options(in: page).contains(option), "\(option)")
        }
    }

    /// Each line that begins with the program's name, with the indented ones that follow it, by command.
    private static func blocks(of name: String, in page: String) -> [String: String] {
        var blocks: [String: String] = [:]
        var current: String?
        // The examples of other sections are no synopsis.
        let chapter = page.components(separatedBy: "\n## ").first {
            $0.hasPrefix(name == "tenure" ? "Commands" : "The server program")
        }
        let synopsis = (chapter ?? "").components(separatedBy: "\n### ")[0]
        for line in synopsis.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 1, words[0] == name {
                current = String(words[1])
            } else if !line.hasPrefix("     ") {
                current = nil
            }
            if let current { blocks[current, default: ""] += line + "\n" }
        }
        return blocks
    }

    private static func words(of text: String) -> Set<String> {
        Set(text.split { !($0.isLetter || $0 == "-") }.map { String($0) })
    }

    private static func options(in text: String) -> Set<String> {
        words(of: text).filter { $0.hasPrefix("--") && $0.count > 2 }
    }

    private static func page() throws -> String {
        let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent("docs/cli.md"), encoding: .utf8)
    }
}
